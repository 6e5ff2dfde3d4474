import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { Client, type ClientConfig } from "pg";
import { from as copyFrom } from "pg-copy-streams";

import { hasSqlState } from "../../src/clients/postgres.js";
import { Random } from "./random.js";

/** What an application might have: a key that changes, texts that are stored out of line, rows without a key, partitions. */
export const LOAD_SCHEMA = `
  CREATE TABLE orders (id bigserial PRIMARY KEY, customer int NOT NULL, total numeric(12,2), note text, placed timestamptz DEFAULT now());
  CREATE TABLE documents (code text PRIMARY KEY, version int NOT NULL, body text, tags jsonb);
  ALTER TABLE documents ALTER body SET STORAGE EXTERNAL;
  CREATE TABLE stock (product int PRIMARY KEY, amount int NOT NULL, price float8);
  ALTER TABLE stock REPLICA IDENTITY FULL;
  CREATE TABLE journal (at timestamptz NOT NULL DEFAULT clock_timestamp(), who int, what text);
  ALTER TABLE journal REPLICA IDENTITY FULL;
  CREATE TABLE readings (sensor int, taken date, value real, PRIMARY KEY (sensor, taken)) PARTITION BY RANGE (taken);
  CREATE TABLE readings_1 PARTITION OF readings FOR VALUES FROM ('2020-01-01') TO ('2022-01-01');
  CREATE TABLE readings_2 PARTITION OF readings FOR VALUES FROM ('2022-01-01') TO ('2030-01-01');
  INSERT INTO orders (customer, total, note) SELECT g % 97, g * 1.25, repeat('n', g % 50) FROM generate_series(1, 2000) g;
  INSERT INTO documents SELECT 'doc-' || g, 1, repeat(md5(g::text), 100), jsonb_build_object('n', g) FROM generate_series(1, 300) g;
  INSERT INTO stock SELECT g, g * 10, g / 3.0 FROM generate_series(1, 500) g;
  INSERT INTO journal (who, what) SELECT g % 7, 'opened' FROM generate_series(1, 100) g;
  INSERT INTO readings SELECT g % 20, date '2020-01-01' + g, g / 7.0 FROM generate_series(1, 1500) g;
`;

export interface MixedLoad {
  /** Transactions that were committed and that were rolled back so far. */
  readonly committed: number;
  readonly rolledBack: number;
  /** Ends the writers; rejects with what one of them failed of. */
  stop(): Promise<void>;
}

/** Errors that an application meets when several of its sessions work on the same rows. */
/** 23514: of a reading that is moved beyond the last partition. */
const EXPECTED = ["40P01", "40001", "23505", "23514"];
const BIG_TRANSACTION_ROWS = 10_000;

type Action = (client: Client, random: Random) => Promise<unknown>;

const ACTIONS: readonly (readonly [weight: number, action: Action])[] = [
  [
    20,
    (client, random) =>
      client.query("INSERT INTO orders (customer, total, note) VALUES ($1, $2, $3)", [
        random.below(97),
        random.below(100_000) / 100,
        "n".repeat(random.below(80)),
      ]),
  ],
  [
    15,
    (client, random) =>
      client.query("UPDATE orders SET total = total + 1, note = note || '.' WHERE id = $1", [
        random.below(3_000),
      ]),
  ],
  [6, (client, random) => client.query("DELETE FROM orders WHERE id = $1", [random.below(4_000)])],
  // A new key: a delete of the old row and an insert of the new one.
  [
    5,
    (client, random) =>
      client.query("UPDATE orders SET id = nextval('orders_id_seq') WHERE id = $1", [random.below(3_000)]),
  ],
  // The long text stays where it is, and its value is in no event.
  [
    10,
    (client, random) =>
      client.query(
        "UPDATE documents SET version = version + 1, tags = tags || '{\"touched\": true}' WHERE code = $1",
        [`doc-${random.below(320)}`],
      ),
  ],
  [
    4,
    (client, random) =>
      client.query("UPDATE documents SET body = repeat(md5($2), 100) WHERE code = $1", [
        `doc-${random.below(320)}`,
        String(random.next()),
      ]),
  ],
  [
    10,
    (client, random) =>
      client.query("UPDATE stock SET amount = amount - 1, price = price * 1.01 WHERE product = $1", [
        random.below(500),
      ]),
  ],
  [
    10,
    (client, random) =>
      client.query(
        "INSERT INTO journal (who, what) SELECT $1::int, 'same' FROM generate_series(1, $2::int)",
        [random.below(7), 1 + random.below(4)],
      ),
  ],
  [
    4,
    (client, random) =>
      client.query(
        "UPDATE journal SET what = 'seen' WHERE ctid IN (SELECT ctid FROM journal WHERE who = $1 LIMIT 2)",
        [random.below(7)],
      ),
  ],
  [
    3,
    (client, random) =>
      client.query("DELETE FROM journal WHERE ctid IN (SELECT ctid FROM journal WHERE who = $1 LIMIT 1)", [
        random.below(7),
      ]),
  ],
  [
    6,
    (client, random) =>
      client.query(
        "INSERT INTO readings VALUES ($1, date '2020-01-01' + $2::int, random()) ON CONFLICT (sensor, taken) DO UPDATE SET value = excluded.value",
        [random.below(20), random.below(3_000)],
      ),
  ],
  // From one partition into another.
  [
    2,
    (client, random) =>
      client.query(
        "UPDATE readings SET taken = taken + 700 WHERE sensor = $1 AND taken = date '2020-01-01' + $2::int",
        [random.below(20), random.below(1_500)],
      ),
  ],
  [3, copyOrders],
  [3, savepoints],
];

async function copyOrders(client: Client, random: Random): Promise<void> {
  const lines = Array.from(
    { length: 1 + random.below(200) },
    (_, line) => `${random.below(97)}\t${line}.50\tcopied\n`,
  );
  await pipeline(
    Readable.from(lines),
    client.query(copyFrom("COPY orders (customer, total, note) FROM STDIN")),
  );
}

async function savepoints(client: Client, random: Random): Promise<void> {
  await client.query("SAVEPOINT one");
  await client.query("UPDATE stock SET amount = amount + 100 WHERE product = $1", [random.below(500)]);
  await client.query("SAVEPOINT two");
  await client.query("INSERT INTO orders (customer, total) VALUES ($1, -1)", [random.below(97)]);
  await client.query(random.below(2) === 0 ? "ROLLBACK TO two" : "RELEASE two");
  if (random.below(3) === 0) await client.query("ROLLBACK TO one");
}

async function bigTransaction(client: Client): Promise<void> {
  await client.query("BEGIN");
  await client.query(
    "INSERT INTO orders (customer, total, note) SELECT g % 97, g, 'big' FROM generate_series(1, $1) g",
    [BIG_TRANSACTION_ROWS],
  );
  await client.query("DELETE FROM orders WHERE note = 'big' AND customer > 5");
  await client.query("COMMIT");
}

/** Lets writers work at random until they are stopped; every now and then one has a transaction of 10,000 rows. */
export function startMixedLoad(
  connection: ClientConfig,
  { writers, seed, pauseMs }: { readonly writers: number; readonly seed: number; readonly pauseMs: number },
): MixedLoad {
  const counts = { committed: 0, rolledBack: 0 };
  const ended = new AbortController();
  const deck = ACTIONS.flatMap(([weight, action]) => Array.from({ length: weight }, () => action));
  const write = async (writer: number): Promise<void> => {
    const random = new Random(seed + writer);
    const client = new Client(connection);
    await client.connect();
    try {
      for (let round = 1; !ended.signal.aborted; round++) {
        if (writer === 0 && round % 400 === 0) await bigTransaction(client);
        else await transaction(client, random, deck, counts);
        // So that PostgreSQL and Debezium, which share this machine, keep up.
        await new Promise((resolve) => setTimeout(resolve, random.below(2 * pauseMs)));
      }
    } finally {
      await client.end();
    }
  };
  const done = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  done.catch(() => ended.abort());
  return {
    get committed() {
      return counts.committed;
    },
    get rolledBack() {
      return counts.rolledBack;
    },
    stop: async () => {
      ended.abort();
      await done;
    },
  };
}

async function transaction(
  client: Client,
  random: Random,
  deck: readonly Action[],
  counts: { committed: number; rolledBack: number },
): Promise<void> {
  try {
    await client.query("BEGIN");
    for (let left = 1 + random.below(4); left > 0; left--) await random.pick(deck)(client, random);
    const isKept = random.below(8) > 0;
    await client.query(isKept ? "COMMIT" : "ROLLBACK");
    counts[isKept ? "committed" : "rolledBack"] += 1;
  } catch (error) {
    await client.query("ROLLBACK");
    if (!EXPECTED.some((state) => hasSqlState(error, state))) throw error;
    counts.rolledBack += 1;
  }
}
