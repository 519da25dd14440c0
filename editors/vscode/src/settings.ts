// Settings as the server is told them: those that somebody set, so that `.yolint.yaml` counts where nobody did.

import * as vscode from 'vscode';
import type { ConfigurationParams, LSPAny } from 'vscode-languageclient';

/** Settings that are the extension's own. */
const OWN = ['path', 'trace'];

/**
 * What the server asks for: of its section what was set, of others nothing. Where nobody set an interpreter it is the one
 * that Python's extension uses.
 */
export function sections(params: ConfigurationParams, python: string | undefined): LSPAny[] {
  return params.items.map((item) => (item.section === 'yolint' ? { ...(python && { python }), ...whatIsSet() } : null));
}

function whatIsSet(): Record<string, LSPAny> {
  const section = vscode.workspace.getConfiguration('yolint');
  const names = Object.keys(vscode.workspace.getConfiguration().get<object>('yolint', {}));
  const found: Record<string, LSPAny> = {};
  for (const name of names.filter((name) => !OWN.includes(name))) {
    const places = section.inspect<LSPAny>(name);
    const values = [places?.globalValue, places?.workspaceValue, places?.workspaceFolderValue];
    const set = values.filter((value) => value !== undefined);
    // As VS Code does it: objects are laid over each other, of anything else the innermost counts.
    if (set.length > 0) found[name] = set.every(isObject) ? Object.assign({}, ...set) : set.at(-1)!;
  }
  return found;
}

function isObject(value: LSPAny): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
