// The extension as VS Code runs it in a browser: in the host of web extensions, with the server as WebAssembly.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { DIST, HINTS, ROOT, TOTALS, project } from './paths.mjs';
import { Screen } from './screen.mjs';
import { start } from './vscode.mjs';

const TEXT = readFileSync(`${ROOT}/examples/yolo11-tiny.yaml`, 'utf8').split('\n');
const ROWS = TEXT.filter((line) => line.startsWith('  - ['));
const FIRST = TEXT.indexOf(ROWS[0]) + 1;

describe('VS Code in a browser', { timeout: 300_000 }, () => {
  const folder = project();
  let vscode, screen;

  before(async () => {
    // What the web's host runs, VS Code calls `ui` where there is another host besides.
    const settings = { 'remote.extensionKind': { 'yolint.yolint': ['ui'] } };
    vscode = await start({ folder, open: 'yolo11-tiny.yaml', settings, extension: `${DIST}/yolint-web.vsix` });
    screen = new Screen(vscode.page);
    await vscode.go();
    await screen.line(HINTS[0], 90_000);
  });

  after(async () => {
    await vscode?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async (context) => {
    if (context.error ?? context.passed === false) await screen?.picture(`failed-web-${context.name.replaceAll(/\W+/g, '-')}`);
  });

  test('it runs in the web’s host', async () => {
    const workers = vscode.page.workers().map((worker) => worker.url());
    assert.ok(workers.some((url) => url.startsWith('blob:')), `${workers}`);
    // There is no program that it could have started.
    assert.ok(!readFileSync(`${DIST}/yolint-web.vsix`).includes('server/yolint'));
  });

  test('hints and totals', async () => {
    const drawn = await screen.lines();
    for (const [i, row] of ROWS.entries()) {
      const line = drawn.find((line) => line.startsWith(row));
      assert.equal(line?.slice(row.length).trim(), HINTS[i], `row ${i}`);
    }
    await screen.status(TOTALS.n);
  });

  test('an error while typing, and its fix', async () => {
    await screen.select(FIRST, TEXT[FIRST - 1].indexOf('Conv') + 1, 4);
    await screen.type('Cnov');
    await vscode.page.waitForSelector('.squiggly-error', { timeout: 20_000 });
    await screen.actions();
    await vscode.page.locator('.action-widget .monaco-list-row', { hasText: 'Conv' }).first().click();
    await screen.lacks('.squiggly-error');
    await screen.line(HINTS[0]);
  });

  test('hover', async () => {
    await screen.word(ROWS[3], 'SCDown').hover();
    await screen.shows('.monaco-hover', 'SCDown');
  });

  test('the graph', async () => {
    await screen.command('yolint: Show Model Graph');
    const frame = await screen.webview('.node[data-row]');
    assert.equal(await frame.$$eval('.node[data-row]', (nodes) => nodes.length), ROWS.length);
    await screen.picture('vscode-web');
  });
});
