import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { BucketStore } from "./bucket-store.js";
import { compareBuckets } from "./compare-buckets.js";
import type { Comparison, Cut, Engine, EngineOptions, RecordChunk, TableComparison } from "./engine.js";
import { Latency } from "./latency.js";
import { Layouts } from "./layouts.js";
import { RECORD, RECORD_FIELDS } from "./record-index.js";
import { type CodecOf, columnsOf } from "./table-columns.js";
import { TableEvents } from "./table-events.js";
import type { TableFacts } from "./table-facts.js";
import { TableHashers } from "./table-hashers.js";
import { TableRows } from "./table-rows.js";
import { Named, TableTally } from "./tally.js";
import type { TransactionLedger } from "./transaction-ledger.js";
import { Visibility } from "./visibility.js";

/** What an event and its row take up together, about. */
const BYTES_OF_KEY = 100;
const BUCKET_BYTES = 4 * 2 ** 20;
/** A bucket writes to one block of this size at least. */
const BLOCK_BYTES = 8192;

/** The engine as it works in the thread that calls it. */
export class ThreadEngine implements Engine {
  readonly #options: EngineOptions;
  readonly #bucketCount: number;
  readonly #eventStore: BucketStore;
  readonly #rowStore: BucketStore;
  readonly #events: TableEvents[];
  readonly #rows: TableRows[];
  readonly #latency = new Latency();
  readonly #named: Named;
  readonly #ledger: TransactionLedger | undefined;

  constructor(options: EngineOptions, codecOf: CodecOf, ledger?: TransactionLedger) {
    const { memoryBytes, folder, tables, modes, seed } = options;
    this.#options = options;
    this.#ledger = ledger;
    this.#named = new Named(options.maxNamed);
    const bucketBits = bucketBitsFor(options);
    this.#bucketCount = 2 ** bucketBits;
    mkdirSync(folder, { recursive: true });
    this.#eventStore = new BucketStore(this.#bucketCount, memoryBytes / 2, join(folder, "events"));
    this.#rowStore = new BucketStore(this.#bucketCount, memoryBytes / 4, join(folder, "rows"));
    const hashers = new TableHashers(seed);
    const common = { options, bucketBits, hashers };
    const eventSink = {
      ...common,
      store: this.#eventStore,
      latency: this.#latency,
      ledger,
      tell: this.#named.add.bind(this.#named),
    };
    const rowSink = { ...common, store: this.#rowStore };
    this.#events = [];
    this.#rows = [];
    for (const [number, table] of tables.entries()) {
      const columns = columnsOf(table, modes, codecOf);
      const layouts = new Layouts();
      this.#events.push(new TableEvents(number, table, columns, layouts, eventSink));
      this.#rows.push(new TableRows(number, table, columns, layouts, rowSink));
    }
  }

  addRecords(chunk: RecordChunk): Promise<void> {
    if (chunk.table === -1) this.#addTransactions(chunk);
    else this.#events[chunk.table]?.addRecords(chunk);
    return Promise.resolve();
  }

  beginRows(table: number): Promise<void> {
    this.#rows[table]?.begin();
    return Promise.resolve();
  }

  addRows(table: number, bytes: Uint8Array): Promise<number> {
    const rows = this.#rows[table];
    rows?.add(bytes);
    return Promise.resolve(rows?.rows ?? 0);
  }

  endRows(table: number): Promise<number> {
    const rows = this.#rows[table];
    rows?.end();
    return Promise.resolve(rows?.rows ?? 0);
  }

  compare(cut: Cut): Promise<Comparison> {
    const named = new Named(this.#options.maxNamed);
    const facts = this.#options.tables.map((_, number) => this.#factsOf(number, cut));
    compareBuckets(this.#bucketCount, this.#eventStore, this.#rowStore, facts, new Visibility(cut), named);
    const transactions = this.#ledger?.summarize(cut);
    return Promise.resolve({
      tables: facts.map((table) => this.#summarize(table)),
      differences: [...named.differences, ...this.#named.differences],
      latency: this.#latency.buckets(),
      ...(transactions === undefined ? {} : { transactions }),
    });
  }

  close(): Promise<void> {
    this.#eventStore.close();
    this.#rowStore.close();
    this.#ledger?.close();
    rmSync(this.#options.folder, { recursive: true, force: true });
    return Promise.resolve();
  }

  #addTransactions({ bytes, index, count, partition }: RecordChunk): void {
    for (let record = 0; record < count; record++) {
      const at = record * RECORD_FIELDS;
      const valueStart = index[at + RECORD.valueStart] ?? 0;
      const valueEnd = index[at + RECORD.valueEnd] ?? -1;
      if (valueEnd === -1) continue;
      this.#ledger?.addTransaction(bytes, valueStart, valueEnd, partition, index[at + RECORD.offset] ?? 0);
    }
  }

  #factsOf(number: number, cut: Cut): TableFacts {
    const table = this.#options.tables[number];
    const events = this.#events[number];
    const rows = this.#rows[number];
    const layouts = events?.layouts.columns ?? [];
    const missing = rows?.missing ?? [];
    return {
      number,
      hasKey: (table?.key.length ?? 0) > 0,
      isCompacted: table?.isCompacted === true,
      isFlattened: events?.isFlattened === true,
      hasTombstones: table?.hasTombstones === true,
      isCutOff: (cut.cutOff[number]?.size ?? 0) > 0,
      copy: rows?.copy ?? 0,
      layoutCount: layouts.length,
      missing,
      missingOf: layouts.map((columns) => missing.map((column) => !columns.includes(column))),
      truncates: [...(events?.truncates ?? [])].sort((a, b) => a.lsn - b.lsn),
      lastOffsets: new Map(
        [...(events?.partitions ?? [])].map(([partition, { lastOffset }]) => [partition, lastOffset]),
      ),
      replacedBefore: events?.replacedBefore ?? new Map(),
      tally: new TableTally(),
    };
  }

  #summarize({ number, tally }: TableFacts): TableComparison {
    const events = this.#events[number];
    const rows = this.#rows[number];
    const columns = this.#options.tables[number]?.columns ?? [];
    return {
      rows: rows?.rows ?? 0,
      events: events?.events ?? 0,
      lost: tally.lost,
      extra: tally.extra,
      different: tally.different,
      duplicates: tally.duplicates + (events?.duplicates ?? 0),
      outOfOrder: tally.outOfOrder,
      late: events?.late ?? 0,
      unproved: tally.unproved,
      noTombstone: tally.noTombstone,
      undecodable: events?.undecodable ?? 0,
      foreign: events?.foreign ?? 0,
      notInEvents: Object.fromEntries(
        [...tally.notInEvents].map(([column, count]) => [columns[column]?.name ?? "", count]),
      ),
    };
  }
}

function bucketBitsFor({ expected, memoryBytes }: EngineOptions): number {
  const wanted = (expected * BYTES_OF_KEY) / BUCKET_BYTES;
  const affordable = memoryBytes / 4 / BLOCK_BYTES / 2;
  let bits = 0;
  while (bits < 10 && 2 ** bits < wanted && 2 ** (bits + 1) <= affordable) bits++;
  return bits;
}
