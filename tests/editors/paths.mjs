// Where things are, and a folder of model files to work in.

import { copyFileSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');
export const TOOLS = join(ROOT, 'target/editors');
/** Where the program is that is tested. */
export const BIN = join(TOOLS, 'bin');
export const DIST = join(ROOT, 'target/out');
export const HERE = import.meta.dirname;

/** A folder with a detector, a file to type into, one that is empty, and one that is none of ours. */
export function project() {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  mkdirSync(join(folder, '.git'));
  copyFileSync(join(ROOT, 'examples/yolo11-tiny.yaml'), join(folder, 'yolo11-tiny.yaml'));
  writeFileSync(join(folder, 'typed.yaml'), TYPED);
  writeFileSync(join(folder, 'empty.yaml'), '');
  writeFileSync(join(folder, 'data.yaml'), 'train: images/train\nnames: [leaf, stem, root]\n');
  return folder;
}

/** A folder with a small framework of its own and its models. */
export function ownProject() {
  const folder = mkdtempSync(join(tmpdir(), 'own-'));
  cpSync(join(ROOT, 'tests/fixtures/own'), folder, { recursive: true });
  mkdirSync(join(folder, '.git'));
  return folder;
}

/** A model whose last row is still to be typed. */
export const TYPED = `nc: 3
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
head:
  - [-1, 1, Conv, [32, 3, 2]]
`;

/** The hints of the detector's rows at scale n, as torch 2.15 and ultralytics-thop 2.2.3 say. */
export const HINTS = [
  '16×320×320 · 464 params · 0.102 GFLOPs',
  '32×160×160 · 352 params · 0.021 GFLOPs',
  '32×160×160 · 1.98k params · 0.107 GFLOPs',
  '64×80×80 · 2.88k params · 0.129 GFLOPs',
  '64×80×80 · 11.0k params · 0.145 GFLOPs',
  '128×40×40 · 9.86k params · 0.117 GFLOPs',
  '128×40×40 · 141k params · 0.455 GFLOPs',
  '128×40×40 · 41.3k params · 0.134 GFLOPs',
  '128×80×80',
  '192×80×80',
  '64×80×80 · 28.0k params · 0.363 GFLOPs',
  '64×40×40 · 704 params · 2.66 MFLOPs',
  '192×40×40',
  '128×40×40 · 86.7k params · 0.280 GFLOPs',
  '7×8000 · 218k params · 1.56 GFLOPs',
];

/** What the detector comes to at its scales. */
export const TOTALS = { n: '542k params · 3.41 GFLOPs', s: '1.68M params · 9.74 GFLOPs' };
