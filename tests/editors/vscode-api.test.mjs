// VS Code's own API, asked in its extension host by `vscode-suite.cjs`.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HERE, ownProject, project } from './paths.mjs';
import { start } from './vscode.mjs';

test('what VS Code knows of a file', () => suite('vscode-suite.cjs', project(), 7));

test('what VS Code knows of a framework of its own', () => suite('vscode-own.cjs', ownProject(), 5));

/** Runs a suite in a folder, where so many tests pass. */
async function suite(file, folder, count) {
  // A suite belongs to an extension that is developed; this one is empty.
  const extension = mkdtempSync(join(tmpdir(), 'suite-'));
  const manifest = { name: 'suite', publisher: 'suite', version: '0.0.0', engines: { vscode: '^1.91.0' } };
  writeFileSync(join(extension, 'package.json'), JSON.stringify(manifest));
  const vscode = await start({ folder, suite: { extension, file: `${HERE}/${file}` } });
  const said = [];
  try {
    const ended = new Promise((resolve) => vscode.page.exposeFunction('codeAutomationExit', resolve));
    await vscode.page.exposeFunction('codeAutomationLog', (_, [text]) => {
      if (/^(passed|failed): /.test(text)) said.push(text);
    });
    await vscode.go();
    const code = await Promise.race([ended, sleep(180_000, 'no end', { ref: false })]);
    console.log(said.join('\n'));
    assert.equal(code, 0, said.at(-1));
    assert.equal(said.length, count);
  } finally {
    await vscode.close();
    for (const made of [folder, extension]) rmSync(made, { recursive: true, force: true });
  }
}
