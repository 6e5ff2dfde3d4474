import kafkajs, { type CompressionTypes } from "kafkajs";

import { CdcError } from "../../../errors.js";

type Decode = (bytes: Buffer) => Buffer;

/** kafkajs brings gzip alone: https://kafka.js.org/docs/producing#compression. Each is loaded when a batch needs it. */
const DECODERS: readonly (readonly [name: string, type: CompressionTypes, load: () => Promise<Decode>])[] = [
  ["Snappy", kafkajs.CompressionTypes.Snappy, async () => (await import("./decode-snappy.js")).decodeSnappy],
  ["LZ4", kafkajs.CompressionTypes.LZ4, async () => (await import("./decode-lz4.js")).decodeLz4],
  ["Zstandard", kafkajs.CompressionTypes.ZSTD, async () => (await import("./decode-zstd.js")).decodeZstd],
];

/** Lets kafkajs read what producers have compressed with Snappy, LZ4 and Zstandard. */
export function registerCodecs(): void {
  for (const [name, type, load] of DECODERS) {
    let decoder: Promise<Decode> | undefined;
    const codec = {
      compress: () => Promise.reject(new Error(`${name} is only read`)),
      decompress: async (bytes: Buffer) => {
        decoder ??= load();
        return decodeBatch(name, await decoder, bytes);
      },
    };
    Object.assign(kafkajs.CompressionCodecs, { [type]: () => codec });
  }
}

function decodeBatch(name: string, decode: Decode, bytes: Buffer): Buffer {
  try {
    return decode(bytes);
  } catch (error) {
    const what = `a batch of records says that it is compressed with ${name}, and cannot be decompressed`;
    const cause = new CdcError("TOPIC_UNREADABLE", `${what}: ${String(error)}`, {
      hint: "read on behind it: cdc-pipeline events with --from; kafka-dump-log.sh shows what is in the log",
    });
    // Of this kind, or kafkajs tries again and again what cannot succeed.
    throw Object.assign(new kafkajs.KafkaJSNonRetriableError(cause.message), { cause });
  }
}
