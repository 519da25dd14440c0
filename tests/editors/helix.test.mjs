// Helix as a person sees it, with the configuration of `editors/helix`.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIN, DIST, HINTS, ROOT, TOOLS, project } from './paths.mjs';
import { Terminal } from './terminal.mjs';

const TREE = `${TOOLS}/trixie`;

describe('Helix', { timeout: 180_000 }, () => {
  let folder, terminal;

  before(() => {
    folder = project();
    const config = `${folder}/.config/helix`;
    mkdirSync(config, { recursive: true });
    for (const file of ['languages.toml', 'config.toml']) cpSync(`${ROOT}/editors/helix/${file}`, `${config}/${file}`);
    const env = {
      ...process.env,
      HOME: folder,
      PATH: `${BIN}:${process.env.PATH}`,
      HELIX_RUNTIME: `${TREE}/usr/lib/helix/runtime`,
      COLORTERM: 'truecolor',
      TMUX_TMPDIR: folder,
    };
    // With the libraries of its own system, but not in it: Helix wants to know where it is, and thus /proc.
    const libraries = `${TREE}/usr/lib/x86_64-linux-gnu`;
    const helix = `${TREE}/lib64/ld-linux-x86-64.so.2 --library-path ${libraries} ${TREE}/usr/bin/hx`;
    terminal = new Terminal(`${helix} ${folder}/yolo11-tiny.yaml`, env);
  });

  after(() => {
    try {
      terminal?.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  /** Keys of a person, who takes time. */
  const keys = async (...keys) => {
    for (const key of keys) {
      terminal.keys(key === ' ' ? 'Space' : key);
      await sleep(150);
    }
  };

  test('hints, hover, a finding and its fixes', async () => {
    await terminal.shows('backbone:');
    // Helix draws hints at the next key.
    for (let left = 20; left > 0 && !terminal.screen().includes(HINTS[0]); left--) {
      await keys('j', 'k');
      await sleep(700);
    }
    terminal.rows().forEach((row, i) => assert.ok(row.includes(HINTS[i]), terminal.screen()));
    assert.equal(terminal.rows().length, HINTS.length);
    writeFileSync(`${DIST}/helix.txt`, terminal.screen());

    await keys('Escape', '/', 'SPPF', 'Enter', 'Space', 'k');
    await terminal.shows('SPPF(');
    await keys('Escape', 'Escape');

    // Typed key by key: Helix 25.01 tells of edits in the wrong order where they come within a millisecond.
    await keys('%', 's', '4\\], 1, Conc', 'Enter', 'c', ...'2], 1, Conc', 'Escape', ',');
    await terminal.shows('Concat gets feature maps of different sizes');
    writeFileSync(`${DIST}/helix-mismatch.txt`, terminal.screen());
    await keys('/', '2\\], 1, Conc', 'Enter', ';', 'Space', 'a');
    await terminal.shows('Read row 4 instead');
    await keys('Enter', 'j', 'k');
    await terminal.shows('Concat, [1]] # 9 192×80×80');
  });
});
