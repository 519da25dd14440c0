// How long things take, kept in target/out/timings.json.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { DIST } from './paths.mjs';

const FILE = `${DIST}/timings.json`;

/** Keeps times under a name, and says them. */
export function note(name, times) {
  const sorted = times.toSorted((a, b) => a - b).map((time) => Math.round(time));
  const figures = { median: sorted[Math.floor(sorted.length / 2)], least: sorted[0], most: sorted.at(-1), times: sorted };
  const all = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {};
  all[name] = { ...figures, load: loadavg()[0] };
  writeFileSync(FILE, JSON.stringify(all, null, 1) + '\n');
  console.log(`${name}: ${sorted.join(', ')}; median ${figures.median}`);
  return figures;
}
