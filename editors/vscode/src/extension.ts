// The extension's life: what is made when VS Code starts it, and when the server is started anew.

import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { GraphPanel } from './graph';
import { Hints } from './hints';
import { Server } from './server';
import { StatusBar } from './status';

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('yolint', { log: true });
  const hints = new Hints();
  const graph = new GraphPanel(context.extensionUri, () => server?.client);
  // What the bar and the commands are about.
  const shown = () => vscode.window.activeTextEditor?.document ?? graph.focused;
  const status = new StatusBar(() => server?.client, shown);
  server = new Server(context, log, hints, () => {
    status.refresh();
    graph.refresh();
  });
  registerCommands(context, server, status, hints, graph, log, shown);
  const restart = () => server?.restart();
  context.subscriptions.push(
    log,
    status,
    graph,
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
