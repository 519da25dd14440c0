// VS Code with the Chinese display languages: what the server and the extension say.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { HINTS, ROOT, TOTALS, project } from './paths.mjs';
import { Screen } from './screen.mjs';
import { start } from './vscode.mjs';

const TEXT = readFileSync(`${ROOT}/examples/yolo11-tiny.yaml`, 'utf8').split('\n');
const CONCAT = TEXT.findIndex((line) => line.includes('Concat')) + 1;
const ENTRY = TEXT[CONCAT - 1].indexOf('4]') + 1;
const inChinese = (figures) => figures.replace(' params', ' 参数');
const inTaiwan = (figures) => figures.replace(' params', ' 參數');

// Starts VS Code for the tests of a `describe` in a project, with the hints in its language.
function inLocale(locale, translated, screenIs) {
  const folder = project();
  let vscode, screen;

  before(async () => {
    writeFileSync(join(folder, '.yolint.yaml'), 'imgsz: 640\nrules:\n  dead-layer: fatal\n');
    vscode = await start({ folder, open: 'yolo11-tiny.yaml', locale });
    screen = new Screen(vscode.page);
    screenIs(screen);
    await vscode.go();
    await screen.line(translated(HINTS[0]), 90_000);
  });

  after(async () => {
    await vscode?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  afterEach(async (context) => {
    const failed = context.error ?? context.passed === false;
    if (failed) await screen?.picture(`failed-${locale}-${context.name.replaceAll(/\W+/g, '-')}`);
  });
}

describe('VS Code in Chinese', { timeout: 300_000 }, () => {
  let screen;
  inLocale('zh-cn', inChinese, (opened) => { screen = opened; });

  test('hints, lens and status', async () => {
    await screen.lens('图像 640');
    await screen.status(inChinese(TOTALS.n));
    await screen.picture('zh-hints');
  });

  test('hints stay in the width of the editor', async () => {
    // The sidebar is as wide as Chinese makes it.
    await screen.shows('.explorer-folders-view, .composite.title', '资源管理器');
    const ends = await screen.page.$$eval('.editor-instance .view-line > span', (lines) => lines.map((line) => line.getBoundingClientRect().right));
    const room = await screen.page.$eval('.editor-instance', (editor) => editor.getBoundingClientRect().right);
    assert.ok(Math.max(...ends) < room, `${Math.max(...ends)} of ${room}`);
  });

  test('a hover on a module', async () => {
    await screen.word('SPPF', 'SPPF').hover();
    await screen.shows('.monaco-hover', '两个 1x1 卷积之间依次串联的多个相同的池化。');
    await screen.picture('zh-hover');
    await screen.press('Escape');
  });

  test('a problem and its fix', async () => {
    await screen.select(CONCAT, ENTRY, 1);
    await screen.type('2');
    await screen.page.waitForSelector('.squiggly-error');
    await screen.line(/Concat, \[1\]\].*\? 尺寸不一致/);
    await screen.page.locator('.squiggly-error').hover({ force: true });
    await screen.shows('.monaco-hover', 'Concat 的输入尺寸不一致');
    await screen.picture('zh-problem');
    await screen.press('Escape');
    await screen.command('文件: 还原文件');
  });

  test('a settings file', async () => {
    await screen.open('.yolint.yaml');
    await screen.page.waitForSelector('.squiggly-error');
    await screen.word('imgsz', 'imgsz').hover();
    await screen.shows('.monaco-hover', '图像尺寸：640，或 [480, 640]（高和宽）。');
    await screen.page.locator('.squiggly-error').hover({ force: true });
    await screen.shows('.monaco-hover', '`rules.dead-layer` 应为 error、warn、hint 或 off，实为 "fatal"');
    await screen.picture('zh-settings');
  });
});

describe('VS Code in traditional Chinese', { timeout: 300_000 }, () => {
  let screen;
  inLocale('zh-tw', inTaiwan, (opened) => { screen = opened; });

  test('hints, lens, status and a hover', async () => {
    await screen.lens('影像 640');
    await screen.status(inTaiwan(TOTALS.n));
    await screen.word('SPPF', 'SPPF').hover();
    await screen.shows('.monaco-hover', '輸出 [1, 128, 40, 40]');
    await screen.picture('tw-hover');
    await screen.press('Escape');
  });

  test('the texts of the extension', async () => {
    await screen.press('F1');
    await screen.type('yolint');
    await screen.shows('.quick-input-list', '切換影像尺寸');
    await screen.picture('tw-commands');
    await screen.press('Escape');
  });
});
