// The status bar: totals of the active model file.

import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';

/** A value to choose, and its description. */
export interface Choice {
  name: string;
  detail: string;
}

/** Status of a budget. */
export interface Budget {
  title: string;
  /** Whether the budget is exceeded; `null` if that isn't known. */
  over: boolean | null;
  /** Status in a sentence. */
  message: string | null;
}

/** The server's answer to `yolint/status`. */
export interface Status {
  total: string;
  summary: string;
  /** How the totals have changed since git's HEAD. */
  sinceHead?: string | null;
  /** The framework whose modules count: `Ultralytics 8.3.163, ./ultralytics`. */
  framework?: string;
  errors: number;
  budgets: Budget[];
  /** By how much the most exceeded budget is exceeded: `over by 0.17`. */
  over: string | null;
  scale: string;
  scales: Choice[];
  imgsz: [height: number, width: number];
  /** The sides of the square images that can be chosen. */
  sizes: number[];
  convention: string;
  conventions: Choice[];
}

/** Delay between a change and the next request, in ms. */
const PAUSE = 50;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('yolint.total', vscode.StatusBarAlignment.Right, 100);
  private readonly listeners: vscode.Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts requests, so that only the last answer is shown. */
  private asked = 0;
  /** Last value of the context key `yolint.modelFile`. */
  private wasModelFile: boolean | undefined;

  constructor(
    private readonly client: () => BaseLanguageClient | undefined,
    private readonly shown: () => vscode.TextDocument | undefined,
  ) {
    this.item.name = 'yolint: ' + vscode.l10n.t('model totals');
    this.listeners = [
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      // Errors of a row that is typed come later than its figures.
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const shown = this.shown()?.uri.toString();
        if (uris.some((uri) => uri.toString() === shown)) this.refresh();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === this.shown()) this.refresh();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.listeners.forEach((listener) => listener.dispose());
    this.item.dispose();
  }

  /** Schedules a request for the current totals. */
  refresh(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(), PAUSE);
  }

  /** Returns the status of a document; nothing if it isn't a model file. */
  async of(document: vscode.TextDocument): Promise<Status | undefined> {
    const client = this.client();
    if (!client?.isRunning() || document.languageId !== 'yaml') return undefined;
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    try {
      return (await client.sendRequest<Status | null>('yolint/status', { textDocument: { uri } })) ?? undefined;
    } catch {
      // The server is going down, or is older than this request.
      return undefined;
    }
  }

  private async update(): Promise<void> {
    const question = ++this.asked;
    const document = this.shown();
    const status = document && (await this.of(document));
    if (question !== this.asked) return;
    const isModelFile = status !== undefined;
    if (isModelFile !== this.wasModelFile) void vscode.commands.executeCommand('setContext', 'yolint.modelFile', isModelFile);
    this.wasModelFile = isModelFile;
    if (status) this.show(status);
    else this.item.hide();
  }

  private show(status: Status): void {
    this.item.text = ['$(circuit-board) ' + status.total, ...(status.over ? [status.over] : []), ...errors(status)].join(' · ');
    this.item.tooltip = tooltip(status);
    this.item.command = status.scales.length > 1 ? 'yolint.switchScale' : 'yolint.switchImageSize';
    this.item.backgroundColor = background(status);
    this.item.show();
  }
}

/** Warning background if the model has errors, error background if a budget is exceeded. */
function background({ over, errors }: Status): vscode.ThemeColor | undefined {
  if (over) return new vscode.ThemeColor('statusBarItem.errorBackground');
  return errors > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
}

/** Number of errors, if there are any. */
function errors({ errors }: Status): string[] {
  return errors > 0 ? [errors === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', errors)] : [];
}

function tooltip(status: Status): vscode.MarkdownString {
  const changed = status.sinceHead ? [status.sinceHead] : [];
  const lines = [status.summary, ...changed, ...(status.framework ? [status.framework] : []), ...errors(status)];
  const links = [
    ...(status.scales.length > 1 ? [`[${vscode.l10n.t('scale {0}', status.scale)}](command:yolint.switchScale)`] : []),
    `[${vscode.l10n.t('image {0}', sizeText(status.imgsz))}](command:yolint.switchImageSize)`,
    `[${vscode.l10n.t('counted by {0}', status.convention)}](command:yolint.switchConvention)`,
    `[${vscode.l10n.t('graph')}](command:yolint.showGraph)`,
  ];
  const text = new vscode.MarkdownString('', true);
  lines.forEach((line) => text.appendText(line).appendMarkdown('\n\n'));
  status.budgets.forEach(({ title, over, message }) => {
    text.appendMarkdown(over ? '$(error) ' : over === false ? '$(check) ' : '$(question) ');
    text.appendText(message ?? title).appendMarkdown('\n\n');
  });
  text.appendMarkdown(links.join(' · '));
  text.isTrusted = { enabledCommands: ['switchScale', 'switchImageSize', 'switchConvention', 'showGraph'].map((name) => `yolint.${name}`) };
  return text;
}

/** `640`, or `480x640` for height and width. */
export function sizeText([height, width]: [number, number]): string {
  return height === width ? `${height}` : `${height}x${width}`;
}
