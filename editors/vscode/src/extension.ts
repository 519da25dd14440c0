// The extension's life: what is made when VS Code starts it, and when the server is started anew.

import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { Hints } from './hints';
import { Server } from './server';
import { StatusBar } from './status';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('yolint', { log: true });
  const hints = new Hints();
  const status = new StatusBar(() => server?.client);
  server = new Server(context, log, hints, status);
  registerCommands(context, server, status, hints, log);
  const restart = () => server?.restart();
  context.subscriptions.push(
    log,
    status,
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('yolint.path')) void restart();
    }),
  );
  await server.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
