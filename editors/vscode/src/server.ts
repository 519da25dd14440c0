// Starts, stops and restarts the server, and tells the user if that fails. Where the server comes from is the host's: `desktop.ts` or
// `web.ts`.

import * as vscode from 'vscode';
import type { BaseLanguageClient, LanguageClientOptions } from 'vscode-languageclient';
import type { Hints } from './hints';
import { Python } from './python';
import { sections } from './settings';

/** Makes a client that isn't started yet. */
export type Launch = (options: LanguageClientOptions, log: vscode.LogOutputChannel) => Promise<BaseLanguageClient>;

export class Server {
  /** The client of the running server. */
  client: BaseLanguageClient | undefined;
  /** Serialises starts and stops. */
  private last: Promise<void> = Promise.resolve();
  private complaint: vscode.Disposable | undefined;
  private readonly python: Python;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
    private readonly hints: Hints,
    /** Called after a start or stop, which may change what is shown. */
    private readonly refresh: () => void,
    private readonly launch: Launch,
    /** Where documents may be. */
    private readonly schemes: string[],
  ) {
    this.python = new Python(() => void this.client?.sendNotification('workspace/didChangeConfiguration', { settings: null }));
    context.subscriptions.push(this.python);
  }

  start(): Promise<void> {
    return this.after(() => this.startNow());
  }

  stop(): Promise<void> {
    return this.after(() => this.stopNow());
  }

  restart(): Promise<void> {
    return this.after(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  private after(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work, work);
    return this.last;
  }

  private async startNow(): Promise<void> {
    this.complaint?.dispose();
    try {
      this.client = await this.launch(this.options(), this.log);
      await this.client.start();
      this.refresh();
    } catch (error) {
      // What a client has registered would be in the way of the next one.
      await this.client?.dispose().catch(() => undefined);
      this.client = undefined;
      this.complain((error as Error).message);
    }
  }

  private async stopNow(): Promise<void> {
    this.complaint?.dispose();
    const client = this.client;
    this.client = undefined;
    this.refresh();
    // A server that has crashed can't be stopped.
    await client?.dispose().catch((error: Error) => this.log.warn(error.message));
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [
        ...this.schemes.map((scheme) => ({ language: 'yaml', scheme })),
        // What a framework's own source says counts as it is typed.
        { language: 'python', scheme: 'file' },
      ],
      outputChannel: this.log,
      middleware: {
        workspace: { configuration: async (params) => sections(params, await this.python.path()) },
        provideInlayHints: (document, range, token, next) => {
          this.refresh();
          return this.hints.shown ? next(document, range, token) : [];
        },
        provideCodeLenses: (document, token, next) => {
          this.refresh();
          return next(document, token);
        },
      },
    };
  }

  /** Shows an error, but only once a file is opened that may be a model file. */
  private complain(message: string): void {
    this.log.error(message);
    const say = (editor: vscode.TextEditor | undefined) => {
      if (!editor || !mayBeModelFile(editor.document)) return;
      this.complaint?.dispose();
      void this.show(message);
    };
    this.complaint = vscode.window.onDidChangeActiveTextEditor(say);
    say(vscode.window.activeTextEditor);
  }

  private async show(message: string): Promise<void> {
    const [settings, help, log] = [vscode.l10n.t('Open Settings'), vscode.l10n.t('How to Install'), vscode.l10n.t('Show Log')];
    const chosen = await vscode.window.showErrorMessage(`yolint: ${message}`, settings!, help!, log!);
    const run = vscode.commands.executeCommand;
    if (chosen === settings) await run('workbench.action.openSettings', 'yolint.path');
    if (chosen === help) await run('workbench.action.openWalkthrough', `${this.context.extension.id}#start`);
    if (chosen === log) await run('yolint.showLog');
  }
}

/** Whether a file may be a model file, judged without the server. */
function mayBeModelFile(document: vscode.TextDocument): boolean {
  return document.languageId === 'yaml' && /^["']?(backbone|head)["']?\s*:/m.test(document.getText());
}
