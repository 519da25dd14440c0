// Locates the server program: the setting `yolint.path`, else the bundled one, else PATH.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';

export interface Binary {
  path: string;
  /** Version that `--version` prints: `0.1.0`. */
  version: string;
}

/** Why the server can't be started, as a message for the user. */
export class NoBinary extends Error {}

/** The program to start. Rejects with {@link NoBinary}. */
export async function findBinary(context: vscode.ExtensionContext): Promise<Binary> {
  const bundled = join(context.extensionPath, 'server', process.platform === 'win32' ? 'yolint.exe' : 'yolint');
  const hasBundled = existsSync(bundled);
  // An untrusted workspace may have put a program on the path or into the settings.
  if (!vscode.workspace.isTrusted) {
    if (hasBundled) return probe(bundled);
    throw new NoBinary(vscode.l10n.t('This workspace is not trusted, and the extension has no bundled server.'));
  }
  const set = vscode.workspace.getConfiguration('yolint').get<string>('path', '').trim();
  if (set) {
    // A path that the user set has no fallback.
    return probe(set.replace(/^~(?=[/\\])/, homedir())).catch((error: Error) => {
      throw new NoBinary(vscode.l10n.t("The setting yolint.path can't be used: {0}", error.message));
    });
  }
  if (hasBundled) return probe(bundled);
  return probe('yolint').catch(() => {
    throw new NoBinary(
      vscode.l10n.t(
        'No server found: the extension has no bundled server, and there is no yolint on the PATH. Install it as docs/install.md of its repository says, or set yolint.path.',
      ),
    );
  });
}

/** Asks a program for its version. */
async function probe(path: string): Promise<Binary> {
  let said: string;
  try {
    said = (await promisify(execFile)(path, ['--version'], { timeout: 10_000, windowsHide: true })).stdout.trim();
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new NoBinary(missing ? vscode.l10n.t('there is no program {0}.', path) : vscode.l10n.t("{0} doesn't run: {1}", path, (error as Error).message));
  }
  const version = /^yolint (\d+\.\d+\.\d+\S*)$/.exec(said)?.[1];
  if (!version) throw new NoBinary(vscode.l10n.t('{0} is not yolint: for its version it prints "{1}".', path, said.split('\n')[0]?.slice(0, 80) ?? ''));
  return { path, version };
}

/** Whether `version` is older than `wanted` in a number that matters to clients. */
export function isOlder(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}
