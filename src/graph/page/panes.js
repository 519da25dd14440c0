// Pictures in panes that scroll: zoom by buttons and by the wheel with Ctrl, and dragging. All keep one scale.
"use strict";
function zoomable(panes) {
  const pictures = panes.map((pane) => pane.querySelector("svg"));
  const sizes = pictures.map(({ viewBox }) => [viewBox.baseVal.width, viewBox.baseVal.height]);
  let zoom = 1;

  /** Zooms; the point of a pane that is at `x`, `y` on the screen stays where it is. */
  function setZoom(factor, pane = panes[0], x = pane.clientWidth / 2, y = pane.clientHeight / 2) {
    const before = zoom;
    zoom = Math.min(Math.max(factor, 0.1), 6);
    for (const [k, picture] of pictures.entries()) {
      picture.setAttribute("width", sizes[k][0] * zoom);
      picture.setAttribute("height", sizes[k][1] * zoom);
    }
    pane.scrollLeft = (pane.scrollLeft + x) * (zoom / before) - x;
    pane.scrollTop = (pane.scrollTop + y) * (zoom / before) - y;
  }

  /** Shows the whole width of every picture; small ones aren't blown up. */
  function fit() {
    setZoom(Math.min(1, ...panes.map((pane, k) => (pane.clientWidth - 8) / sizes[k][0])));
  }

  document.getElementById("in").addEventListener("click", () => setZoom(zoom * 1.25));
  document.getElementById("out").addEventListener("click", () => setZoom(zoom / 1.25));
  document.getElementById("fit").addEventListener("click", fit);
  for (const pane of panes) {
    pane.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = pane.getBoundingClientRect();
      setZoom(zoom * (event.deltaY < 0 ? 1.1 : 1 / 1.1), pane, event.clientX - left, event.clientY - top);
    }, { passive: false });
    // Words in boxes can be selected, so dragging starts between them.
    pane.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target.closest(".node") || event.pointerType === "touch") return;
      const { clientX, clientY } = event;
      const { scrollLeft, scrollTop } = pane;
      pane.setPointerCapture(event.pointerId);
      pane.classList.add("dragged");
      const drag = (move) => pane.scrollTo(scrollLeft + clientX - move.clientX, scrollTop + clientY - move.clientY);
      pane.addEventListener("pointermove", drag);
      const end = () => {
        pane.removeEventListener("pointermove", drag);
        pane.classList.remove("dragged");
      };
      pane.addEventListener("pointerup", end, { once: true });
      pane.addEventListener("pointercancel", end, { once: true });
    });
  }
  fit();
}
