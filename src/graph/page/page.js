// Scale, metric, search, zoom and details of the picture on this page.
"use strict";
const graph = JSON.parse(document.getElementById("data").textContent);
const picture = document.querySelector("#picture svg");
const byId = (id) => document.getElementById(id);
const nodes = new Map([...picture.querySelectorAll(".node[data-row]")].map((node) => [Number(node.dataset.row), node]));
const METRICS = { ops: "", params: "{heading-params}", weights: "{heading-all-weights}", activations: "{heading-activations}", traffic: "{page-traffic}" };
let scale = graph.scales[graph.shown];
let metric = "ops";
let chosen = null;
/** Whether the chosen row stays while the pointer wanders, as after a click. */
let pinned = false;

function grouped(n) {
  return n.toLocaleString("en-US");
}

/** The same colours as the picture was drawn with. */
function colour(rank) {
  const heat = [[234, 241, 251], [255, 214, 130], [242, 118, 74]];
  const at = Math.min(Math.max(rank, 0), 1) * (heat.length - 1);
  const low = Math.min(Math.floor(at), heat.length - 2);
  const channel = (i) => Math.floor(heat[low][i] + (heat[low + 1][i] - heat[low][i]) * (at - low));
  return `rgb(${channel(0)}, ${channel(1)}, ${channel(2)})`;
}

/** How a row's cost stands among those of the other rows: 0 for what is free, 1 for the costliest. */
function rank(row) {
  const value = scale.rows[row][metric];
  if (value === null || value === 0) return value;
  const values = [...new Set(scale.rows.map((figures) => figures[metric]).filter((n) => n > 0))];
  return values.filter((n) => n <= value).length / values.length;
}

/** A row's cost relative to the costliest one's. */
function share(row) {
  const most = Math.max(...scale.rows.map((figures) => figures[metric] ?? 0));
  return most === 0 ? 0 : (scale.rows[row][metric] ?? 0) / most;
}

function draw() {
  byId("title").textContent = scale.title;
  document.title = scale.title;
  for (const [row, node] of nodes) {
    const heat = rank(row);
    node.querySelector("rect").setAttribute("fill", heat === null ? "#ffffff" : colour(heat));
    node.querySelector(".figures").textContent = scale.rows[row].label;
    const repeats = scale.rows[row].repeats > 1 ? ` ×${scale.rows[row].repeats}` : "";
    node.querySelector(".module").textContent = `${row} ${graph.nodes[row].module}${repeats}`;
    node.classList.toggle("unknown", scale.rows[row].problem !== null);
  }
  for (const label of picture.querySelectorAll(".shape")) {
    label.textContent = scale.rows[Number(label.dataset.from)]?.output ?? "?";
  }
  bars();
  find();
  if (chosen !== null) choose(chosen);
}

function bars() {
  const list = scale.rows.map((figures, row) => {
    // Not a button, whose text couldn't be selected.
    const bar = document.createElement("div");
    bar.setAttribute("role", "button");
    bar.tabIndex = 0;
    bar.className = "bar";
    bar.dataset.row = row;
    const [name, length, value] = ["span", "i", "b"].map((tag) => document.createElement(tag));
    const heat = rank(row);
    name.textContent = `${row} ${graph.nodes[row].module}`;
    length.style.width = `${Math.max(100 * share(row), 1)}%`;
    length.style.background = heat === null ? "transparent" : colour(heat);
    value.textContent = figures.written[metric];
    bar.append(name, length, value);
    onClick(bar, () => show(row));
    bar.addEventListener("keydown", (event) => event.key === "Enter" && show(row));
    return bar;
  });
  byId("bars").replaceChildren(...list);
}

/** Says what a row is and costs, and marks it and its lines. */
function choose(row) {
  chosen = row;
  const [node, figures] = [graph.nodes[row], scale.rows[row]];
  const reads = graph.edges.filter((edge) => edge.to === row).map((edge) => edge.from ?? "{image}");
  const readers = graph.edges.filter((edge) => edge.from === row).map((edge) => edge.to);
  const facts = [
    ["{page-line}", node.line],
    ["{heading-arguments}", figures.params === null ? node.args : figures.args],
    ["{page-repeats}", figures.repeats],
    ["{page-reads}", reads.join(", ")],
    ["{page-read-by}", readers.join(", ") || "{page-nobody}"],
    ["{page-returns}", figures.output ?? "?"],
    ["{heading-params}", figures.params === null ? "?" : grouped(figures.params)],
    [scale.unit, figures.ops === null ? "?" : grouped(figures.ops)],
    ["{heading-all-weights}", figures.written.weights],
    ["{heading-activations}", figures.written.activations],
    ["{page-problem}", figures.problem],
  ];
  const heading = document.createElement("h2");
  heading.textContent = `${row} ${node.module}`;
  const list = document.createElement("dl");
  for (const [name, value] of facts.filter(([, value]) => value !== null)) {
    const [term, fact] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    fact.textContent = value;
    list.append(term, fact);
  }
  byId("details").replaceChildren(heading, list);
  for (const [other, element] of nodes) element.classList.toggle("on", other === row);
  for (const edge of picture.querySelectorAll(".edge")) {
    edge.classList.toggle("on", edge.dataset.from === String(row) || edge.dataset.to === String(row));
  }
  for (const bar of byId("bars").children) bar.classList.toggle("on", Number(bar.dataset.row) === row);
}

function show(row) {
  pinned = true;
  choose(row);
  nodes.get(row).scrollIntoView({ block: "center", inline: "center", behavior: "smooth" });
}

/** Text that is being selected isn't a click. */
function onClick(element, act) {
  element.addEventListener("click", () => getSelection().isCollapsed && act());
}

/** Dims what doesn't hold the words looked for. */
function find() {
  const words = byId("find").value.trim().toLowerCase();
  for (const [row, element] of nodes) {
    const text = `${row} ${graph.nodes[row].module} ${scale.rows[row].output ?? ""}`.toLowerCase();
    element.classList.toggle("dim", words !== "" && !text.includes(words));
  }
}

for (const [i, one] of graph.scales.entries()) {
  byId("scale").add(new Option(one.scale || "{page-none}", i, i === graph.shown, i === graph.shown));
}
byId("scale").addEventListener("change", (event) => {
  scale = graph.scales[Number(event.target.value)];
  draw();
});
for (const [name, title] of Object.entries(METRICS)) byId("metric").add(new Option(title || scale.unit, name));
byId("metric").addEventListener("change", (event) => {
  metric = event.target.value;
  draw();
});
byId("find").addEventListener("input", find);
for (const [row, node] of nodes) {
  node.addEventListener("mouseenter", () => pinned || choose(row));
  onClick(node, () => show(row));
}
byId("picture").addEventListener("click", (event) => {
  if (!event.target.closest(".node[data-row]")) pinned = false;
});
draw();
zoomable([byId("picture")]);
