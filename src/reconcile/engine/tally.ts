import type { Difference, DifferenceKind } from "./engine.js";
import { EVENT, wholeFrom } from "./records.js";
import { keyName } from "./table-hashers.js";

/** What was found of one table; the counts are the comparison's own. */
export class TableTally {
  lost = 0;
  extra = 0;
  different = 0;
  duplicates = 0;
  outOfOrder = 0;
  unproved = 0;
  noTombstone = 0;
  readonly notInEvents = new Map<number, number>();
}

/** Names differences, up to a number of each kind and table. */
export class Named {
  readonly differences: Difference[] = [];
  readonly #counts = new Map<string, number>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(difference: Difference): void {
    if (this.isFull(difference.table, difference.kind)) return;
    this.differences.push(difference);
    const name = `${difference.table} ${difference.kind}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Of a key whose words are at `keyAt`; the event, if there is one, is at `eventAt`. */
  addKey(
    table: number,
    kind: DifferenceKind,
    keyWords: Int32Array,
    keyAt: number,
    events: Int32Array,
    eventAt: number,
  ): void {
    if (this.isFull(table, kind)) return;
    const keyHash = keyName(keyWords, keyAt);
    if (eventAt === -1) this.add({ table, kind, keyHash });
    else {
      const offset = wholeFrom(
        events[eventAt + EVENT.offsetHigh] ?? 0,
        events[eventAt + EVENT.offsetLow] ?? 0,
      );
      this.add({ table, kind, keyHash, partition: (events[eventAt + EVENT.place] ?? 0) & 0xffff, offset });
    }
  }

  isFull(table: number, kind: DifferenceKind): boolean {
    return (this.#counts.get(`${table} ${kind}`) ?? 0) >= this.#most;
  }
}
