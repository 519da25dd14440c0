// The extension's life, wherever it runs: what is made when VS Code starts it.

import * as vscode from 'vscode';
import { registerCommands } from './commands';
import { GraphPanel } from './graph';
import { Hints } from './hints';
import { type Launch, Server } from './server';
import { StatusBar } from './status';

let server: Server | undefined;

/** Makes everything but the server's start, which is what `restart` does. */
export function begin(context: vscode.ExtensionContext, schemes: string[], launch: Launch): { restart: () => Promise<void> } {
  const log = vscode.window.createOutputChannel('yolint', { log: true });
  const hints = new Hints();
  const graph = new GraphPanel(context.extensionUri, () => server?.client);
  // What the bar and the commands are about.
  const shown = () => vscode.window.activeTextEditor?.document ?? graph.focused;
  const status = new StatusBar(() => server?.client, shown);
  const refresh = () => {
    status.refresh();
    graph.refresh();
  };
  const made = new Server(context, log, hints, refresh, launch, schemes);
  server = made;
  registerCommands(context, made, status, hints, graph, log, shown);
  context.subscriptions.push(log, status, graph);
  return { restart: () => made.restart() };
}

export async function end(): Promise<void> {
  await server?.stop();
}
