// What a person sees and does in VS Code: lines with what is drawn into them, widgets, keys.

import assert from 'node:assert/strict';
import { DIST } from './paths.mjs';

/** How long anything may take to show. */
const PATIENCE = 20_000;

export class Screen {
  constructor(page) {
    this.page = page;
  }

  /** The lines of the editor as they are drawn, from the top. */
  lines() {
    return this.page.$$eval('.editor-instance .view-line', (lines) =>
      lines
        .map((line) => [parseInt(line.style.top, 10), line.textContent.replaceAll('\u00a0', ' ')])
        .sort(([a], [b]) => a - b)
        .map(([, text]) => text),
    );
  }

  /** Waits until something that is drawn says what is wanted. */
  async shows(selector, wanted, patience = PATIENCE) {
    const pattern = wanted instanceof RegExp ? wanted.source : RegExp.escape(wanted);
    const says = ([selector, pattern]) =>
      [...document.querySelectorAll(selector)].some((element) =>
        new RegExp(pattern).test(element.textContent.replaceAll('\u00a0', ' ')),
      );
    await this.page.waitForFunction(says, [selector, pattern], { timeout: patience }).catch(async () => {
      const texts = await this.page.$$eval(selector, (elements) => elements.map((element) => element.textContent));
      assert.fail(`${selector} doesn't say ${wanted}, but ${JSON.stringify(texts, null, 1)}`);
    });
  }

  /** Waits until nothing of a kind is drawn. */
  async lacks(selector) {
    await this.page.waitForSelector(selector, { state: 'detached', timeout: PATIENCE });
  }

  line(wanted, patience) {
    return this.shows('.editor-instance .view-line', wanted, patience);
  }

  lens(wanted) {
    return this.shows('.codelens-decoration', wanted);
  }

  status(wanted) {
    return this.shows('.statusbar-item', wanted);
  }

  async press(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Types key by key, as editors treat it that way. */
  type(text) {
    return this.page.keyboard.type(text);
  }

  /** Puts a text in an input, all at once. */
  async enter(text) {
    await this.page.waitForSelector('.quick-input-widget input');
    await this.page.keyboard.insertText(text);
  }

  /** Runs a command of the palette, as soon as it is there to be chosen. */
  async command(name) {
    for (let left = 10; left > 0; left--) {
      await this.press('F1');
      await this.enter(name);
      const found = await this.shows('.quick-input-list .monaco-list-row.focused', name, 3000).catch(() => false);
      if (found !== false) return this.press('Enter');
      await this.press('Escape');
    }
    assert.fail(`there is no command ${name}`);
  }

  /** Opens the list of actions at the cursor; findings that arrive just then close it again. */
  async actions() {
    for (let left = 10; left > 0; left--) {
      await this.press('Control+.');
      const opened = await this.page.waitForSelector('.action-widget', { timeout: 2000 }).catch(() => undefined);
      if (opened) return;
    }
    assert.fail('there are no actions');
  }

  /** Chooses from a list that is open. */
  async choose(wanted) {
    await this.shows('.quick-input-list .monaco-list-row', wanted);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: wanted }).first().click();
  }

  /** Opens a file of the folder from the explorer. */
  async open(name) {
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
    await this.shows('.tab.active', name);
    // The keys go to the editor from now on.
    await this.page.locator('.editor-instance .view-lines').first().click();
  }

  /** Selects what stands from a column of a line on; both are counted from 1. */
  async select(line, column, length) {
    await this.press('Control+g');
    await this.enter(`${line}:${column}`);
    await this.shows('.quick-input-list .monaco-list-row', `line ${line}`);
    await this.press('Enter');
    await this.status(new RegExp(`Ln ${line}, Col ${column}|行 ${line}，列 ${column}`));
    for (let i = 0; i < length; i++) await this.press('Shift+ArrowRight');
  }

  /** A part of a line by what it says, as the editor colours it. */
  word(line, text) {
    return this.page.locator('.view-line', { hasText: line }).locator('span span', { hasText: text }).first();
  }

  /** The frame of a webview that has drawn something. */
  async webview(selector) {
    for (let left = 100; left > 0; left--) {
      for (const frame of this.page.frames()) {
        if (await frame.$(selector).catch(() => null)) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    assert.fail(`no webview shows ${selector}, of ${this.page.frames().map((frame) => frame.url())}`);
  }

  picture(name) {
    return this.page.screenshot({ path: `${DIST}/${name}.png` });
  }
}
