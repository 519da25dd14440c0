// Draws the icon: three layers in a row, a wire around the middle one, a bar of cost under each.

import { crc32, deflateSync } from 'node:zlib';

/** The icon as a PNG. */
export function icon(size) {
  const rows = Array.from({ length: size }, (_, y) => {
    const row = Array.from({ length: size }, (_, x) => pixel((x + 0.5) / size, (y + 0.5) / size, size));
    return Buffer.from([0, ...row.flat()]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8); // eight bits of red, green, blue and alpha
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const body = deflateSync(Buffer.concat(rows), { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', body), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Signed distance to a rectangle with round corners, around a centre. */
function box(x, y, [cx, cy, width, height, round]) {
  const [dx, dy] = [Math.abs(x - cx) - width / 2 + round, Math.abs(y - cy) - height / 2 + round];
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - round;
}

const line = (x, y, width, height) => [x, y, width, height, 0];

/** What is drawn, from the back to the front: shape, colour, and the line's width where it is only an outline. */
const SHAPES = [
  [[0.5, 0.5, 1, 1, 0.2], [0x14, 0x20, 0x2b]],
  [[0.5, 0.345, 0.52, 0.31, 0.12], [0x8f, 0xa6, 0xb8], 0.035],
  [line(0.5, 0.5, 0.62, 0.035), [0x8f, 0xa6, 0xb8]],
  [[0.22, 0.5, 0.2, 0.26, 0.045], [0x3d, 0xc2, 0x9b]],
  [[0.5, 0.5, 0.2, 0.26, 0.045], [0xf2, 0xc1, 0x4e]],
  [[0.78, 0.5, 0.2, 0.26, 0.045], [0xf2, 0x6a, 0x4b]],
  [[0.22, 0.79, 0.2, 0.05, 0.025], [0x3d, 0xc2, 0x9b]],
  [[0.5, 0.765, 0.2, 0.1, 0.025], [0xf2, 0xc1, 0x4e]],
  [[0.78, 0.735, 0.2, 0.16, 0.025], [0xf2, 0x6a, 0x4b]],
];

function pixel(x, y, size) {
  let colour = [0, 0, 0, 0];
  for (const [shape, paint, width] of SHAPES) {
    const distance = box(x, y, shape);
    const away = width === undefined ? distance : Math.abs(distance) - width / 2;
    const cover = Math.min(Math.max(0.5 - away * size, 0), 1);
    const alpha = cover + (colour[3] / 255) * (1 - cover);
    if (alpha === 0) continue;
    const mixed = paint.map((part, i) => (part * cover + colour[i] * (colour[3] / 255) * (1 - cover)) / alpha);
    colour = [...mixed.map(Math.round), Math.round(alpha * 255)];
  }
  return colour;
}
