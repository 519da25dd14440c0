// The commands of the palette. A switch applies to one file until the server exits.

import * as vscode from 'vscode';
import type { LSPAny } from 'vscode-languageclient';
import type { GraphPanel } from './graph';
import type { Hints } from './hints';
import type { Server } from './server';
import { type Status, type StatusBar, sizeText } from './status';

/** Largest height or width of an image that the server accepts. */
const MAX_SIDE = 100_000;

interface Item extends vscode.QuickPickItem {
  /** Value as in the settings; `null` resets to them. */
  value: LSPAny;
}

/** Resets to the value that the settings, the file or its name select. */
const asSet = (): Item => ({
  label: '$(discard) ' + vscode.l10n.t('As configured'),
  detail: vscode.l10n.t('From the settings, the file or its name'),
  value: null,
});

export function registerCommands(
  context: vscode.ExtensionContext,
  server: Server,
  status: StatusBar,
  hints: Hints,
  graph: GraphPanel,
  log: vscode.LogOutputChannel,
  shown: () => vscode.TextDocument | undefined,
): void {
  /** Lets the user choose a value for the active file. */
  const switching = (command: string, choose: (status: Status) => Thenable<Item | undefined>) => async () => {
    const document = shown();
    const now = document && (await status.of(document));
    if (!now) {
      void vscode.window.showInformationMessage('yolint: ' + vscode.l10n.t('this is not a model file.'));
      return;
    }
    const chosen = await choose(now);
    const client = server.client;
    if (!chosen || !client) return;
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    await client.sendRequest('workspace/executeCommand', { command, arguments: [uri, chosen.value] });
    status.refresh();
    graph.refresh();
  };
  const commands: Record<string, () => unknown> = {
    'yolint.switchScale': switching('yolint.scale', chooseScale),
    'yolint.switchImageSize': switching('yolint.imgsz', chooseImageSize),
    'yolint.switchConvention': switching('yolint.convention', chooseConvention),
    'yolint.toggleHints': () => server.client && hints.toggle(server.client),
    'yolint.showGraph': () => graph.show(),
    'yolint.toggleShapes': () => toggleShapes(server),
    'yolint.registerModule': () => registerModule(server),
    'yolint.restart': () => server.restart(),
    'yolint.showLog': async () => {
      // Right after the start of VS Code a channel alone doesn't always bring up the panel.
      await vscode.commands.executeCommand('workbench.panel.output.focus');
      log.show();
    },
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, run));
  }
}

/** Shows shapes in the Python of the row at the cursor, or of the one that was looked at last; hides them if they are shown. */
async function toggleShapes(server: Server): Promise<void> {
  const [client, editor] = [server.client, vscode.window.activeTextEditor];
  if (!client) return;
  const row = editor?.document.languageId === 'yaml' && [
    client.code2ProtocolConverter.asUri(editor.document.uri),
    { line: editor.selection.active.line },
  ];
  await client.sendRequest('workspace/executeCommand', { command: 'yolint.shapes', arguments: row || [] });
}

/** Registers a class of the active Python file with its framework: the one at the cursor comes first. */
async function registerModule(server: Server): Promise<void> {
  const [client, editor] = [server.client, vscode.window.activeTextEditor];
  if (!client) return;
  if (editor?.document.languageId !== 'python') {
    void vscode.window.showInformationMessage('yolint: ' + vscode.l10n.t('open the Python file of the module first.'));
    return;
  }
  const { document, selection } = editor;
  const classes = [...document.getText().matchAll(/^class\s+(\w+)/gm)].map(({ index, 1: name }) => ({
    label: name!,
    line: document.positionAt(index).line,
  }));
  const current = classes.filter(({ line }) => line <= selection.active.line).pop();
  const items = classes.map(({ label, line }) => ({
    label,
    detail: document.lineAt(line).text,
    ...(line === current?.line && { description: vscode.l10n.t('at the cursor') }),
  }));
  items.sort((a, b) => Number('description' in b) - Number('description' in a));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Class to register with parse_model') });
  if (!chosen) return;
  const uri = client.code2ProtocolConverter.asUri(document.uri);
  try {
    await client.sendRequest('workspace/executeCommand', { command: 'yolint.register', arguments: [uri, chosen.label] });
  } catch (error) {
    void vscode.window.showErrorMessage(`yolint: ${(error as Error).message}`);
  }
}

function chooseScale({ scale, scales }: Status): Thenable<Item | undefined> {
  const items = scales.map(({ name, detail }) => item(name, name === scale, detail, name));
  return vscode.window.showQuickPick([...items, asSet()], { placeHolder: vscode.l10n.t('Model scale') });
}

function chooseConvention({ convention, conventions }: Status): Thenable<Item | undefined> {
  const items = conventions.map(({ name, detail }) => item(name, name === convention, detail, name));
  return vscode.window.showQuickPick([...items, asSet()], { placeHolder: vscode.l10n.t('FLOP-counting convention'), matchOnDescription: true });
}

async function chooseImageSize({ imgsz, sizes }: Status): Promise<Item | undefined> {
  const shown = sizeText(imgsz);
  const items = sizes.map((size) => item(`${size}`, `${size}` === shown, undefined, size));
  const other = item('$(edit) ' + vscode.l10n.t('Other…'), !sizes.some((size) => `${size}` === shown), shown, null);
  const chosen = await vscode.window.showQuickPick([...items, other, asSet()], { placeHolder: vscode.l10n.t("The image's size") });
  if (chosen !== other) return chosen;
  const typed = await vscode.window.showInputBox({
    prompt: vscode.l10n.t('A number, or HEIGHTxWIDTH'),
    value: shown,
    validateInput: (text) => (readSize(text) === undefined ? vscode.l10n.t('Write a number like 640, or 480x640') : undefined),
  });
  const size = typed === undefined ? undefined : readSize(typed);
  return size && { label: sizeText(size), value: size };
}

function item(label: string, isShown: boolean, detail: string | undefined, value: LSPAny): Item {
  return { label, value, ...(detail && { detail }), ...(isShown && { description: vscode.l10n.t('shown') }) };
}

/** Parses a size that the user typed into height and width. */
function readSize(text: string): [number, number] | undefined {
  const found = /^\s*(\d+)(?:\s*[x×]\s*(\d+))?\s*$/i.exec(text);
  if (!found) return undefined;
  const height = Number(found[1]);
  const width = found[2] === undefined ? height : Number(found[2]);
  const fits = (side: number) => side >= 1 && side <= MAX_SIDE;
  return fits(height) && fits(width) ? [height, width] : undefined;
}
