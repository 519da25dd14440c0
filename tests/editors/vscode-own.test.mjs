// The walk "Your own modules" of the documentation, as a person sees it in VS Code.

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { ownProject } from './paths.mjs';
import { Screen } from './screen.mjs';
import { start } from './vscode.mjs';

/** A module that nobody has imported yet. */
const FRESH = `

class Fresh(nn.Module):
    """A convolution on half of the channels."""

    def __init__(self, c1, c2):
        super().__init__()
        self.half = c1 // 2
        self.conv = nn.Conv2d(self.half, c2 - self.half, 3, 1, 1)

    def forward(self, x):
        a, b = x.split(self.half, 1)
        return torch.cat([a, self.conv(b)], 1)
`;

describe('your own modules in VS Code', { timeout: 600_000 }, () => {
  const folder = ownProject();
  appendFileSync(`${folder}/models/blocks.py`, FRESH);
  const text = readFileSync(`${folder}/nets/window.yaml`, 'utf8');
  writeFileSync(`${folder}/nets/fresh.yaml`, text.replace('Residual, [128]', 'Fresh, [128]'));
  const lineOf = (file, words) => readFileSync(`${folder}/${file}`, 'utf8').split('\n').findIndex((line) => line.includes(words)) + 1;
  let vscode, screen;

  before(async () => {
    const settings = { 'breadcrumbs.enabled': false, 'editor.fontSize': 12, 'editor.stickyScroll.enabled': false, 'workbench.activityBar.location': 'hidden' };
    vscode = await start({ folder, open: 'nets/window.yaml', settings });
    screen = new Screen(vscode.page);
    await vscode.page.setViewportSize({ width: 1480, height: 520 });
    await vscode.go();
    await screen.line('32×160×160 · 14.7k params', 90_000);
    await screen.command('View: Toggle Primary Side Bar Visibility');
  });

  after(async () => {
    await vscode?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async (context) => {
    if (context.error ?? context.passed === false) await screen?.picture(`failed-${context.name.replaceAll(/\W+/g, '-')}`);
  });

  test('from a row to its class, side by side', async () => {
    await screen.select(lineOf('nets/window.yaml', 'WindowMix'), 14, 0);
    await screen.command('Open Definition to the Side');
    await screen.shows('.tab.active', 'blocks.py');
    await screen.lens('row 4 of window.yaml · 4.43k params');
    await screen.picture('own-class');
  });

  test('shapes inside forward', async () => {
    await screen.page.locator('.codelens-decoration a', { hasText: /^row 4 of window/ }).click();
    await screen.line(/y = rearrange\(x, .*\[1, 64, 20, 20, 16\]/);
    await screen.lens(/^shapes of row 4/);
    await screen.picture('own-shapes');
    await screen.page.locator('.codelens-decoration a', { hasText: /^shapes of row 4/ }).click();
    await screen.lens(/^row 4 of window/);
  });

  test('a class that nobody imported, and its fix', async () => {
    await screen.command('View: Close All Editors');
    await screen.command('Go to File');
    await screen.enter('fresh.yaml');
    await screen.shows('.quick-input-list .monaco-list-row.focused', 'fresh.yaml');
    await screen.press('Enter');
    await screen.line(/Fresh, \[128\]\].*\? /);
    await screen.page.waitForSelector('.squiggly-error');
    await screen.lens('row 5: unknown module');
    await screen.select(lineOf('nets/fresh.yaml', 'Fresh'), 14, 0);
    await screen.actions();
    await screen.shows('.action-widget', 'Import');
    await screen.page.waitForTimeout(300);
    await screen.picture('own-before');
    await screen.press('Enter');
    await screen.lacks('.squiggly-error');
    await screen.line(/Fresh, \[128\]\].*64×80×80 · .* params/);
    await screen.lens('2.42 GFLOPs');
    await screen.picture('own-after');
  });

  test('a command registers a class, or finds that it is', async () => {
    await screen.command('Go to File');
    await screen.enter('blocks.py');
    await screen.shows('.quick-input-list .monaco-list-row.focused', 'blocks.py');
    await screen.press('Enter');
    await screen.shows('.tab.active', 'blocks.py');
    await screen.select(lineOf('models/blocks.py', 'class Fresh'), 7, 0);
    await screen.command('yolint: Register a Module');
    await screen.shows('.quick-input-list .monaco-list-row.focused', /Fresh.*at the cursor/);
    await screen.press('Enter');
    await screen.shows('.tab.active', 'fresh-2.yaml');
    await screen.shows('.notification-toast', '`Fresh` is registered already; row 1 of fresh-2.yaml uses it');
    await screen.line(/Fresh, \[64\]\].* params/);
    await screen.picture('own-registered');
  });

  test('what was edited can be seen', async () => {
    assert.ok(await screen.page.$('.tab.dirty'));
  });
});
