// The extension where programs can be started: it finds the server and runs it.

import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { findBinary, isOlder } from './binary';
import { begin, end } from './extension';

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const own = (context.extension.packageJSON as { version: string }).version;
  const { restart } = begin(context, ['file', 'untitled'], async (options, log) => {
    const { path, version } = await findBinary(context);
    log.info(`starting ${path}, version ${version}`);
    if (isOlder(version, own)) {
      const message = `${path} is version ${version}, older than this extension (${own}): some features may not work.`;
      log.warn(message);
      void vscode.window.showWarningMessage(`yolint: ${message}`);
    }
    return new LanguageClient('yolint', 'yolint', { command: path, args: ['lsp'] }, options);
  });
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('yolint.path')) void restart();
    }),
  );
  return restart();
}

export const deactivate = end;
