// Makes the package with a server inside:
//   npm run package -- [--target linux-x64 | --target web] [--binary ../../target/release/yolint] [--out yolint.vsix]

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const started = process.env.INIT_CWD ?? process.cwd();
process.chdir(join(import.meta.dirname, '..'));
const { values } = parseArgs({
  options: { target: { type: 'string' }, binary: { type: 'string' }, out: { type: 'string' } },
});
const target = values.target ?? `${process.platform}-${process.arch}`;
const name = target.startsWith('win32') ? 'yolint.exe' : 'yolint';
const binary = values.binary ? resolve(started, values.binary) : resolve('../../target/release', name);
const out = values.out ? resolve(started, values.out) : `yolint-${target}.vsix`;

execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
rmSync('server', { recursive: true, force: true });
// A browser gets the server as WebAssembly, all others as a program.
if (target === 'web') {
  if (!existsSync('dist/yolint.wasm')) throw new Error('site/wasm/build makes the server for browsers');
} else {
  rmSync('dist/yolint.wasm', { force: true });
  mkdirSync('server');
  copyFileSync(binary, `server/${name}`);
  chmodSync(`server/${name}`, 0o755);
}
const vsce = ['node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--allow-missing-repository'];
// As `scripts/build.mjs` wrote it, with its pictures beside it.
vsce.push('--readme-path', 'readme-packaged.md', '--no-rewrite-relative-links');
execFileSync(process.execPath, [...vsce, '--target', target, '--out', out], { stdio: 'inherit' });
