import * as zlib from "node:zlib";

import { decompress } from "fzstd";

// Node has it since 22.15; what comes before takes the JavaScript.
const ofNode = (zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer }).zstdDecompressSync;

/** @throws Error where the bytes are not Zstandard's */
export function decodeZstd(bytes: Buffer): Buffer {
  if (ofNode !== undefined) return ofNode(bytes);
  const { buffer, byteOffset, byteLength } = decompress(bytes);
  return Buffer.from(buffer, byteOffset, byteLength);
}
