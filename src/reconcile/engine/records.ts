/**
 * What is kept of an event and of a row: 32-bit words, so that millions of them are neither objects nor read word by
 * word from files. Both begin with the key's hash and say how long they are.
 */
export const KEY_WORDS = 4;

/** The words of an event; after the last comes `TOAST_WORDS` for each column whose value must be known by itself. */
export const EVENT = {
  /** Table in the upper half, partition in the lower. */
  place: 4,
  /** Layout in the upper half (`NO_LAYOUT`: none), op and flags in the lower. */
  kind: 5,
  /** The partition's run in the upper half, how many columns follow in the lower. */
  run: 6,
  offsetLow: 7,
  offsetHigh: 8,
  rowHigh: 9,
  rowLow: 10,
  txId: 11,
  lsnLow: 12,
  lsnHigh: 13,
  /** When it was committed, in minutes since 1970; 0 where it is not told. */
  minutes: 14,
  /** Of when Debezium handled it: tells equal changes of equal rows apart. */
  handled: 15,
} as const;
export const EVENT_WORDS = 16;

/** Column and what it is, then the hash of its value. */
export const TOAST_WORDS = 3;
export const IS_PLACEHOLDER = 1 << 16;

export const NO_LAYOUT = 0xffff;
export const OP_MASK = 0xf;
export const FLAG = {
  rewound: 1 << 4,
  hasTxId: 1 << 5,
  hasLsn: 1 << 6,
  isFlattened: 1 << 7,
  isIncremental: 1 << 8,
  /** Takes a row away from the multiset of a table without a key. */
  isMinus: 1 << 9,
} as const;

/** The words of a row; then the hash by layout, then which columns that a layout lacks are not NULL. */
export const ROW = {
  /** Table in the upper half, the row's words in the lower. */
  place: 4,
  /** The number of the copy in the upper half, how many layouts follow in the lower. */
  layouts: 5,
} as const;
export const ROW_WORDS = 6;

const TWO_32 = 2 ** 32;

/** The halves of a whole number below 2^53. */
export const lowOf = (whole: number): number => whole | 0;
export const highOf = (whole: number): number => Math.floor(whole / TWO_32) | 0;
export const wholeFrom = (high: number, low: number): number => high * TWO_32 + (low >>> 0);

export const eventLength = (words: Int32Array, at: number): number =>
  EVENT_WORDS + TOAST_WORDS * ((words[at + EVENT.run] ?? 0) & 0xffff);

export const rowLength = (words: Int32Array, at: number): number => (words[at + ROW.place] ?? 0) & 0xffff;
