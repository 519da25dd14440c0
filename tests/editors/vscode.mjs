// Starts VS Code's server with the extension in it, and opens it in a headless browser. Nothing leaves this machine.

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DIST, TOOLS } from './paths.mjs';

const { chromium } = createRequire(`${TOOLS}/browser/`)('playwright-core');
const OUT = `${TOOLS}/vscode/node_modules/code-server/lib/vscode/out`;
const MAIN = `${OUT}/server-main.js`;
const PACKAGE = `${DIST}/yolint.vsix`;

/** A quiet VS Code: nothing on the screen but what the tests are about. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'window.commandCenter': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

const BROWSER = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Opens a folder: `open` is a file in it, `suite` a file that is run in the extension host, where `url` makes of a path
 * what VS Code calls it; `extension` is the package to install; `locale` the display language.
 */
export async function start({ folder, open, suite, settings = {}, env = {}, extension = PACKAGE, locale }) {
  const home = mkdtempSync(join(tmpdir(), 'vscode-'));
  const options = { env: { PATH: process.env.PATH, HOME: home, ...env } };
  const data = ['--server-data-dir', home, '--accept-server-license-terms'];
  // Where a program is, is a setting of the machine that VS Code's server is on.
  for (const scope of ['User', 'Machine']) {
    mkdirSync(`${home}/data/${scope}`, { recursive: true });
    writeFileSync(`${home}/data/${scope}/settings.json`, JSON.stringify({ ...SETTINGS, ...settings }));
  }
  execFileSync(process.execPath, [MAIN, ...data, '--install-extension', extension], { ...options, stdio: 'ignore' });

  const port = await freePort();
  const log = openSync(`${home}/server.log`, 'w');
  const flags = ['--host', '127.0.0.1', '--port', `${port}`, '--without-connection-token', '--telemetry-level', 'off'];
  // The driver is what lets a file of tests run in the extension host; it keeps notifications from being drawn.
  if (suite) flags.push('--enable-smoke-test-driver');
  const args = [MAIN, ...data, ...flags];
  // The server leads a group of its own, which is ended as a whole.
  const server = spawn(process.execPath, args, { ...options, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const end = () => {
    try {
      process.kill(-server.pid);
    } catch {
      // It has ended by itself.
    }
  };
  // Also where the tests are ended from outside.
  process.once('exit', end);
  process.once('SIGTERM', () => process.exit(1));
  let browser;
  const close = async () => {
    await browser?.close();
    process.off('exit', end);
    end();
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    await answering(port);
    browser = await chromium.launch({ executablePath: process.env.CHROME ?? '/usr/bin/chromium', args: BROWSER });
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.route((url) => url.hostname !== '127.0.0.1', (route) => route.abort());
    if (locale) await speak(page, locale);
    const url = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
    const payload = [];
    if (open) payload.push(['openFile', url(join(folder, open))]);
    if (suite) payload.push(['extensionDevelopmentPath', url(suite.extension)], ['extensionTestsPath', url(suite.file)]);
    const go = () => page.goto(`http://127.0.0.1:${port}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    return { page, go, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Sets the display language. What VS Code's translators have no words for yet stays English. */
async function speak(page, locale) {
  const { [locale]: file } = { 'zh-cn': 'zh-hans', 'zh-tw': 'zh-hant' };
  const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
  const translated = read(`${TOOLS}/languages/node_modules/monaco-editor-nls/locale/${file}.json`);
  const english = read(`${OUT}/nls.messages.json`);
  const keys = read(`${OUT}/nls.keys.json`).flatMap(([module, keys]) => keys.map((key) => translated[module]?.[key]));
  const messages = english.map((message, i) => keys[i] ?? message);
  const set = { _VSCODE_NLS_MESSAGES: messages, _VSCODE_NLS_LANGUAGE: locale };
  await page.context().addCookies([{ name: 'vscode.nls.locale', value: locale, domain: '127.0.0.1', path: '/' }]);
  await page.route('**/nls.messages.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: `Object.assign(globalThis, ${JSON.stringify(set)});` }),
  );
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function answering(port) {
  for (let left = 200; ; left--) {
    const answer = await fetch(`http://127.0.0.1:${port}/version`).catch((error) => {
      if (left === 0) throw error;
    });
    if (answer?.ok) return;
    await sleep(100);
  }
}
