/** What an END says of its transaction. */
export interface TransactionEnd {
  readonly id: string;
  /** When it was committed, in ms since 1970; missing in older versions. */
  readonly committedAtMs?: number;
  /** By collection (`public.products`), how many events it had. */
  readonly counts: readonly { readonly collection: string; readonly count: number }[];
}

const END = Buffer.from('"END"');

/** The END that the JSON of a value holds, with or without a schema; undefined for a BEGIN and for what is neither. */
export function readEnd(bytes: Uint8Array, start: number, end: number): TransactionEnd | undefined {
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
  // Half of the records are BEGINs: looking costs less than parsing them.
  if (!value.includes(END)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  const payload = fieldsOf(fieldsOf(parsed).payload ?? parsed);
  if (payload.status !== "END" || typeof payload.id !== "string") return undefined;
  const collections = Array.isArray(payload.data_collections) ? payload.data_collections : [];
  return {
    id: payload.id,
    counts: collections.map(fieldsOf).map((one) => ({
      collection: String(one.data_collection),
      count: Number(one.event_count) || 0,
    })),
    ...(typeof payload.ts_ms === "number" ? { committedAtMs: payload.ts_ms } : {}),
  };
}

const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
