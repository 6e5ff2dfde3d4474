import type { Cut } from "../../../src/reconcile/engine/engine.js";
import type { Random } from "./random.js";
import { type Change, eventValue, type Row, type TopicRecord } from "./topic.js";

const PLACEHOLDER = "__debezium_unavailable_value";
const NOW_MS = Date.UTC(2026, 5, 1);
const START_XID = 2 ** 32 - 40;

interface Logged {
  readonly id: number;
  readonly change: Change | "tombstone";
}

interface Transaction {
  readonly txId: number;
  /** The rows that it has locked, as it leaves them; null for deleted. */
  readonly rows: Map<number, Row | null>;
  readonly log: Logged[];
}

export interface ModelOptions {
  readonly hasKey: boolean;
  readonly partitions: number;
  readonly steps: number;
}

/** What came out of a run: the topic, the rows as a snapshot in the middle of it saw them, and what it may be told. */
export interface ModelRun {
  readonly partitions: readonly (readonly TopicRecord[])[];
  readonly rows: readonly Row[];
  readonly cut: Cut;
  /** Changes that the connector sent again. */
  readonly repeated: number;
}

/**
 * A table under concurrent transactions, with the events that Debezium makes of it, in plain objects: the simplest
 * thing that has visibility, rollbacks, key changes, values left out, truncates, and a connector that is restarted.
 */
export class Model {
  readonly #random: Random;
  readonly #options: ModelOptions;
  readonly #committed = new Map<number, Row>();
  readonly #open: Transaction[] = [];
  readonly #topic: TopicRecord[][];
  /** All streamed records since the last restart: what a restart may send again. */
  #sent: { partition: number; id: number; change: Change | "tombstone" }[][] = [];
  #nextId = 1;
  #nextTxId = START_XID;
  #lsn = 1000;
  #commitLsn = 1000;
  #repeated = 0;
  #run = 1;

  constructor(random: Random, options: ModelOptions) {
    this.#random = random;
    this.#options = options;
    this.#topic = Array.from({ length: options.partitions }, () => []);
  }

  run(): ModelRun {
    this.#snapshot();
    for (let step = 0; step < this.#options.steps; step++) this.#step();
    const rows = [...this.#committed.values()];
    const running = this.#open.map(({ txId }) => txId % 2 ** 32);
    const nextAtSnapshot = this.#nextTxId % 2 ** 32;
    for (let step = 0; step < this.#options.steps / 4; step++) this.#step();
    while (this.#open.length > 0) this.#commit();
    const cut: Cut = {
      running,
      nextAtSnapshot,
      nextAtEnd: this.#nextTxId % 2 ** 32,
      takenAtMs: NOW_MS,
      certainReadsBefore: [new Map(this.#topic.map((records, partition) => [partition, records.length]))],
      cutOff: [],
    };
    return { partitions: this.#topic, rows, cut, repeated: this.#repeated };
  }

  #snapshot(): void {
    for (let count = this.#random.below(20); count > 0; count--) {
      const row = this.#newRow(this.#newId());
      this.#committed.set(Number(row.id), row);
      const change: Change = { op: "r", after: row, txId: START_XID - 1, lsn: 900, committedMs: NOW_MS };
      this.#send(Number(row.id), change);
    }
  }

  #step(): void {
    const random = this.#random;
    if (this.#open.length < 4 && random.chance(0.3)) {
      this.#open.push({ txId: this.#nextTxId++, rows: new Map(), log: [] });
    } else if (random.chance(0.25)) this.#commit();
    else if (random.chance(0.05)) this.#open.splice(random.below(this.#open.length), 1);
    else if (this.#open.length === 0 && random.chance(0.06)) this.#truncate();
    else if (random.chance(0.02)) this.#restart();
    else this.#change();
  }

  #change(): void {
    const random = this.#random;
    const transaction = random.pick(this.#open);
    if (transaction === undefined) return;
    const locked = new Set(
      this.#open.filter((other) => other !== transaction).flatMap(({ rows }) => [...rows.keys()]),
    );
    const now = new Map<number, Row | null>([...this.#committed, ...transaction.rows]);
    const id = random.pick([...now.keys()].filter((known) => !locked.has(known) && now.get(known) !== null));
    const row = id === undefined ? undefined : now.get(id);
    if (id === undefined || row === undefined || row === null || random.chance(0.3)) {
      this.#insert(transaction, this.#newId());
    } else if (random.chance(0.2)) {
      this.#delete(transaction, id, row);
    } else if (this.#options.hasKey && random.chance(0.1)) {
      this.#delete(transaction, id, row);
      this.#insert(transaction, random.chance(0.5) ? this.#newId() : id);
    } else this.#update(transaction, id, row);
  }

  #insert(transaction: Transaction, id: number): void {
    const row = this.#newRow(id);
    transaction.rows.set(id, row);
    this.#log(transaction, id, { op: "c", after: row });
  }

  #update(transaction: Transaction, id: number, row: Row): void {
    const random = this.#random;
    const changed = {
      ...row,
      amount: random.below(5),
      ...(random.chance(0.3) ? { note: this.#note() } : {}),
    };
    transaction.rows.set(id, changed);
    const leavesOut =
      this.#options.hasKey && changed.note === row.note && (row.note?.toString() ?? "").length > 30;
    const after = leavesOut ? { ...changed, note: PLACEHOLDER } : changed;
    this.#log(transaction, id, { op: "u", before: this.#before(row), after });
  }

  #delete(transaction: Transaction, id: number, row: Row): void {
    transaction.rows.set(id, null);
    this.#log(transaction, id, { op: "d", before: this.#before(row) });
    if (this.#options.hasKey) transaction.log.push({ id, change: "tombstone" });
  }

  #before(row: Row): Row | null {
    return this.#options.hasKey ? null : this.#shown(row);
  }

  #log(transaction: Transaction, id: number, change: Change): void {
    this.#lsn += 1 + this.#random.below(100);
    const shown = change.after == null ? change : { ...change, after: this.#shown(change.after) };
    transaction.log.push({ id, change: { ...shown, txId: transaction.txId % 2 ** 32, lsn: this.#lsn } });
  }

  #commit(): void {
    const [transaction] = this.#open.splice(this.#random.below(this.#open.length), 1);
    if (transaction === undefined) return;
    for (const [id, row] of transaction.rows) {
      if (row === null) this.#committed.delete(id);
      else this.#committed.set(id, row);
    }
    this.#stream(transaction.log);
  }

  #truncate(): void {
    this.#committed.clear();
    this.#lsn += 50;
    this.#stream([{ id: 0, change: { op: "t", txId: this.#nextTxId++ % 2 ** 32, lsn: this.#lsn } }]);
  }

  #stream(log: readonly Logged[]): void {
    const events = log.map(({ id, change }) => ({
      partition: id % this.#options.partitions,
      id,
      change:
        change === "tombstone" ? change : { ...change, commitLsn: this.#commitLsn, committedMs: NOW_MS },
    }));
    this.#lsn += 10;
    this.#commitLsn = this.#lsn;
    this.#sent.push(events);
    for (const { id, change } of events) this.#send(id, change);
  }

  /** Sends the last transactions again, as a connector does that could not say how far it had come. */
  #restart(): void {
    this.#run++;
    for (const events of this.#sent.slice(-1 - this.#random.below(4))) {
      for (const { id, change } of events) {
        this.#send(id, change);
        if (change !== "tombstone") this.#repeated++;
      }
    }
    this.#sent = [];
  }

  #send(id: number, change: Change | "tombstone"): void {
    const isTruncate = change !== "tombstone" && change.op === "t";
    const key = isTruncate || !this.#options.hasKey ? null : JSON.stringify({ id });
    const value =
      change === "tombstone"
        ? null
        : eventValue(change.after == null ? change : { ...change, after: this.#shown(change.after) });
    this.#topic[id % this.#options.partitions]?.push({ key, value, timestampMs: NOW_MS + 5, run: this.#run });
  }

  /** Without a key rows are to be equal now and then, so they have no id. */
  #shown(row: Row): Row {
    if (this.#options.hasKey) return row;
    return { amount: row.amount ?? null, note: row.note ?? null };
  }

  #newRow(id: number): Row {
    return { id, amount: this.#random.below(5), note: this.#note() };
  }

  #newId(): number {
    return this.#nextId++;
  }

  #note(): string | null {
    const random = this.#random;
    if (random.chance(0.2)) return null;
    if (random.chance(0.5)) return `n${random.below(3)}`;
    return `"a" long \\ note äöü 🙂 ${"x".repeat(20)} ${random.below(3)}`;
  }
}
