// The extension in a browser (github.dev, vscode.dev): the server is WebAssembly, in a worker of its own.

import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { begin, end } from '../extension';

/** Where documents may be: unsaved, on GitHub, in a folder of this machine, on the machine that VS Code's server runs on. */
const SCHEMES = ['untitled', 'vscode-vfs', 'file', 'vscode-test-web', 'vscode-remote'];

export function activate(context: vscode.ExtensionContext): Promise<void> {
  const file = (name: string) => vscode.Uri.joinPath(context.extensionUri, 'dist', name);
  const { restart } = begin(context, SCHEMES, async (options, log) => {
    log.info('starting the server as WebAssembly');
    const [script, module] = await Promise.all(['worker.js', 'yolint.wasm'].map((name) => vscode.workspace.fs.readFile(file(name))));
    // A worker must come from the page's own place: its script goes along as text, and the module as bytes.
    const worker = new Worker(URL.createObjectURL(new Blob([script! as BlobPart], { type: 'text/javascript' })));
    worker.postMessage({ module });
    return new LanguageClient('yolint', 'yolint', worker, options);
  });
  return restart();
}

export const deactivate = end;
