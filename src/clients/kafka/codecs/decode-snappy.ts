import { uncompress } from "snappyjs";

/** What Java's SnappyOutputStream writes before its chunks, each behind its length; other producers write one chunk alone. */
const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
/** The magic, and two version numbers. */
const HEADER_BYTES = MAGIC.length + 8;

/** No copy makes more of its bytes than this: a length that promises more is damaged, and takes no memory. */
const MAX_RATIO = 32;

/** @throws Error where the bytes are not Snappy's */
export function decodeSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return decodeChunk(bytes);
  const chunks: Buffer[] = [];
  for (let at = HEADER_BYTES; at < bytes.length;) {
    const start = at + 4;
    at = start + bytes.readUInt32BE(at);
    if (at > bytes.length) throw new RangeError("a Snappy chunk is cut");
    chunks.push(decodeChunk(bytes.subarray(start, at)));
  }
  return Buffer.concat(chunks);
}

const decodeChunk = (bytes: Buffer): Buffer => uncompress(bytes, bytes.length * MAX_RATIO);
