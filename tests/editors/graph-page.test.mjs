// The pages of `yolint graph` and `yolint diff` as a person uses them, in a browser.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { BIN, DIST, HINTS, ROOT, TOOLS, TOTALS } from './paths.mjs';

const { chromium } = createRequire(join(TOOLS, 'browser/package.json'))('playwright-core');
const MODEL = readFileSync(join(ROOT, 'examples/yolo11-tiny.yaml'), 'utf8');
const OVER = 'budget 3 GFLOPs: over by 0.41';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
let browser, page, complaints;

function yolint(...args) {
  const ran = spawnSync(join(BIN, 'yolint'), args, { cwd: folder, encoding: 'utf8' });
  // A file over its budget ends with 1.
  assert.ok(ran.status < 2, ran.stderr);
  return ran.stdout;
}

/** Opens a file; whatever it complains of or asks for is a complaint. */
async function open(name, options = {}) {
  await page?.close();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
  complaints = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => request.url() === `file://${folder}/${name}` || complaints.push(request.url()));
  await page.goto(`file://${folder}/${name}`);
}

const texts = (selector) => page.$$eval(selector, (elements) => elements.map((element) => element.textContent));
const fills = () => page.$$eval('.node[data-row] rect', (rects) => rects.map((rect) => rect.getAttribute('fill')));
const node = (row, side = '#picture') => page.locator(`${side} .node[data-row="${row}"]`);
/** Terms and what is said of them. */
const details = async () => {
  const [terms, facts] = [await texts('#details dt'), await texts('#details dd')];
  return Object.fromEntries(terms.map((term, i) => [term, facts[i]]));
};
const isInView = (locator, pane) =>
  locator.evaluate((element, pane) => {
    const [a, b] = [element.getBoundingClientRect(), document.querySelector(pane).getBoundingClientRect()];
    return a.top >= b.top - 1 && a.bottom <= b.bottom + 1 && a.left < b.right && a.right > b.left;
  }, pane);
/** Smooth scrolling takes its time. */
async function comesIntoView(locator, pane) {
  for (let left = 60; left > 0 && !(await isInView(locator, pane)); left--) await page.waitForTimeout(50);
  assert.ok(await isInView(locator, pane), `${locator} isn't in view`);
}

/** How many pages of paper a page takes, upright and across; a picture of the first way stays. */
async function printed(name) {
  await open(name, { colorScheme: 'dark' });
  const pages = async (landscape) => {
    const pdf = await page.pdf({ format: 'A4', landscape, printBackground: true, path: landscape ? undefined : `${DIST}/${name}.pdf` });
    return pdf.toString('latin1').match(/\/Type \/Page\b/g).length;
  };
  return [await pages(false), await pages(true)];
}

/** The texts whose contrast with what is behind them is under 4.5, as WCAG asks for. */
const pale = () =>
  page.evaluate(() => {
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    /** Colours over each other, the first at the bottom. */
    const mixed = (colours) => {
      context.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
      }
      return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (colour) => {
      const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const covers = (shape, box) => {
      const other = shape.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      return other.left <= x && x <= other.right && other.top <= y && y <= other.bottom;
    };
    const found = [];
    for (const element of document.body.querySelectorAll('*')) {
      const own = [...element.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
      const box = element.getBoundingClientRect();
      if (!own || !box.width || element.closest('title, script, style, option')) continue;
      const isDrawn = element instanceof SVGElement;
      const behind = [];
      for (let parent = element; parent; parent = parent.parentElement) behind.unshift(getComputedStyle(parent).backgroundColor);
      if (isDrawn) {
        const rects = [...element.closest('svg').querySelectorAll('rect')];
        behind.push(...rects.filter((rect) => covers(rect, box)).map((rect) => getComputedStyle(rect).fill));
      }
      const style = getComputedStyle(element);
      const [front, back] = [light(mixed([...behind, isDrawn ? style.fill : style.color])), light(mixed(behind))];
      const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
      if (contrast < 4.5) found.push(`${element.textContent}: ${contrast.toFixed(2)}`);
    }
    return found;
  });

/** What of the texts of a page isn't selected when all is. */
const unselected = () =>
  page.evaluate(() => {
    document.querySelector('input')?.blur();
    getSelection().selectAllChildren(document.body);
    const said = getSelection().toString().replaceAll(/\s+/g, ' ');
    const drawn = [...document.querySelectorAll('h1, svg text, #details dd, .bar span, .bar b, td')];
    const texts = drawn.filter((element) => element.getBoundingClientRect().width).map((element) => element.textContent.trim());
    getSelection().removeAllRanges();
    return texts.filter((text) => !said.includes(text.replaceAll(/\s+/g, ' ')));
  });

before(async () => {
  mkdirSync(DIST, { recursive: true });
  writeFileSync(join(folder, 'yolo11-tiny.yaml'), `# yolint: budget gflops<=3\n${MODEL}`);
  browser = await chromium.launch({
    executablePath: process.env.CHROME ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async (context) => {
  if (context.passed === false) await page?.screenshot({ path: `${DIST}/failed-page-${context.name.replaceAll(/\W+/g, '-')}.png` });
  assert.deepEqual(complaints, [], 'nothing is complained of, and nothing asked for');
});

describe('the page of graph', () => {
  before(() => writeFileSync(join(folder, 'graph.html'), yolint('graph', 'yolo11-tiny.yaml', '--scale', 'n', '--format', 'html')));

  test('the title has totals and budget, boxes and lines have figures', async () => {
    await open('graph.html');
    const [params, ops] = TOTALS.n.split(' · ');
    const title = await page.textContent('h1');
    for (const part of ['yolo11-tiny', 'scale n', params, ops, OVER]) assert.ok(title.includes(part), `${part} in ${title}`);
    assert.equal(await page.title(), title);
    const rows = HINTS.map((hint) => hint.split(' · '));
    const drawn = await texts('.node[data-row] .figures');
    assert.equal(drawn.length, rows.length);
    for (const [i, [, params, ops]] of rows.entries()) {
      assert.equal(drawn[i], params ? `${params.replace(' params', '')} · ${ops}` : '0 · 0 FLOPs', `row ${i}`);
    }
    for (const label of await page.$$('.shape')) {
      const from = Number(await label.getAttribute('data-from'));
      assert.equal(await label.textContent(), rows[from][0]);
    }
    await page.screenshot({ path: `${DIST}/graph-page.png` });
  });

  // Colours are those of ranks, which stay where a model grows evenly.
  test('the scale changes title and labels', async () => {
    await open('graph.html');
    const [labels, shapes] = [await texts('.node .figures'), await texts('.shape')];
    await page.selectOption('#scale', { label: 's' });
    const title = await page.textContent('h1');
    for (const part of ['scale s', ...TOTALS.s.split(' · ')]) assert.ok(title.includes(part), `${part} in ${title}`);
    assert.equal(await page.title(), title);
    assert.notDeepEqual(await texts('.node .figures'), labels);
    assert.notDeepEqual(await texts('.shape'), shapes);
    const told = JSON.parse(yolint('table', 'yolo11-tiny.yaml', '--scale', 's', '--format', 'json'));
    const first = told.rows[0].output.slice(1).join('×');
    assert.equal((await texts('.shape[data-from="0"]'))[0], first);
    await page.selectOption('#scale', { label: 'n' });
    assert.deepEqual(await texts('.node .figures'), labels);
    assert.deepEqual(await texts('.shape'), shapes);
  });

  test('the colours are those that the program draws with each metric', async () => {
    await open('graph.html');
    const numbers = (colour) => (colour.startsWith('#') ? colour.match(/\w\w/g).map((hex) => parseInt(hex, 16)) : colour.match(/\d+/g).map(Number));
    for (const metric of ['params', 'weights', 'activations', 'ops']) {
      await page.selectOption('#metric', metric);
      const svg = yolint('graph', 'yolo11-tiny.yaml', '--scale', 'n', '--metric', metric);
      const drawn = [...svg.matchAll(/<g class="node[^>]* data-row=[^]*? fill="(#\w+)"/g)].map((match) => numbers(match[1]));
      assert.equal(drawn.length, HINTS.length);
      assert.deepEqual((await fills()).map(numbers), drawn, metric);
    }
  });

  test('search dims what does not match, by module, row and shape', async () => {
    await open('graph.html');
    const bright = () => page.$$eval('.node[data-row]:not(.dim) .module', (nodes) => nodes.map((node) => node.textContent.split(' ')[1]));
    await page.fill('#find', 'concat');
    assert.deepEqual(await bright(), ['Concat', 'Concat']);
    await page.fill('#find', '192×80');
    assert.deepEqual(await bright(), ['Concat']);
    await page.fill('#find', 'nothing like it');
    assert.deepEqual(await bright(), []);
    await page.fill('#find', '');
    assert.equal((await bright()).length, HINTS.length);
  });

  test('zooms and fits', async () => {
    await open('graph.html');
    const width = () => page.$eval('#picture svg', (svg) => svg.getBoundingClientRect().width);
    const start = await width();
    await page.click('#in');
    assert.ok((await width()) > start * 1.2);
    await page.click('#out');
    await page.click('#out');
    assert.ok((await width()) < start * 0.85);
    for (let i = 0; i < 9; i++) await page.click('#in');
    const overflow = () => page.$eval('#picture', (pane) => pane.scrollWidth - pane.clientWidth);
    assert.ok((await overflow()) > 0);
    await page.click('#fit');
    assert.equal(await overflow(), 0);
    const before = await width();
    await page.mouse.move(300, 400);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.keyboard.up('Control');
    await page.waitForFunction((before) => document.querySelector('#picture svg').getBoundingClientRect().width > before, before);
  });

  test('pointing at a row says what the table says', async () => {
    await open('graph.html');
    const told = JSON.parse(yolint('table', 'yolo11-tiny.yaml', '--scale', 'n', '--format', 'json'));
    for (const [row, figures] of told.rows.entries()) {
      await node(row).hover();
      const said = await details();
      assert.equal(await page.textContent('#details h2'), `${row} ${figures.module}`);
      assert.equal(said.params.replaceAll(',', ''), String(figures.params), `row ${row}`);
      assert.equal(said.FLOPs.replaceAll(',', ''), String(figures.flops), `row ${row}`);
      assert.equal(said.returns, figures.output.slice(1).join('×'), `row ${row}`);
      assert.equal(said.line, String(figures.line));
      assert.equal(await page.$$eval('.edge.on', (edges) => edges.length > 0), true);
    }
  });

  test('a click keeps a row until the paper is clicked', async () => {
    await open('graph.html');
    await node(4).click();
    await node(0).hover();
    assert.match(await page.textContent('#details h2'), /^4 /);
    assert.deepEqual(await page.$$eval('.node.on', (nodes) => nodes.map((node) => node.dataset.row)), ['4']);
    await page.locator('#picture').click({ position: { x: 3, y: 3 } });
    await node(1).hover();
    assert.match(await page.textContent('#details h2'), /^1 /);
  });

  test('one bar a row, as long as its share; a click finds the row', async () => {
    await open('graph.html');
    const told = JSON.parse(yolint('table', 'yolo11-tiny.yaml', '--scale', 'n', '--format', 'json'));
    assert.deepEqual(await page.$$eval('.bar', (bars) => bars.map((bar) => bar.dataset.row)), told.rows.map((_, i) => `${i}`));
    assert.deepEqual(await texts('.bar b'), HINTS.map((hint) => hint.split(' · ')[2] ?? '0 FLOPs'));
    // Nothing of them is cut off.
    assert.ok(await page.$$eval('.bar b', (values) => values.every((value) => value.getBoundingClientRect().right <= innerWidth && value.scrollWidth <= value.clientWidth)));
    const lengths = await page.$$eval('.bar i', (bars) => bars.map((bar) => bar.getBoundingClientRect().width));
    const most = Math.max(...told.rows.map((row) => row.flops));
    const longest = Math.max(...lengths);
    for (const [i, row] of told.rows.entries()) {
      assert.ok(Math.abs(lengths[i] / longest - Math.max(row.flops / most, 0.01)) < 0.03, `row ${i}: ${lengths[i]}`);
    }
    await page.selectOption('#metric', 'params');
    assert.equal((await texts('.bar b'))[14], '218k');
    for (let i = 0; i < 4; i++) await page.click('#in');
    for (const row of [14, 0]) {
      await page.locator(`.bar[data-row="${row}"]`).click();
      await comesIntoView(node(row), '#picture');
      assert.match(await page.textContent('#details h2'), new RegExp(`^${row} `));
    }
    await page.locator('.bar[data-row="14"]').focus();
    await page.keyboard.press('Enter');
    await comesIntoView(node(14), '#picture');
  });

  test('can be read in light and dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      await open('graph.html', { colorScheme });
      await node(4).hover();
      for (const metric of ['ops', 'params', 'activations']) {
        await page.selectOption('#metric', metric);
        assert.deepEqual(await pale(), [], colorScheme);
      }
      await page.screenshot({ path: `${DIST}/graph-page-${colorScheme}.png` });
    }
    const paper = await page.$eval('body', (body) => getComputedStyle(body).backgroundColor);
    assert.equal(paper, 'rgb(22, 27, 34)');
  });

  test('all text can be selected, also by dragging', async () => {
    await open('graph.html');
    await node(4).hover();
    assert.deepEqual(await unselected(), []);
    for (const selector of ['.node[data-row="0"] .figures', '.bar[data-row="2"] b', '#details h2']) {
      const box = await page.locator(selector).boundingBox();
      await page.mouse.move(box.x + 1, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + Math.min(box.width - 1, 40), box.y + box.height / 2, { steps: 4 });
      await page.mouse.up();
      const said = await page.evaluate(() => getSelection().toString());
      assert.ok(said.length > 2, `${selector}: ${said}`);
    }
  });

  test('printed, it is a title and a picture on one page', async () => {
    assert.deepEqual(await printed('graph.html'), [1, 1]);
  });

  test('names that look like markup are text', async () => {
    const odd = MODEL.replace('SPPF', '"</title><img src=x onerror=console.log(1)>"');
    writeFileSync(join(folder, 'odd.yaml'), odd);
    writeFileSync(join(folder, 'odd.html'), yolint('graph', 'odd.yaml', '--scale', 'n', '--format', 'html'));
    await open('odd.html');
    assert.equal(await page.$('img'), null);
    assert.equal(await page.$$eval('.node.unknown', (nodes) => nodes.length > 0), true);
    await node(0).hover();
  });
});

describe('the page of diff', () => {
  before(() => {
    // A row before the neck, which shifts the rest; the last of the backbone is gone, and one has another kernel.
    const rows = MODEL.split('\n').filter((line) => line.startsWith('  - ['));
    const changed = MODEL.replace(rows[7], '').replace(rows[0], `${rows[0]}\n  - [-1, 1, nn.Identity, []]`);
    writeFileSync(join(folder, 'changed.yaml'), changed.replace(rows[2], rows[2].replace(/, 1, /, ', 2, ')));
    writeFileSync(join(folder, 'diff.html'), yolint('diff', 'yolo11-tiny.yaml@n', 'changed.yaml@n', '--format', 'html'));
  });

  const told = () => JSON.parse(yolint('diff', 'yolo11-tiny.yaml@n', 'changed.yaml@n', '--format', 'json'));

  test('totals on top, both networks, every row between them', async () => {
    await open('diff.html');
    const diff = told();
    assert.equal(await page.textContent('h1'), 'yolo11-tiny.yaml at scale n → changed.yaml at scale n');
    const cells = await page.$$eval('#totals tr', (lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent)));
    const params = cells.find(([name]) => name === 'params').map((cell) => cell.replaceAll(',', ''));
    const figure = diff.totals.params;
    assert.deepEqual(params.slice(1, 3), [figure.a, figure.b].map((n) => (n === null ? '?' : `${n}`)));
    const pairs = await page.$$eval('#rows tbody tr', (lines) => lines.map((line) => [line.className, line.dataset.a, line.dataset.b].join()));
    assert.deepEqual(pairs, diff.rows.map((row) => [row.status, row.a?.index, row.b?.index].join()));
    await page.screenshot({ path: `${DIST}/diff-page.png` });
  });

  test('rows that differ are marked on both sides by colour, stroke and sign', async () => {
    await open('diff.html');
    const rows = told().rows;
    const signs = { changed: '~', added: '+', removed: '-' };
    for (const side of ['a', 'b']) {
      for (const row of rows.filter((row) => row[side])) {
        const [drawn, sign] = [node(row[side].index, `#${side}`), node(row[side].index, `#${side}`).locator('.mark')];
        const classes = (await drawn.getAttribute('class')).split(' ');
        for (const status of Object.keys(signs)) assert.equal(classes.includes(status), status === row.status);
        assert.deepEqual(await sign.allTextContents(), signs[row.status] ? [signs[row.status]] : []);
      }
    }
    const stroke = (status) => page.locator(`.picture .${status} rect`).first().evaluate((rect) => [getComputedStyle(rect).stroke, getComputedStyle(rect).strokeDasharray].join());
    const strokes = [await stroke('changed'), await stroke('added'), await stroke('removed')];
    assert.equal(new Set(strokes).size, 3);
    assert.equal((await texts('.legend span')).join(), '~ changed,+ added,- removed');
  });

  test('a click on a row finds its partner', async () => {
    await open('diff.html');
    for (let i = 0; i < 3; i++) await page.click('#in');
    const pairs = told().rows.filter((row) => row.a && row.b);
    const [first, last] = [pairs[0], pairs[pairs.length - 1]];
    const on = () => page.$$eval('.node.on', (nodes) => nodes.map((node) => Number(node.dataset.row)));
    await node(last.a.index, '#a').click();
    await comesIntoView(node(last.b.index, '#b'), '#b');
    assert.deepEqual(await on(), [last.a.index, last.b.index]);
    await node(first.b.index, '#b').click();
    await comesIntoView(node(first.a.index, '#a'), '#a');
    assert.deepEqual(await on(), [first.a.index, first.b.index]);
    await page.locator(`#rows tr[data-a="${last.a.index}"]`).click();
    await comesIntoView(node(last.a.index, '#a'), '#a');
    await comesIntoView(node(last.b.index, '#b'), '#b');
    await page.locator('#rows tr.added').first().click();
    assert.equal((await on()).length, 1);
  });

  test('printed, the pictures stand side by side below the rows', async () => {
    assert.deepEqual(await printed('diff.html'), [2, 2]);
  });

  test('can be read in light and dark, and its text selected', async () => {
    for (const colorScheme of ['light', 'dark']) {
      await open('diff.html', { colorScheme });
      assert.deepEqual(await pale(), [], colorScheme);
      assert.deepEqual(await unselected(), []);
      await page.screenshot({ path: `${DIST}/diff-page-${colorScheme}.png` });
    }
  });
});
