// A terminal as a person sees it, by tmux.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export class Terminal {
  /** Runs a command; `TMUX_TMPDIR` in the environment gives each run a server of its own. */
  constructor(command, env) {
    this.env = env;
    this.tmux('-f', '/dev/null', 'new-session', '-d', '-x', '110', '-y', '32', command);
  }

  tmux(...args) {
    return execFileSync('tmux', args, { env: this.env, encoding: 'utf8' });
  }

  screen() {
    return this.tmux('capture-pane', '-p');
  }

  /** Waits until something stands on the screen. */
  async shows(wanted) {
    for (let left = 200; left > 0 && !this.screen().includes(wanted); left--) await sleep(100);
    assert.ok(this.screen().includes(wanted), `${wanted} isn't on the screen:\n${this.screen()}`);
  }

  /** The rows of the model with what stands behind them. */
  rows() {
    return this.screen().split('\n').filter((line) => line.includes('  - [')).map((line) => line.trimEnd());
  }

  keys(...keys) {
    this.tmux('send-keys', ...keys);
  }

  close() {
    this.tmux('kill-server');
  }
}
