// Builds the site into target/dist/site: the page to try yolint, and the documentation. `npm run build` after `bash wasm/build`.

import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { documentation } from './pages.mjs';

process.chdir(import.meta.dirname);
const settings = JSON.parse(readFileSync('site.json', 'utf8'));
// A fork's address, without an edit.
settings.base = process.env.SITE_BASE || settings.base;
const out = '../target/dist/site';
rmSync(out, { recursive: true, force: true });
mkdirSync(`${out}/assets`, { recursive: true });

const examples = Object.fromEntries(
  readdirSync('../examples')
    .filter((name) => name.endsWith('.yaml'))
    .sort((a, b) => Number(b === 'yolo11-tiny.yaml') - Number(a === 'yolo11-tiny.yaml'))
    .map((name) => [name, readFileSync(join('../examples', name), 'utf8')]),
);
await build({
  entryPoints: { page: 'src/page.ts', docs: 'src/docs.ts', worker: 'src/server/worker.ts' },
  outdir: `${out}/assets`,
  bundle: true,
  minify: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  define: { EXAMPLES: JSON.stringify(examples) },
  logLevel: 'warning',
});
copyFileSync('wasm/yolint.wasm.xz', `${out}/assets/yolint.wasm.xz`);
copyFileSync('pages/try.html', `${out}/index.html`);
copyFileSync('pages/style.css', `${out}/assets/style.css`);
copyFileSync('../editors/vscode/icon.png', `${out}/assets/icon.png`);
// GitHub Pages would leave out what begins with an underscore.
writeFileSync(`${out}/.nojekyll`, '');

const { pages, index } = documentation(settings);
const template = readFileSync('pages/doc.html', 'utf8');
// The words are TypeScript's, which this version of node doesn't run.
const { code } = await transform(readFileSync('src/words.ts', 'utf8'), { loader: 'ts' });
const { languages } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
for (const { path, title, content, lang, twin } of pages) {
  const root = '../'.repeat(path.split('/').length - 1) || './';
  const [docsPage, rulesPage] = lang === 'zh' ? ['docs/zh/index.html', 'docs/zh/rules/index.html'] : ['docs/index.html', 'rules/index.html'];
  const [other, name] = lang === 'zh' ? ['en', 'English'] : ['zh', '中文'];
  const link = twin && `<a href="${root}${twin}" hreflang="${other}" lang="${other}">${name}</a> `;
  const filled = { ...languages[lang], lang, root, title, content, docsPage, rulesPage, other: link };
  mkdirSync(dirname(join(out, path)), { recursive: true });
  writeFileSync(join(out, path), template.replaceAll(/\{(\w+)\}/g, (_, name) => filled[name]));
}
cpSync('../docs/pictures', `${out}/docs/pictures`, { recursive: true });
writeFileSync(`${out}/assets/search.json`, JSON.stringify(index));
const addresses = ['index.html', ...pages.map(({ path }) => path)];
writeFileSync(`${out}/sitemap.txt`, addresses.map((path) => new URL(path, settings.base).href).join('\n') + '\n');

/** The most that the page to try may load before it shows anything, as it goes over the wire. */
const MOST = 1.5e6;
const chunks = readdirSync(`${out}/assets`).filter((name) => /^chunk-.*\.js$/.test(name));
const loaded = ['index.html', ...['page.js', 'worker.js', 'yolint.wasm.xz', 'style.css', ...chunks].map((name) => `assets/${name}`)].map((name) =>
  readFileSync(`${out}/${name}`),
);
const [gzip, brotli] = [(bytes) => gzipSync(bytes, { level: 9 }), (bytes) => brotliCompressSync(bytes)].map((compress) =>
  loaded.reduce((sum, bytes) => sum + compress(bytes).length, 0),
);
const megabytes = (size) => (size / 1e6).toFixed(2);
console.log(`site: ${addresses.length} pages in ${relative('..', out)}; the first load is ${megabytes(gzip)} MB by gzip, ${megabytes(brotli)} by Brotli`);
if (gzip > MOST) {
  console.error(`site: more than ${megabytes(MOST)} MB is too much to load at once`);
  process.exit(1);
}
