import type { Column } from "./table-columns.js";
import type { TableHashers } from "./table-hashers.js";

/** Hashes columns of a copied row as its key. `spans` has start and end of each field in turn, -1 for NULL. */
export function hashCopiedKey(
  bytes: Uint8Array,
  spans: Int32Array,
  places: readonly number[],
  columns: readonly Column[],
  hashers: TableHashers,
): void {
  const { first, second } = hashers;
  hashers.resetKey();
  for (const place of places) {
    const start = spans[place * 2] ?? -1;
    const codec = columns[place]?.codec;
    if (start === -1 || codec === undefined) continue;
    const end = spans[place * 2 + 1] ?? 0;
    first.begin(place);
    codec.hashBinary(bytes, start, end, first);
    first.end();
    second.begin(place);
    codec.hashBinary(bytes, start, end, second);
    second.end();
    hashers.keyFirst.add(first);
    hashers.keySecond.add(second);
  }
}
