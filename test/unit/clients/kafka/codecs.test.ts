import { gunzipSync } from "node:zlib";

import kafkajs from "kafkajs";
import { describe, expect, it } from "vitest";

import { decodeLz4 } from "../../../../src/clients/kafka/codecs/decode-lz4.js";
import { decodeSnappy } from "../../../../src/clients/kafka/codecs/decode-snappy.js";
import { decodeZstd } from "../../../../src/clients/kafka/codecs/decode-zstd.js";
import { registerCodecs } from "../../../../src/clients/kafka/codecs/register-codecs.js";
import { toCdcError } from "../../../../src/errors.js";

/** The same records, as a broker has compressed them. */
const BATCHES = {
  gzip:
    "H4sIAAAAAAAA/+2WzQ3CMAxGKybxAFZVp07aTNAFWKDQoB5aimj5mZERmIYvEiNw4OB3sRx/fr7m3RVFsZNXtx8TXZfHSsuJ" +
    "etr6w4Q+XVK/0TameU3TPa1M/XnIPR2X6Tafv2ns0bCU9DQMwzAMwzAM4+/5xd/fHOYwhznMUVLFwsqRJbDzXAfWyEG5FZYK" +
    "M4eqiikSERFknEdtI9dOkcc2cqqorbJ3kX0TOCAXUBv0Dd5bzCNyMWQvFqWCQQQqyU5xkEudr2g+550UHxVZM0jvEQAA",
  snappy:
    "glNOQVBQWQAAAAABAAAAAQAAAbrvI8jaRwAAAAIxykdUaGUgcm93cyBvZiBhIHRhYmxlIHJlcGVhdCB0aGVtc2VsdmVzLCBh" +
    "bmQBEBggY29sdW1uDS4gcm93IGRvLiB4/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA" +
    "/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA/gEA" +
    "/gEA/gEA/gEA/gEA/gEA/gEA2gEA/vwLDvwL/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA/kQA" +
    "/kQA/kQA/kQA/kQA/kQALkQA8JkwLDEsNCw5LDE2LDI1LDM2LDQ5LDY0LDgxLDEwMCwxMjEsMTQ0LDE2OSwxOTYsMjI1LDI1" +
    "NiwyODksMzI0LDM2MSw0MDAsNDQxLDQ4NCw1MjksNTc2LDYyNSw2NzYsNzI5LDc4NCw4NDEsOTAwLDk2MSwxMDI0LDEwODks" +
    "MTE1NiwxMjI1LDEyOTYsMTM2OSwxNDQ0LDE1MjEA",
  lz4:
    "BCJNGGBAgv4AAADwJNpHAAAAAjHKR1RoZSByb3dzIG9mIGEgdGFibGUgcmVwZWF0IHRoZW1zZWx2ZXMsIGFuZBAAcyBjb2x1" +
    "bW4uAJ9yb3cgZG8uIHgBAP//////////////rw/8CzEPRAD//////fBhMCwxLDQsOSwxNiwyNSwzNiw0OSw2NCw4MSwxMDAs" +
    "MTIxLDE0NCwxNjksMTk2LDIyNSwyNTYsMjg5LDMyNCwzNjEsNDAwLDQ0MSw0ODQsNTI5LDU3Niw2MjUsNjc2LDcyOSw3ODQs" +
    "ODQxLDkwMCw5NlgA4DI0LDEwODksMTE1NiwxVABwMTI5NiwxM2YAkDQ0NCwxNTIxAAAAAAA=",
  zstd:
    "KLUv/QBYxAUAEg4pJZAnSQe/393d3a+god/Y+M0y2iMyFHcforhN2ia7bYRMsTt90wJHLfW764lIx7SezDqm9lSon6FezBHK" +
    "e+pTyWnJmODJcEzSaelTd+9G6C4inyGnsjHZyWzMntjveq0j1Ks+PG9ETjb2/O4o4QQwh9NgForEAYIhOGtpzkGhnBkLAbEY" +
    "ibU0p1GWwVqchRhQmqOcAuYwGszirEXAoFCA4zgMCwEEAAkd4Yf4H0QB7XD+eHQVFAEAAA==",
};
const batch = (name: keyof typeof BATCHES) => Buffer.from(BATCHES[name], "base64");
const records = gunzipSync(batch("gzip"));
const DECODERS = [
  ["snappy", decodeSnappy],
  ["lz4", decodeLz4],
  ["zstd", decodeZstd],
] as const;

describe.each(DECODERS)("%s", (name, decode) => {
  it("is read as gzip is", () => {
    expect(records.toString()).toContain("The rows of a table repeat themselves");
    expect(decode(batch(name)).equals(records)).toBe(true);
  });

  it("comes to an end whatever the bytes are", () => {
    const good = batch(name);
    // Behind the header, which says how much memory is to be had.
    for (let at = 8; at < good.length; at++) {
      const bad = Buffer.from(good);
      bad[at] = 255 - (bad[at] ?? 0);
      try {
        // The checksum that would tell is that of Kafka's batch: of a byte in a text nobody here can know.
        expect(decode(bad).length).toBeLessThan(1 << 26);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  });

  it("is refused where it is cut", () => {
    const good = batch(name);
    for (const length of [5, 20, good.length - 60]) expect(() => decode(good.subarray(0, length))).toThrow();
  });
});

describe("LZ4", () => {
  it("may have blocks that are stored, and several frames", () => {
    const header = [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82];
    const frame = Buffer.from([...header, 3, 0, 0, 0x80, 97, 98, 99, 0, 0, 0, 0]);
    expect(decodeLz4(Buffer.concat([frame, frame])).toString()).toBe("abcabc");
  });
});

describe("Snappy", () => {
  it("may be a chunk alone, as producers that are not Java's write it", () => {
    expect(decodeSnappy(Buffer.from([3, 8, 97, 98, 99])).toString()).toBe("abc");
  });
});

describe("what cannot be decompressed", () => {
  registerCodecs();
  const { CompressionCodecs, CompressionTypes } = kafkajs;

  it.each([
    ["Snappy", CompressionCodecs[CompressionTypes.Snappy]],
    ["LZ4", CompressionCodecs[CompressionTypes.LZ4]],
    ["Zstandard", CompressionCodecs[CompressionTypes.ZSTD]],
  ])("is told of %s, and not tried again", async (name, codecOf) => {
    const codec = (codecOf as () => { decompress: (bytes: Buffer) => Promise<Buffer> })();
    const error = await codec.decompress(Buffer.from("no such thing")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ retriable: false, cause: { code: "TOPIC_UNREADABLE" } });
    expect(toCdcError((error as Error).cause).message).toContain(`compressed with ${name}`);
  });
});
