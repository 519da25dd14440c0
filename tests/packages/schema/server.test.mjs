// The schema of model YAMLs, as people meet it in VS Code's YAML extension, Neovim or Helix: by yaml-language-server.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

const ROOT = resolve(import.meta.dirname, '../../..');
const SERVER = join(ROOT, 'target/packages/schema/node_modules/yaml-language-server/bin/yaml-language-server');
const SCHEMA = pathToFileURL(join(ROOT, 'schemas/model.schema.json')).href;
const SETTINGS = { yaml: { schemas: { [SCHEMA]: '*.yaml' }, schemaStore: { enable: false }, validate: true, hover: true, completion: true } };

let server;
let read = Buffer.alloc(0);
let lastId = 0;
const answers = new Map();
const waiting = new Map();

function send(message) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function request(method, params) {
  const id = ++lastId;
  send({ id, method, params });
  return new Promise((answer) => answers.set(id, answer));
}

function receive(message) {
  if (message.method === 'workspace/configuration') {
    send({ id: message.id, result: message.params.items.map((item) => SETTINGS[item.section] ?? null) });
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null });
  } else if (message.method === 'textDocument/publishDiagnostics') {
    waiting.get(message.params.uri)?.(message.params.diagnostics);
  } else if (answers.has(message.id)) {
    answers.get(message.id)(message.result);
  }
}

before(async () => {
  server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  server.stdout.on('data', (data) => {
    read = Buffer.concat([read, data]);
    for (;;) {
      const head = read.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(read.subarray(0, head).toString())[1]);
      if (read.length < head + 4 + length) return;
      receive(JSON.parse(read.subarray(head + 4, head + 4 + length).toString()));
      read = read.subarray(head + 4 + length);
    }
  });
  const capabilities = { workspace: { configuration: true }, textDocument: { completion: { completionItem: { snippetSupport: true } } } };
  await request('initialize', { processId: process.pid, rootUri: null, capabilities });
  send({ method: 'initialized', params: {} });
  send({ method: 'workspace/didChangeConfiguration', params: { settings: SETTINGS } });
});

after(() => server.kill());

/** Opens a text and returns what is said of it; `uri` names it afterwards. */
function open(name, text) {
  const uri = `file:///models/${name}`;
  const said = new Promise((tell) => waiting.set(uri, tell));
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
  return said.then((diagnostics) => ({ uri, diagnostics, text }));
}

/** The place of `|` in a text, and the text without it. */
function marked(text) {
  const at = text.indexOf('|');
  const lines = text.slice(0, at).split('\n');
  return { text: text.replace('|', ''), position: { line: lines.length - 1, character: lines.at(-1).length } };
}

const model = (row) => `nc: 3\nbackbone:\n  - ${row}\nhead:\n  - [-1, 1, Classify, [nc]]\n`;

test('a model without mistakes', async () => {
  const { diagnostics } = await open('good.yaml', model('[-1, 1, Conv, [64, 3, 2]]'));
  assert.deepEqual(diagnostics, []);
});

test('a wrong number of arguments, at the arguments', async () => {
  const few = await open('few.yaml', model('[-1, 1, Conv, []]'));
  assert.equal(few.diagnostics.length, 1, JSON.stringify(few.diagnostics));
  assert.match(few.diagnostics[0].message, /too few items|at least 1|Expected 1 or more/i);
  assert.deepEqual(few.diagnostics[0].range.start, { line: 2, character: 18 });
  const many = await open('many.yaml', model('[-1, 1, Concat, [1, 2]]'));
  assert.equal(many.diagnostics.length, 1, JSON.stringify(many.diagnostics));
  assert.match(many.diagnostics[0].message, /too many items|at most 1|Expected 1 or fewer/i);
});

test('a row that is too short, and a module of one’s own', async () => {
  const short = await open('short.yaml', model('[-1, 1, Conv]'));
  assert.notEqual(short.diagnostics.length, 0);
  const own = await open('own.yaml', model('[-1, 1, MyOwnBlock, [64, 1, 2, 3, 4, 5, 6, 7, 8]]'));
  assert.deepEqual(own.diagnostics, []);
});

test('completion of modules and of keys', async () => {
  const row = marked(model('[-1, 1, C|, [64]]'));
  const { uri } = await open('module.yaml', row.text);
  const modules = await request('textDocument/completion', { textDocument: { uri }, position: row.position });
  const labels = modules.items.map((item) => item.label);
  for (const name of ['Conv', 'C3k2', 'Concat', 'nn.Upsample']) assert.ok(labels.includes(name), `${name} of ${labels}`);

  const key = marked('backbone: []\nhead: []\n|');
  const keys = await open('key.yaml', key.text);
  const offered = await request('textDocument/completion', { textDocument: { uri: keys.uri }, position: key.position });
  const names = offered.items.map((item) => item.label);
  for (const name of ['nc', 'scales', 'activation', 'kpt_shape']) assert.ok(names.includes(name), `${name} of ${names}`);
});

test('hover on a module and on a key', async () => {
  const row = marked(model('[-1, 1, Co|nv, [64, 3, 2]]'));
  const { uri } = await open('hover.yaml', row.text);
  const said = await request('textDocument/hover', { textDocument: { uri }, position: row.position });
  assert.match(JSON.stringify(said), /c2, k=1, s=1/);
  const key = await request('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 1 } });
  assert.match(JSON.stringify(key), /Number of classes/);
});

test('silence on the files of the framework and on our own', async () => {
  // The tests in Rust leave the wheel there.
  const models = join(ROOT, 'target/wheels/ultralytics-8.4.190/ultralytics/cfg/models');
  const files = readdirSync(models, { recursive: true }).filter((name) => name.endsWith('.yaml')).map((name) => join(models, name));
  assert.ok(files.length > 50);
  const own = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.yaml')).map((name) => join(ROOT, 'examples', name));
  for (const [at, path] of [...files, ...own].entries()) {
    const { diagnostics } = await open(`silent-${at}.yaml`, readFileSync(path, 'utf8'));
    assert.deepEqual(diagnostics, [], path);
  }
});
