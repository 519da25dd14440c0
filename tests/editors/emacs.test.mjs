// Emacs with Eglot, by its own functions (`emacs.el`), with the configuration of `editors/emacs`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { BIN, HERE, ROOT, TOOLS, project } from './paths.mjs';

const TREE = `${TOOLS}/trixie`;

test('Emacs', () => {
  // Emacs runs within a tree of another system; so do the project and the program.
  const outside = mkdtempSync(join(TREE, 'tmp/project-'));
  const folder = project();
  try {
    cpSync(folder, outside, { recursive: true });
    const files = [`${BIN}/yolint`, `${ROOT}/editors/emacs/yolint.el`, `${HERE}/emacs.el`];
    for (const file of files) copyFileSync(file, join(outside, basename(file)));
    const inside = outside.slice(TREE.length);
    const run = ['emacs', '--batch', '-Q', '-l', `${inside}/yolint.el`, '-l', `${inside}/emacs.el`];
    const set = [`HOME=${inside}`, `PROJECT=${inside}`, `PATH=${inside}:/usr/bin:/bin`, 'LANG=C.UTF-8'];
    const ran = spawnSync('chroot', [TREE, 'env', ...set, ...run], { encoding: 'utf8', timeout: 120_000 });
    console.log(`${ran.stdout}${ran.stderr}`);
    assert.equal(ran.status, 0);
  } finally {
    for (const made of [folder, outside]) rmSync(made, { recursive: true, force: true });
  }
});
