// What stands beside the editor: the rows as a table, the network as a picture.

import type { Graph } from './server/protocol';
import type { Words } from './words';

/** Writes the table's rows; `go` goes to a line of the text. */
export function table(body: HTMLTableSectionElement, graph: Graph, go: (line: number) => void): void {
  const rows = graph.data.nodes.map((node) => {
    const figures = graph.data.scales[0].rows[node.row];
    const row = document.createElement('tr');
    row.dataset.row = String(node.row);
    if (figures.problem) row.className = 'problem';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = node.module;
    button.addEventListener('click', () => go(graph.rows[node.row][0]));
    const written = (name: string, value: number | null) => (value === null ? '?' : figures.written[name]);
    const cells = [String(node.row), String(figures.repeats), button, figures.args || node.args, figures.output ?? '?', written('params', figures.params), written('ops', figures.ops)];
    for (const [at, content] of cells.entries()) {
      const cell = document.createElement(at === 0 ? 'th' : 'td');
      cell.append(content);
      if (at === 6) cell.style.setProperty('--heat', `${Math.round(100 * (graph.heat[node.row] ?? 0))}%`);
      row.append(cell);
    }
    if (figures.problem) row.title = figures.problem;
    return row;
  });
  body.replaceChildren(...rows);
}

/** Puts in the picture, in the colours of the page. */
export function picture(room: HTMLElement, graph: Graph, go: (line: number) => void): void {
  const drawn: unknown = new DOMParser().parseFromString(graph.svg, 'image/svg+xml').documentElement;
  if (!(drawn instanceof SVGSVGElement)) return;
  drawn.querySelector('style')?.remove();
  drawn.setAttribute('aria-label', graph.title);
  for (const node of drawn.querySelectorAll<SVGElement>('.node[data-row]')) {
    const row = Number(node.dataset.row);
    // A root spreads the many small ones.
    node.style.setProperty('--heat', `${Math.round(100 * Math.sqrt(graph.heat[row] ?? 0))}%`);
    node.addEventListener('click', () => go(graph.rows[row][0]));
  }
  const { scrollLeft, scrollTop } = room;
  room.replaceChildren(drawn);
  room.scrollTo(scrollLeft, scrollTop);
}

/** Marks the row that a line of the text belongs to. */
export function mark(rooms: HTMLElement[], graph: Graph | undefined, line: number): void {
  const current = graph?.rows.findIndex(([from, to]) => from <= line && line <= to) ?? -1;
  for (const room of rooms) {
    for (const element of room.querySelectorAll<HTMLElement | SVGElement>('[data-row]')) {
      const is = Number(element.dataset.row) === current;
      const was = element.classList.contains('current');
      element.classList.toggle('current', is);
      if (is && !was) element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }
}

/** The line that says what the model comes to. */
export function summary(graph: Graph | undefined, words: Words): string {
  return graph?.title ?? words.noModel;
}
