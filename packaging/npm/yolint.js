#!/usr/bin/env node
// Starts the program of the package for this machine, which npm installs beside this one.

'use strict';

const { spawnSync } = require('node:child_process');

const platform = `${process.platform}-${process.arch}`;
let program = process.env.YOLINT;
if (!program) {
  try {
    program = require.resolve(`@yolint/${platform}/bin/yolint${process.platform === 'win32' ? '.exe' : ''}`);
  } catch {
    console.error(`yolint: the package @yolint/${platform} is missing: there is none for this machine, or npm was told to leave out optional dependencies`);
    process.exit(2);
  }
}
const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: 'inherit' });
if (error) {
  console.error(`yolint: ${program} can't be started: ${error.message}`);
  process.exit(2);
}
if (signal) process.kill(process.pid, signal);
process.exit(status);
