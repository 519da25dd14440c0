// The page to try yolint: an editor, what the server knows of the text beside it, and what it is analysed with above.

import { Editor } from './editor';
import { mark, picture, summary, table } from './panel';
import { Client } from './server/client';
import type { Found, Graph, Status } from './server/protocol';
import { decode, encode } from './share';
import { theme } from './theme';
import { language, words } from './words';

declare const EXAMPLES: Record<string, string>;

const say = words();
const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const select = (id: string) => byId<HTMLSelectElement>(id);
const nc = byId<HTMLInputElement>('nc');
const imgsz = byId<HTMLInputElement>('imgsz');

document.documentElement.lang = language();
document.title = say.title;
for (const element of document.querySelectorAll<HTMLElement>('[data-say]')) {
  const said = say[element.dataset.say as keyof typeof say];
  if (typeof said === 'string') element.textContent = said;
  if (element instanceof HTMLAnchorElement && element.dataset.say === 'docs' && language() === 'zh') element.href = 'docs/zh/index.html';
}
byId('columns').replaceChildren(
  ...say.columns.map((name, at) => {
    const head = document.createElement('th');
    head.scope = 'col';
    head.textContent = name;
    if (at === 6) head.id = 'unit';
    return head;
  }),
);
theme(byId('theme'));

const client = new Client(new URL('assets/', document.baseURI).href);
let graph: Graph | undefined;
let status: Status | undefined;
let editor: Editor;

const document_ = () => ({ textDocument: { uri: editor.uri } });
const go = (line: number) => editor.goTo({ line, character: 0 });
const rooms = [byId('rows'), byId('picture')];

/** Shows what the server knows of the text. */
async function show(found: Found[]): Promise<void> {
  const asked = editor.text;
  [status, graph] = await Promise.all([
    client.ask<Status | null>('yolint/status', document_()).then((given) => given ?? undefined),
    client.ask<Graph | null>('yolint/graph', document_()).then((given) => given ?? undefined),
  ]);
  if (asked !== editor.text) return;
  byId('summary').textContent = summary(graph, say);
  byId('unit').textContent = graph?.data.scales[0].unit ?? '';
  if (graph) {
    table(byId<HTMLTableSectionElement>('rows'), graph, go);
    picture(byId('picture'), graph, go);
  } else {
    for (const room of rooms) room.replaceChildren();
  }
  mark(rooms, graph, editor.line());
  controls();
  problems(found);
}

function choices(element: HTMLSelectElement, names: string[], chosen: string): void {
  const same = names.length === element.options.length && names.every((name, at) => element.options[at].value === name);
  if (!same) element.replaceChildren(...names.map((name) => new Option(name || say.none, name)));
  element.value = chosen;
}

function controls(): void {
  if (!status) return;
  choices(select('scale'), status.scales.length > 0 ? status.scales.map(({ name }) => name) : [''], status.scale);
  select('scale').disabled = status.scales.length === 0;
  choices(select('convention'), status.conventions.map(({ name }) => name), status.convention);
  const [height, width] = status.imgsz;
  if (document.activeElement !== imgsz) imgsz.value = height === width ? `${height}` : `${height}x${width}`;
  const written = /^nc:\s*(\d+)/m.exec(editor.text);
  nc.disabled = !written;
  if (document.activeElement !== nc) nc.value = written?.[1] ?? '';
}

function problems(found: Found[]): void {
  const items = found.map((one) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = { 1: 'error', 2: 'warning' }[one.severity as 1 | 2] ?? 'note';
    button.textContent = `${say.line(one.range.start.line + 1)}: ${one.message}`;
    button.addEventListener('click', () => editor.goTo(one.range.start));
    const page = document.createElement('a');
    page.href = `rules/${one.code}.html`;
    page.textContent = one.code;
    item.append(button, ' ', page);
    return item;
  });
  byId('problems').replaceChildren(...items);
  byId('quiet').hidden = found.length > 0;
}

async function switchTo(setting: string, value: unknown): Promise<void> {
  await client.ask('workspace/executeCommand', { command: `yolint.${setting}`, arguments: [editor.uri, value] }).catch(() => null);
  await editor.refresh();
  await keep();
}

function sizes(text: string): number[] | null {
  const sides = text.split(/[x×]/i).map(Number);
  const fit = sides.length <= 2 && sides.every((side) => Number.isInteger(side) && side >= 32 && side <= 8192);
  return fit ? (sides.length === 1 ? [sides[0], sides[0]] : sides) : null;
}

/** Puts the model into the page's address, so that a reload finds it again. */
async function keep(): Promise<void> {
  const { scale, convention } = status ?? {};
  history.replaceState(null, '', `#${await encode({ text: editor.text, scale, convention, imgsz: imgsz.value })}`);
}

async function start(): Promise<void> {
  await client.start();
  const shared = await decode(location.hash);
  const examples = Object.keys(EXAMPLES);
  select('example').replaceChildren(new Option('', ''), ...examples.map((name) => new Option(name, name)));
  select('example').value = shared ? '' : examples[0];
  let pause: ReturnType<typeof setTimeout> | undefined;
  editor = new Editor(byId('editor'), {
    client,
    name: 'model',
    text: shared?.text ?? EXAMPLES[examples[0]],
    label: say.editor,
    onAnalysed(found) {
      void show(found);
      clearTimeout(pause);
      pause = setTimeout(() => void keep(), 400);
    },
    onLine: (line) => mark(rooms, graph, line),
  });
  if (shared?.scale) await switchTo('scale', shared.scale);
  if (shared?.imgsz && sizes(shared.imgsz)) await switchTo('imgsz', sizes(shared.imgsz));
  if (shared?.convention) await switchTo('convention', shared.convention);

  select('example').addEventListener('change', () => {
    const text = EXAMPLES[select('example').value];
    if (text) editor.text = text;
  });
  select('scale').addEventListener('change', () => void switchTo('scale', select('scale').value));
  select('convention').addEventListener('change', () => void switchTo('convention', select('convention').value));
  imgsz.addEventListener('change', () => {
    const size = sizes(imgsz.value);
    imgsz.setCustomValidity(size ? '' : '640, 480x640');
    if (size) void switchTo('imgsz', size);
    else imgsz.reportValidity();
  });
  nc.addEventListener('change', () => {
    const written = /^nc:\s*(\d+)/m.exec(editor.text);
    if (!written || !(Number(nc.value) >= 1)) return;
    const to = written.index + written[0].length;
    editor.view.dispatch({ changes: { from: to - written[1].length, to, insert: String(Math.round(Number(nc.value))) } });
  });
  byId('share').addEventListener('click', async () => {
    await keep();
    await navigator.clipboard?.writeText(location.href).catch(() => undefined);
    byId('said').textContent = say.shared;
  });
  // For those who measure.
  Object.assign(window, { yolint: { editor, client } });
  byId('page').setAttribute('aria-busy', 'false');
}

client.on('yolint/failed', () => {
  byId('said').textContent = say.failed;
});
void start().catch((error: Error) => {
  byId('said').textContent = `${say.failed} ${error.message}`;
});
