import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

type Settings = Readonly<Record<string, string>>;

/** What a cluster of any size would answer; no real one on this machine can be told to be so. */
export interface FakeKafka {
  readonly brokers: readonly string[];
  clusterId: string;
  /** How many brokers it says that there are. */
  brokerCount: number;
  brokerSettings: Settings;
  readonly topics: Map<string, { readonly copies: number; readonly settings: Settings }>;
  close(): Promise<void>;
}

const API_VERSIONS = 18;
const METADATA = 3;
const DESCRIBE_CONFIGS = 32;
/** Key, oldest and newest version of the requests that it answers. */
const SPOKEN = [
  [API_VERSIONS, 0, 2],
  [METADATA, 2, 2],
  [DESCRIBE_CONFIGS, 0, 0],
] as const;
const TOPIC_RESOURCE = 2;

/** A broker that describes a cluster over Kafka's protocol, and can do nothing else. */
export async function startFakeKafka(): Promise<FakeKafka> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let received = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const size = received.readInt32BE(0);
        socket.write(answer(fake, port, new Reader(received.subarray(4, 4 + size))));
        received = received.subarray(4 + size);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fake: FakeKafka = {
    brokers: [`127.0.0.1:${port}`],
    clusterId: "fake",
    brokerCount: 1,
    brokerSettings: {
      "auto.create.topics.enable": "true",
      "default.replication.factor": "1",
      "message.max.bytes": "1048588",
    },
    topics: new Map(),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return fake;
}

function answer(fake: FakeKafka, port: number, request: Reader): Buffer {
  const [key, version, correlation] = [request.int16(), request.int16(), request.int32()];
  request.string();
  const body = bodyOf(fake, port, key, version, request);
  return Buffer.concat([int32(body.length + 4), int32(correlation), body]);
}

function bodyOf(fake: FakeKafka, port: number, key: number, version: number, request: Reader): Buffer {
  if (key === API_VERSIONS) {
    const spoken = list(SPOKEN, (one) => Buffer.concat(one.map(int16)));
    return Buffer.concat([int16(0), spoken, version === 0 ? Buffer.alloc(0) : int32(0)]);
  }
  if (key === METADATA) return metadata(fake, port);
  const resources = request.list(() => {
    const resource = { type: request.int8(), name: request.string() ?? "" };
    request.list(() => request.string());
    return resource;
  });
  return Buffer.concat([int32(0), list(resources, (resource) => describe(fake, resource))]);
}

function metadata({ brokerCount, clusterId, topics }: FakeKafka, port: number): Buffer {
  const ids = Array.from({ length: brokerCount }, (_, index) => index + 1);
  const brokers = list(ids, (id) => Buffer.concat([int32(id), text("127.0.0.1"), int32(port), text(null)]));
  const partitions = (copies: number) => {
    const replicas = list(ids.slice(0, copies), int32);
    return list([0], (index) => Buffer.concat([int16(0), int32(index), int32(1), replicas, replicas]));
  };
  const described = list([...topics], ([name, { copies }]) =>
    Buffer.concat([int16(0), text(name), int8(0), partitions(copies)]),
  );
  return Buffer.concat([brokers, text(clusterId), int32(1), described]);
}

function describe(fake: FakeKafka, { type, name }: { type: number; name: string }): Buffer {
  const settings = type === TOPIC_RESOURCE ? (fake.topics.get(name)?.settings ?? {}) : fake.brokerSettings;
  const entries = list(Object.entries(settings), ([setting, value]) =>
    Buffer.concat([text(setting), text(value), int8(0), int8(0), int8(0)]),
  );
  return Buffer.concat([int16(0), text(null), int8(type), text(name), entries]);
}

function number(bytes: number, value: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
}

const int8 = (value: number): Buffer => number(1, value);
const int16 = (value: number): Buffer => number(2, value);
const int32 = (value: number): Buffer => number(4, value);
const text = (value: string | null): Buffer =>
  value === null ? int16(-1) : Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
const list = <T>(items: readonly T[], write: (item: T) => Buffer): Buffer =>
  Buffer.concat([int32(items.length), ...items.map((item) => write(item))]);

class Reader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  int8 = (): number => this.#bytes.readIntBE(this.#move(1), 1);
  int16 = (): number => this.#bytes.readInt16BE(this.#move(2));
  int32 = (): number => this.#bytes.readInt32BE(this.#move(4));

  string(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    const start = this.#move(length);
    return this.#bytes.toString("utf8", start, start + length);
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, () => read());
  }

  #move(bytes: number): number {
    const start = this.#at;
    this.#at += bytes;
    return start;
  }
}
