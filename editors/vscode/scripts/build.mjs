// Bundles the extension, and brings what it takes from the rest of the project: schema, licences, pictures.

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

process.chdir(join(import.meta.dirname, '..'));
mkdirSync('schemas', { recursive: true });
copyFileSync('../../schemas/yolint.schema.json', 'schemas/yolint.schema.json');
for (const licence of ['LICENSE-MIT', 'LICENSE-APACHE']) copyFileSync(`../../${licence}`, licence);
// The pictures of the README, which are the documentation's.
rmSync('pictures', { recursive: true, force: true });
const readme = readFileSync('README.md', 'utf8').replaceAll(/\.\.\/\.\.\/docs\/pictures\/([\w-]+\.png)/g, (path, name) => {
  cpSync(path, `pictures/${name}`);
  return `pictures/${name}`;
});
writeFileSync('readme-packaged.md', readme);
const common = {
  bundle: true,
  minify: true,
  external: ['vscode'],
  // The protocol's libraries come as CommonJS in `main`, and as modules that are smaller.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: { extension: 'src/desktop.ts' },
  outdir: 'dist',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
});
await build({
  ...common,
  entryPoints: { web: 'src/web/extension.ts', worker: 'src/web/worker.ts' },
  outdir: 'dist',
  platform: 'browser',
  format: 'cjs',
  target: 'es2022',
});
// For browsers, the server as `site/wasm/build` makes it.
if (existsSync('../../site/wasm/yolint.wasm')) copyFileSync('../../site/wasm/yolint.wasm', 'dist/yolint.wasm');
else rmSync('dist/yolint.wasm', { force: true });
