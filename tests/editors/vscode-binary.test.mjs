// Which server VS Code starts, and what it tells where there is none.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { HINTS, project } from './paths.mjs';
import { Screen } from './screen.mjs';
import { start } from './vscode.mjs';

/** Opens a file in a VS Code of its own, and does something there. */
async function opened({ open, settings }, act) {
  const folder = project();
  const vscode = await start({ folder, open, settings });
  const screen = new Screen(vscode.page);
  try {
    await vscode.go();
    await screen.shows('.tab.active', open, 90_000);
    await act(screen);
  } catch (error) {
    await screen.picture('failed-binary');
    throw error;
  } finally {
    await vscode.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

test('a path that leads nowhere is told of, but not over a file that is none of ours', () =>
  opened({ open: 'data.yaml', settings: { 'yolint.path': '/nowhere/yolint' } }, async (screen) => {
    await screen.line('images/train');
    // The extension has started when its command has an effect.
    await screen.command('yolint: Show Log');
    await screen.shows('.part.panel', 'yolint');
    assert.equal(await screen.page.$('.notification-toast'), null);
    await screen.open('yolo11-tiny.yaml');
    await screen.shows('.notification-toast', "The setting yolint.path can't be used: there is no program /nowhere/yolint.");
    await screen.shows('.notification-toast', 'How to Install');
    await screen.picture('vscode-no-server');
    await screen.page.locator('.notification-toast .monaco-button', { hasText: 'How to Install' }).click();
    await screen.shows('.gettingStartedContainer', 'what does each row cost');
    await screen.picture('vscode-walkthrough');
  }));

test('another program is refused', () =>
  opened({ open: 'yolo11-tiny.yaml', settings: { 'yolint.path': '/bin/echo' } }, async (screen) => {
    await screen.shows('.notification-toast', '/bin/echo is not yolint: for its version it prints', 60_000);
    await screen.page.locator('.notification-toast .monaco-button', { hasText: 'Show Log' }).click();
    await screen.shows('.part.panel', 'yolint');
  }));

test('a workspace that is not trusted gets the server of the extension, whatever path it sets', () => {
  const trust = { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' };
  return opened({ open: 'yolo11-tiny.yaml', settings: { ...trust, 'yolint.path': '/nowhere/yolint' } }, async (screen) => {
    await screen.line(HINTS[0], 60_000);
    await screen.status('Restricted Mode');
  });
});
