// The documentation as pages: Markdown of docs/ and editors/, links between them, sections for the search.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Marked } from 'marked';

const ROOT = join(import.meta.dirname, '..');

/** Where a file of Markdown becomes which page. Rules have short addresses that stay. */
function address(file) {
  const rules = /^docs\/rules\/(.+)\.md$/.exec(file);
  const path = rules ? `rules/${rules[1]}.html` : file.replace(/^(README|README\.zh-CN|CHANGELOG)\.md$/, 'docs/about/$1.html').replace(/\.md$/, '.html');
  return path.replace(/README\.html$/, 'index.html').replace('README.zh-CN', 'zh-CN');
}

function files() {
  const below = (folder) =>
    readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : below(path);
      return entry.name.endsWith('.md') && !['readme-packaged.md'].includes(entry.name) && !path.includes('/walkthrough/') ? [path] : [];
    });
  return ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', ...below('docs'), ...below('editors')].sort();
}

const slug = (text) =>
  text
    .toLowerCase()
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const ENTITIES = { '&#39;': "'", '&quot;': '"', '&lt;': '<', '&gt;': '>', '&amp;': '&' };
const unescape = (text) => text.replaceAll(/&[a-z#0-9]+;/g, (entity) => ENTITIES[entity] ?? entity);

/** Whether a block is a model that can be tried: all that the server looks at. */
const isModel = (text) => /^backbone:/m.test(text) && /^head:/m.test(text);

export function documentation(settings) {
  const all = files();
  const known = new Set(all);
  const index = [];
  const pages = all.map((file) => {
    const path = address(file);
    const text = readFileSync(join(ROOT, file), 'utf8');
    const title = /^# (.+)$/m.exec(text)?.[1].replaceAll('`', '') ?? file;
    let section = { page: path, title, heading: title, anchor: '', text: '' };
    index.push(section);

    /** A link as it leads on within the site, or to the repository. */
    const link = (href) => {
      if (/^[a-z]+:|^#/.test(href)) return href;
      const [target, anchor] = href.split('#');
      let to = posix.normalize(posix.join(posix.dirname(file), target));
      if (known.has(`${to.replace(/\/$/, '')}/README.md`)) to = `${to.replace(/\/$/, '')}/README.md`;
      const end = anchor ? `#${anchor}` : '';
      if (known.has(to)) return posix.relative(posix.dirname(path), address(to)) + end;
      if (/^docs\/pictures\//.test(to)) return posix.relative(posix.dirname(path), to);
      return existsSync(join(ROOT, to)) ? `${settings.repository}/blob/main/${to}${end}` : href;
    };
    const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
    const marked = new Marked({
      renderer: {
        heading({ tokens, depth }) {
          const words = this.parser.parseInline(tokens);
          const plain = unescape(words.replaceAll(/<[^>]+>/g, ''));
          const anchor = slug(plain);
          if (depth > 1) index.push((section = { page: path, title, heading: plain, anchor, text: '' }));
          return `<h${depth} id="${anchor}">${words}</h${depth}>\n`;
        },
        link({ href, tokens }) {
          return `<a href="${escape(link(href))}">${this.parser.parseInline(tokens)}</a>`;
        },
        image: ({ href, text }) => `<img src="${escape(link(href))}" alt="${escape(text)}">`,
        html: ({ text }) => text.replaceAll(/src="([^"]+)"/g, (_, src) => `src="${escape(link(src))}"`),
        code({ text, lang }) {
          const block = `<pre><code>${escape(text)}</code></pre>`;
          return lang?.startsWith('yaml') && isModel(text) ? `<div class="live" data-model>${block}</div>\n` : `${block}\n`;
        },
      },
    });
    // Sections are filled in the order of the text: heading by heading.
    const content = marked
      .lexer(text)
      .map((token) => marked.parser(Object.assign([token], { links: {} })) + remember(token))
      .join('');
    function remember(token) {
      if (token.type !== 'heading' && token.type !== 'html') section.text += ` ${token.raw.replaceAll(/[`*|[\]()#]/g, ' ')}`.replaceAll(/\s+/g, ' ');
      return '';
    }
    const isChinese = /zh-CN|^docs\/zh\//.test(file);
    const other = isChinese ? file.replace('.zh-CN', '').replace('docs/zh/', 'docs/') : file.replace(/^README\.md/, 'README.zh-CN.md').replace('docs/', 'docs/zh/');
    const lang = isChinese ? 'zh' : 'en';
    for (const section of index) if (section.page === path) section.lang = lang;
    return { path, title, content, lang, twin: other !== file && known.has(other) ? address(other) : '' };
  });
  return { pages, index };
}
