import { crc32, deflateSync, inflateSync } from "node:zlib";

/** The colours of a picture, four bytes each, row by row. */
type Pixels = { width: number; height: number; at(index: number): number };

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const mostColours = 256;

/** The same picture with its 256 most frequent colours, which text and buttons hardly exceed. */
export function smallPng(png: Buffer): Buffer {
  const pixels = read(png);
  const counts = new Map<number, number>();
  const size = pixels.width * pixels.height;
  for (let index = 0; index < size; index += 1) {
    const colour = pixels.at(index);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const colours = [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, mostColours)
    .map(([colour]) => colour);
  const places = new Map(colours.map((colour, place) => [colour, place]));
  for (const colour of counts.keys()) {
    if (!places.has(colour)) places.set(colour, nearest(colours, colour));
  }
  return write(pixels, { colours, places });
}

function nearest(colours: readonly number[], wanted: number): number {
  let [best, least] = [0, Infinity];
  for (const [place, colour] of colours.entries()) {
    const distance = [16, 8, 0].reduce(
      (sum, shift) => sum + (((colour >> shift) & 255) - ((wanted >> shift) & 255)) ** 2,
      0,
    );
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}

/** Reads what a browser writes: eight bits for each of three or four channels, not interlaced. */
function read(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    const isData = png.toString("latin1", at + 4, at + 8) === "IDAT";
    if (isData) parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const bytes = unfiltered(inflateSync(Buffer.concat(parts)), { width, height, channels });
  return { width, height, at: (index) => bytes.readUIntBE(index * channels, 3) };
}

type Shape = { width: number; height: number; channels: number };

/** Each byte is told by its difference to those at its left and above. */
function unfiltered(raw: Buffer, { width, height, channels }: Shape): Buffer {
  const length = width * channels;
  const bytes = Buffer.alloc(length * height);
  for (let row = 0; row < height; row += 1) {
    const filter = raw[row * (length + 1)];
    for (let column = 0; column < length; column += 1) {
      const at = row * length + column;
      const left = column < channels ? 0 : (bytes[at - channels] ?? 0);
      const up = row === 0 ? 0 : (bytes[at - length] ?? 0);
      const corner = row === 0 || column < channels ? 0 : (bytes[at - length - channels] ?? 0);
      const guesses = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      bytes[at] = (raw[row * (length + 1) + 1 + column] ?? 0) + (guesses[filter ?? 0] ?? 0);
    }
  }
  return bytes;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((one) => Math.abs(guess - one));
  // There are as many distances as were asked for.
  const [a, b, c] = [toLeft as number, toUp as number, toCorner as number];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

type Palette = { colours: readonly number[]; places: ReadonlyMap<number, number> };

function write({ width, height, at }: Pixels, { colours, places }: Palette): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits that are the place of a colour.
  head.set([8, 3, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height);
  for (let index = 0; index < width * height; index += 1) {
    const row = Math.floor(index / width);
    rows[index + row + 1] = places.get(at(index)) ?? 0;
  }
  const palette = Buffer.from(colours.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]));
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
