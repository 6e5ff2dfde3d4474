/**
 * LZ4 of our own: what npm has in plain JavaScript is old and unkept, what is kept is native.
 * The format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
const MAGIC = 0x184d2204;
const END_OF_BLOCKS = 0;
/** The high bit of a block's size: it is stored as it is. */
const STORED = 0x80000000;
/** The shortest match, which is not written. */
const MIN_MATCH = 4;
/** A length of four bits that goes on in the bytes that follow. */
const LONG = 15;
/** Shorter copies are faster byte by byte than through a call. */
const SHORT_COPY = 24;

/** @throws RangeError where the bytes are no LZ4 frames. Checksums are left to those of Kafka's batches. */
export function decodeLz4(bytes: Buffer): Buffer {
  const output = new Output(bytes.length * 4);
  let at = 0;
  do at = decodeFrame(bytes, at, output);
  while (at < bytes.length);
  return output.bytes.subarray(0, output.length);
}

/** What comes out; it grows as a block may need. */
class Output {
  bytes: Buffer;
  length = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

/** @returns where the frame ends */
function decodeFrame(bytes: Buffer, start: number, output: Output): number {
  if (bytes.readUInt32LE(start) !== MAGIC) throw new RangeError("no LZ4 frame");
  const flags = bytes.readUInt8(start + 4);
  const isOn = (bit: number) => (flags & (1 << bit)) !== 0;
  const maxBlock = 1 << (8 + 2 * ((bytes.readUInt8(start + 5) >> 4) & 7));
  // Behind the two bytes: the content's size, a dictionary's number, and a checksum of the header.
  let at = start + 7 + (isOn(3) ? 8 : 0) + (isOn(0) ? 4 : 0);
  for (;;) {
    const size = bytes.readUInt32LE(at);
    at += 4;
    if (size === END_OF_BLOCKS) return at + (isOn(2) ? 4 : 0);
    const end = at + (size & ~STORED);
    if (end > bytes.length) throw new RangeError("an LZ4 block is cut");
    output.reserve(maxBlock);
    if ((size & STORED) === 0) decodeBlock(bytes, at, end, output, maxBlock);
    else output.length += bytes.copy(output.bytes, output.length, at, end);
    at = end + (isOn(4) ? 4 : 0);
  }
}

/** A block is a row of literals and matches: bytes as they are, then bytes that were there before. */
function decodeBlock(from: Buffer, start: number, end: number, output: Output, maxBlock: number): void {
  const { bytes } = output;
  const limit = output.length + maxBlock;
  let to = output.length;
  let at = start;
  const lengthFrom = (bits: number) => {
    let length = bits;
    if (bits !== LONG) return length;
    for (;;) {
      const more = from[at++] ?? 0;
      length += more;
      if (more !== 255) return length;
    }
  };
  while (at < end) {
    const token = from[at++] ?? 0;
    const literals = lengthFrom(token >> 4);
    if (at + literals > end || to + literals > limit) throw new RangeError("an LZ4 block is damaged");
    if (literals < SHORT_COPY) for (let i = 0; i < literals; i++) bytes[to + i] = from[at + i] ?? 0;
    else from.copy(bytes, to, at, at + literals);
    at += literals;
    to += literals;
    // The last sequence has no match.
    if (at >= end) break;
    const offset = (from[at] ?? 0) | ((from[at + 1] ?? 0) << 8);
    at += 2;
    const length = lengthFrom(token & LONG) + MIN_MATCH;
    if (offset === 0 || offset > to || to + length > limit) throw new RangeError("an LZ4 block is damaged");
    // A match may reach into what it makes itself: bytes are repeated then.
    if (length < SHORT_COPY || offset < length)
      for (let i = 0; i < length; i++) bytes[to + i] = bytes[to - offset + i] ?? 0;
    else bytes.copyWithin(to, to - offset, to - offset + length);
    to += length;
  }
  output.length = to;
}
