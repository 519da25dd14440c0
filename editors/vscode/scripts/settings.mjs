// Generates the settings in package.json, and what package.nls.json says of them, from schemas/editor.schema.json; `--check` only
// checks that they match, and that package.nls.zh-cn.json says the same.

import { readFileSync, writeFileSync } from 'node:fs';

const here = (path) => new URL(path, import.meta.url);
const schema = JSON.parse(readFileSync(here('../../../schemas/editor.schema.json'), 'utf8'));
const text = readFileSync(here('../package.json'), 'utf8');
const manifest = JSON.parse(text);
const words = readFileSync(here('../package.nls.json'), 'utf8');
const english = JSON.parse(words);
const chinese = JSON.parse(readFileSync(here('../package.nls.zh-cn.json'), 'utf8'));

/** Defaults, for display only: the extension sends only settings that the user set. Without one, VS Code would take `null`, which
 * most settings can't be. */
const SHOWN = {
  scale: '',
  imgsz: 640,
  channels: 3,
  data: '',
  convention: 'ultralytics',
  fused: false,
  pretrained: '',
  freeze: null,
  devices: {},
  hints: ['shape', 'params', 'gflops'],
  rules: {},
  perFile: {},
  dominantShare: null,
  files: [],
  framework: 'auto',
  modules: [],
  python: '',
  budgets: [],
  language: null,
  extend: '',
};

/** Settings that only the extension has. */
const OWN = {
  'yolint.path': {
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    markdownDescription:
      'Path of the server program. If empty, the program bundled with the extension is used, or else the `yolint` on the `PATH`.',
  },
  'yolint.trace.server': {
    type: 'string',
    enum: ['off', 'messages', 'verbose'],
    default: 'off',
    scope: 'window',
    markdownDescription: 'How much of the communication with the server to log.',
  },
};

/** Converts a schema to VS Code's subset: references resolved, alternatives of constants as an enumeration, no `null`. */
function plain(node) {
  if (Array.isArray(node)) return node.map(plain);
  if (node === null || typeof node !== 'object') return node;
  if (node.$ref) return plain(schema.$defs[node.$ref.replace('#/$defs/', '')]);
  if (node.oneOf?.every((one) => 'const' in one)) {
    const { oneOf, ...rest } = node;
    return {
      ...plain(rest),
      type: 'string',
      enum: oneOf.map((one) => one.const),
      enumDescriptions: oneOf.map((one) => one.description),
    };
  }
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, plain(value)]));
  if (Array.isArray(copy.type)) {
    const types = copy.type.filter((type) => type !== 'null');
    copy.type = types.length === 1 ? types[0] : types;
  }
  if (copy.default === null) delete copy.default;
  return copy;
}

function setting(name, node) {
  const { description, ...rest } = plain(node);
  const type = rest.enum && !rest.type ? { type: 'string' } : {};
  const shown = { default: SHOWN[name] };
  if (shown.default === null) rest.type = [rest.type ?? 'string', 'null'];
  return { ...type, ...rest, ...shown, scope: 'window', markdownDescription: description?.replaceAll('\n', ' ') };
}

/** VS Code's names are in camelCase; the server takes both. */
const camel = (name) => name.replaceAll(/_(.)/g, (_, letter) => letter.toUpperCase());
const settings = Object.entries(schema.properties).map(([name, node]) => [`yolint.${camel(name)}`, setting(camel(name), node)]);
manifest.contributes.configuration.properties = { ...Object.fromEntries(settings), ...OWN };

/** Texts in English by what package.json calls them: the settings' own, and what isn't a setting. */
const said = Object.fromEntries(Object.entries(english).filter(([key]) => !key.startsWith('setting.')));

/** A setting with the names of its texts in their place. */
function named(name, node) {
  let count = 0;
  const key = (text) => {
    const known = Object.keys(said).find((key) => key.startsWith(`setting.${name}.`) && said[key] === text);
    const found = known ?? `setting.${name}.${count++}`;
    said[found] = text;
    return `%${found}%`;
  };
  const inside = (node) => {
    if (Array.isArray(node)) return node.map(inside);
    if (node === null || typeof node !== 'object') return node;
    const entries = Object.entries(node).map(([field, value]) => {
      if (typeof value === 'string' && /^(markdownD|d)escription$/.test(field)) return [field, key(value)];
      if (field === 'enumDescriptions') return [field, value.map(key)];
      return [field, inside(value)];
    });
    return Object.fromEntries(entries);
  };
  return inside(node);
}

const properties = Object.entries(manifest.contributes.configuration.properties);
manifest.contributes.configuration.properties = Object.fromEntries(
  properties.map(([name, node]) => [name, named(name.replace('yolint.', ''), node)]),
);
const wanted = JSON.stringify(manifest, null, 2) + '\n';
const wantedWords = JSON.stringify(said, null, 2) + '\n';
const missing = Object.keys(said).filter((key) => !(key in chinese));
const leftOver = Object.keys(chinese).filter((key) => !(key in said));
if (missing.length + leftOver.length > 0) {
  console.error(`package.nls.zh-cn.json lacks ${missing.join(', ') || 'nothing'}; left over: ${leftOver.join(', ') || 'nothing'}.`);
  process.exitCode = 1;
}
if (wanted === text && wantedWords === words) process.exit();
if (process.argv.includes('--check')) {
  console.error('package.json does not match schemas/editor.schema.json: run `npm run settings`.');
  process.exit(1);
}
writeFileSync(here('../package.json'), wanted);
writeFileSync(here('../package.nls.json'), wantedWords);
