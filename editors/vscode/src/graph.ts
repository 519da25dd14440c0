// The graph panel: drawn by the server, shown in a webview that follows the text and the cursor.

import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** The fields of the server's answer to `yolint/graph` that are used here. */
interface Graph {
  title: string;
  svg: string;
  /** First and last line of each row, from 0. */
  rows: [first: number, last: number][];
  /** Operations of each row relative to the costliest row, from 0 to 1. */
  heat: (number | null)[];
  data: { scales: { unit: string }[] };
}

/** Messages to the panel. */
type Told =
  | { kind: 'graph'; uri: string; title: string; unit: string; svg: string; heat: (number | null)[]; current: number }
  | { kind: 'current'; current: number };

/** Messages from the panel. */
type Said = { kind: 'ready' } | { kind: 'row'; row: number };

/** Delay between the last keystroke and a redraw, in ms. */
const PAUSE = 120;

export class GraphPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private document: vscode.TextDocument | undefined;
  private graph: Graph | undefined;
  /** Whether the document's lines have changed since the graph was drawn. */
  private stale = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts requests, so that only the last answer is shown. */
  private asked = 0;
  private readonly listeners: vscode.Disposable[];

  constructor(
    private readonly extension: vscode.Uri,
    private readonly client: () => BaseLanguageClient | undefined,
  ) {
    this.listeners = [
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (textEditor.document === this.document && !this.stale) void this.tell({ kind: 'current', current: this.current() });
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document !== this.document || contentChanges.length === 0) return;
        this.stale = true;
        this.refresh();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.forEach((listener) => listener.dispose());
    this.panel?.dispose();
  }

  /** The file in the panel, if the panel has the focus. */
  get focused(): vscode.TextDocument | undefined {
    return this.panel?.active ? this.document : undefined;
  }

  /** Opens the panel beside the editor, or brings it to the front. */
  show(): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
      this.refresh();
      return;
    }
    const media = vscode.Uri.joinPath(this.extension, 'media');
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('yolint.graph', vscode.l10n.t('Model Graph'), column, {
      enableScripts: true,
      localResourceRoots: [media],
    });
    this.panel = panel;
    panel.onDidDispose(() => {
      this.panel = this.document = this.graph = undefined;
    });
    // A hidden panel is reloaded when it is shown, and keeps only its scroll position.
    panel.webview.onDidReceiveMessage((said: Said) => {
      if (said.kind === 'ready') void this.update();
      else void this.goTo(said.row);
    });
    panel.webview.html = page(panel.webview, media);
  }

  /** Schedules a redraw. */
  refresh(): void {
    clearTimeout(this.timer);
    if (this.panel) this.timer = setTimeout(() => void this.update(), PAUSE);
  }

  private async update(): Promise<void> {
    const client = this.client();
    if (!this.panel?.visible || !client?.isRunning()) return;
    const question = ++this.asked;
    const active = vscode.window.activeTextEditor?.document;
    const documents = [active, this.document].filter((one) => one?.languageId === 'yaml' && !one.isClosed);
    for (const document of new Set(documents)) {
      const version = document!.version;
      const graph = await ask(client, document!);
      if (question !== this.asked) return;
      // If the file isn't a model file, the last picture stays.
      if (!graph) continue;
      this.document = document;
      this.graph = graph;
      this.stale = document!.version !== version;
      const { title, svg, heat } = graph;
      const unit = graph.data.scales[0]?.unit ?? 'FLOPs';
      await this.tell({ kind: 'graph', uri: document!.uri.toString(), title, unit, svg, heat, current: this.current() });
      return;
    }
  }

  /** Row at the cursor; -1 if there is none. */
  private current(): number {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document === this.document);
    const line = editor?.selection.active.line ?? -1;
    return this.graph?.rows.findIndex(([first, last]) => first <= line && line <= last) ?? -1;
  }

  private async goTo(row: number): Promise<void> {
    const line = this.graph?.rows[row]?.[0];
    if (line === undefined || !this.document) return;
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document === this.document);
    const start = new vscode.Position(line, this.document.lineAt(line).firstNonWhitespaceCharacterIndex);
    const options = { selection: new vscode.Range(start, start), viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One };
    await vscode.window.showTextDocument(this.document, options);
  }

  private async tell(told: Told): Promise<void> {
    await this.panel?.webview.postMessage(told);
  }
}

async function ask(client: BaseLanguageClient, document: vscode.TextDocument): Promise<Graph | undefined> {
  const uri = client.code2ProtocolConverter.asUri(document.uri);
  try {
    return (await client.sendRequest<Graph | null>('yolint/graph', { textDocument: { uri } })) ?? undefined;
  } catch {
    // The server is going down, or is older than this request.
    return undefined;
  }
}

/** The page. Runs only its own script and loads only the extension's files. */
function page(webview: vscode.Webview, media: vscode.Uri): string {
  const nonce = crypto.randomUUID();
  const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(media, name)).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'">
<link rel="stylesheet" href="${uri('graph.css')}">
<title>Model Graph</title>
</head>
<body>
<header>
<h1 id="title">No model file is open.</h1>
<span id="note"></span>
<button id="out" title="Smaller" aria-label="Smaller">−</button>
<button id="in" title="Larger" aria-label="Larger">+</button>
<button id="fit" title="Fit the width">Fit</button>
</header>
<main id="picture"></main>
<script nonce="${nonce}" src="${uri('graph.js')}"></script>
</body>
</html>
`;
}
