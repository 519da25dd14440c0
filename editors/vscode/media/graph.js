// Runs in the panel: puts in the picture that the server drew, marks the row that the cursor is in, says what is clicked.
// What is scrolled and zoomed stays as it is while the text changes.
// @ts-check
'use strict';

/** @type {{ postMessage(said: object): void, getState(): any, setState(state: object): void }} */
// @ts-expect-error VS Code gives this function to webviews.
const vscode = acquireVsCodeApi();
const room = /** @type {HTMLElement} */ (document.getElementById('picture'));
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** How the picture is looked at; `zoom` is null as long as nobody chose it. */
const view = { uri: '', zoom: /** @type {number | null} */ (null), left: 0, top: 0, ...vscode.getState() };
/** @type {SVGSVGElement | undefined} */
let picture;
let size = { width: 1, height: 1 };
let current = -1;

/** @param {{ uri: string, title: string, unit: string, svg: string, heat: (number | null)[], current: number }} graph */
function draw({ uri, title, unit, svg, heat, current }) {
  const drawn = /** @type {any} */ (new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement);
  if (!(drawn instanceof SVGSVGElement)) return;
  // The colours are those of the editor.
  drawn.querySelector('style')?.remove();
  drawn.querySelector(':scope > title')?.remove();
  size = { width: Number(drawn.getAttribute('width')), height: Number(drawn.getAttribute('height')) };
  for (const node of nodes(drawn)) {
    const share = heat[Number(node.dataset.row)];
    // A root spreads the many small ones.
    node.style.setProperty('--heat', `${Math.round(100 * Math.sqrt(share ?? 0))}%`);
  }
  byId('title').textContent = title;
  byId('note').textContent = `the warmer, the more ${unit}`;
  picture = drawn;
  room.replaceChildren(drawn);
  const other = view.uri !== uri;
  view.uri = uri;
  if (other) [view.left, view.top, view.zoom] = [0, 0, null];
  zoomTo(view.zoom);
  room.scrollTo(view.left, view.top);
  mark(current, other);
}

/** @returns {SVGElement[]} */
function nodes(/** @type {Element} */ within) {
  return [...within.querySelectorAll('.node[data-row]')].map((node) => /** @type {SVGElement} */ (node));
}

/** Marks a row and what it reads, and brings it into view where it is another one than before. */
function mark(/** @type {number} */ row, /** @type {boolean} */ isNew) {
  if (!picture) return;
  const moved = isNew || row !== current;
  current = row;
  for (const node of nodes(picture)) {
    const is = node.dataset.row === `${row}`;
    node.classList.toggle('current', is);
    if (is && moved) node.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  for (const edge of /** @type {NodeListOf<SVGElement>} */ (picture.querySelectorAll('.edge'))) {
    edge.classList.toggle('reads', edge.dataset.to === `${row}`);
    edge.classList.toggle('read', edge.dataset.from === `${row}`);
  }
}

/** The zoom that fits the width, never larger than drawn. */
function fitting() {
  return Math.min(1, room.clientWidth / size.width);
}

function zoomTo(/** @type {number | null} */ zoom) {
  view.zoom = zoom === null ? null : Math.min(Math.max(zoom, 0.1), 5);
  const factor = view.zoom ?? fitting();
  picture?.setAttribute('width', `${size.width * factor}`);
  picture?.setAttribute('height', `${size.height * factor}`);
  vscode.setState(view);
}

/** Zooms, and keeps where it is what is at a place of the room. */
function zoomBy(/** @type {number} */ factor, x = room.clientWidth / 2, y = room.clientHeight / 2) {
  const before = view.zoom ?? fitting();
  zoomTo(before * factor);
  const grown = (view.zoom ?? 1) / before;
  room.scrollTo((room.scrollLeft + x) * grown - x, (room.scrollTop + y) * grown - y);
}

byId('in').addEventListener('click', () => zoomBy(1.25));
byId('out').addEventListener('click', () => zoomBy(0.8));
byId('fit').addEventListener('click', () => zoomTo(null));
room.addEventListener(
  'wheel',
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const { left, top } = room.getBoundingClientRect();
    zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1, event.clientX - left, event.clientY - top);
  },
  { passive: false },
);
room.addEventListener('scroll', () => {
  [view.left, view.top] = [room.scrollLeft, room.scrollTop];
  vscode.setState(view);
});
room.addEventListener('click', (event) => {
  // Who selects text doesn't want to leave.
  if (getSelection()?.isCollapsed === false) return;
  const node = /** @type {Element} */ (event.target).closest('.node[data-row]');
  if (node) vscode.postMessage({ kind: 'row', row: Number(/** @type {SVGElement} */ (node).dataset.row) });
});
addEventListener('resize', () => view.zoom === null && zoomTo(null));
addEventListener('message', ({ data }) => {
  if (data.kind === 'graph') draw(data);
  else mark(data.current, false);
});
vscode.postMessage({ kind: 'ready' });
