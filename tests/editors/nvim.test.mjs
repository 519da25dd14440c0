// Neovim: by its own API, and as a person sees it in a terminal.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DIST, HERE, HINTS, ROOT, TOOLS, project } from './paths.mjs';

const NVIM = `${TOOLS}/venv/bin/nvim`;

describe('Neovim', () => {
  let folder, env;

  before(() => {
    folder = project();
    writeFileSync(`${folder}/wide.yaml`, WIDE);
    env = {
      ...process.env,
      HOME: folder,
      PATH: `${ROOT}/target/debug:${process.env.PATH}`,
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

  test('in a terminal', async () => {
    const tmux = (...args) => execFileSync('tmux', args, { env, encoding: 'utf8' });
    const screen = () => tmux('capture-pane', '-p');
    const shows = async (wanted) => {
      for (let left = 100; left > 0 && !screen().includes(wanted); left--) await sleep(100);
      assert.ok(screen().includes(wanted), `${wanted} isn't on the screen:\n${screen()}`);
    };
    const command = `${NVIM} --clean -u ${HERE}/nvim-init.lua ${folder}/tiny-detect.yaml`;
    tmux('-f', '/dev/null', 'new-session', '-d', '-x', '110', '-y', '32', command);
    try {
      await shows(HINTS[0]);
      const lines = screen().split('\n');
      const rows = lines.filter((line) => line.includes('  - ['));
      assert.equal(rows.length, HINTS.length);
      rows.forEach((row, i) => assert.ok(row.trimEnd().endsWith(HINTS[i]), `row ${i}: ${row}`));
      await shows('tiny-detect at scale n');
      writeFileSync(`${DIST}/nvim.txt`, screen());
      tmux('send-keys', '/1\\], 1', 'Enter', ':%s/\\[-1, 4\\], 1/[-1, 2], 1/', 'Enter');
      await shows('Sizes of tensors must match');
      writeFileSync(`${DIST}/nvim-mismatch.txt`, screen());
      tmux('send-keys', 'u', ':YolintScale s', 'Enter');
      await shows('tiny-detect at scale s');
      await shows('32×320×320 · 928 params');
    } finally {
      tmux('kill-server');
    }
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
