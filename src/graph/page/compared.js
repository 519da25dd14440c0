// Finds a row on both sides: a click on it, or on its line between the pictures, shows both.
"use strict";
const sides = ["a", "b"].map((id) => document.querySelector(`#${id} svg`));
const nodes = sides.map(
  (side) => new Map([...side.querySelectorAll(".node[data-row]")].map((node) => [node.dataset.row, node])),
);
const lines = [...document.querySelectorAll("#rows tbody tr")];

/** Marks a line and its rows, and brings all of them into view. */
function show(line) {
  const places = [nodes[0].get(line.dataset.a), nodes[1].get(line.dataset.b), line];
  for (const on of document.querySelectorAll(".on")) on.classList.remove("on");
  for (const place of places) {
    place?.classList.add("on");
    place?.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  }
}

/** Text that is being selected isn't a click. */
function onClick(element, act) {
  element.addEventListener("click", () => getSelection().isCollapsed && act());
}

for (const line of lines) {
  onClick(line, () => show(line));
  line.addEventListener("keydown", (event) => event.key === "Enter" && show(line));
}
for (const [k, name] of ["a", "b"].entries()) {
  for (const [row, node] of nodes[k]) {
    const line = lines.find((line) => line.dataset[name] === row);
    if (line) onClick(node, () => show(line));
  }
}

zoomable([...document.querySelectorAll(".picture")]);
