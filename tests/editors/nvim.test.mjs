// Neovim: by its own API, and as a person sees it in a terminal.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { BIN, DIST, HERE, HINTS, ROOT, TOOLS, ownProject, project } from './paths.mjs';
import { Terminal } from './terminal.mjs';

const NVIM = `${TOOLS}/venv/bin/nvim`;

describe('Neovim', () => {
  let folder, env;

  before(() => {
    folder = project();
    writeFileSync(`${folder}/yolo11-wide.yaml`, WIDE);
    env = {
      ...process.env,
      HOME: folder,
      PATH: `${BIN}:${process.env.PATH}`,
      NVIM_PLUGIN: `${ROOT}/editors/nvim`,
      PROJECT: folder,
      // A server of its own for each run.
      TMUX_TMPDIR: folder,
    };
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  test('by its API', () => {
    const ran = spawnSync(NVIM, ['--headless', '--clean', '-l', `${HERE}/nvim.lua`], { env, encoding: 'utf8', timeout: 180_000 });
    console.log(`${ran.stdout}${ran.stderr}`);
    assert.equal(ran.status, 0);
  });

  test('a framework of its own', () => {
    const own = ownProject();
    try {
      const with_ = { ...env, PROJECT: own };
      const ran = spawnSync(NVIM, ['--headless', '--clean', '-l', `${HERE}/nvim-own.lua`], { env: with_, encoding: 'utf8', timeout: 180_000 });
      console.log(`${ran.stdout}${ran.stderr}`);
      assert.equal(ran.status, 0);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  });

  test('in a terminal', async () => {
    const command = `${NVIM} --clean -u ${HERE}/nvim-init.lua ${folder}/yolo11-tiny.yaml`;
    const terminal = new Terminal(command, env);
    try {
      await terminal.shows(HINTS[0]);
      const rows = terminal.rows();
      assert.equal(rows.length, HINTS.length);
      rows.forEach((row, i) => assert.ok(row.endsWith(HINTS[i]), `row ${i}: ${row}`));
      await terminal.shows('yolo11n-tiny');
      writeFileSync(`${DIST}/nvim.txt`, terminal.screen());
      terminal.keys('/1\\], 1', 'Enter', ':%s/\\[-1, 4\\], 1/[-1, 2], 1/', 'Enter');
      await terminal.shows('Concat gets feature maps of different sizes');
      writeFileSync(`${DIST}/nvim-mismatch.txt`, terminal.screen());
      terminal.keys('u', ':YolintScale s', 'Enter');
      await terminal.shows('yolo11s-tiny');
      await terminal.shows('32×320×320 · 928 params');
    } finally {
      terminal.close();
    }
  });

  test('in Chinese, where the system is', async () => {
    const command = `${NVIM} --clean -u ${HERE}/nvim-init.lua ${folder}/yolo11-tiny.yaml`;
    const terminal = new Terminal(command, { ...env, LC_ALL: undefined, LC_CTYPE: 'C.UTF-8', LANG: 'zh_CN.UTF-8' });
    try {
      const hints = HINTS.map((hint) => hint.replace('params', '参数'));
      await terminal.shows(hints[0]);
      terminal.rows().forEach((row, i) => assert.ok(row.endsWith(hints[i]), `row ${i}: ${row}`));
      terminal.keys(':%s/\\[-1, 4\\], 1/[-1, 2], 1/', 'Enter');
      await terminal.shows('Concat 的输入尺寸不一致');
      writeFileSync(`${DIST}/nvim-zh.txt`, terminal.screen());
    } finally {
      terminal.close();
    }
  });

  test('a picture of it', () => {
    const file = `${folder}/yolo11-mismatch.yaml`;
    const text = readFileSync(`${folder}/yolo11-tiny.yaml`, 'utf8');
    writeFileSync(file, text.replace('[-1, 4], 1', '[-1, 2], 1'));
    const picture = `${DIST}/nvim.png`;
    rmSync(picture, { force: true });
    execFileSync(`${HERE}/xterm-picture`, [picture, NVIM, '--clean', '-u', `${HERE}/nvim-init.lua`, '+14', file], { env });
    assert.ok(statSync(picture).size > 10_000);
  });
});

/** Its last row takes 8 channels, which come at scale n alone. */
const WIDE = `# yolint: scale m
scales:
  n: [1.0, 0.25, 1024]
  m: [1.0, 0.50, 1024]
backbone:
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [-1, 1, nn.Conv2d, [8, 16, 1]]
`;
