import type { CdcError } from "../../errors.js";
import type { Comparison, Cut } from "./engine.js";
import { RECORD_FIELDS } from "./record-index.js";

/** What the engine's thread is asked; `buffer` is handed over and comes back with the answer. */
export type EngineRequest = { readonly id: number } & (
  | {
      readonly kind: "records";
      readonly buffer: ArrayBuffer;
      readonly table: number;
      readonly partition: number;
      readonly count: number;
      readonly connectorRun: number;
      /** Where in the buffer the records' bytes begin, behind their index. */
      readonly bytesAt: number;
      readonly byteLength: number;
    }
  | {
      readonly kind: "rows";
      readonly buffer: ArrayBuffer;
      readonly table: number;
      readonly byteLength: number;
    }
  | { readonly kind: "beginRows" | "endRows"; readonly table: number }
  | { readonly kind: "compare"; readonly cut: Cut }
  | { readonly kind: "close" }
);

export interface EngineAnswer {
  readonly id: number;
  readonly buffer?: ArrayBuffer;
  readonly comparison?: Comparison;
  /** How many rows of the table whose copy goes on have been worked on. */
  readonly rows?: number;
  readonly failure?: {
    readonly code: CdcError["code"];
    readonly message: string;
    readonly hint: string | undefined;
  };
}

/** A chunk with more records or bytes gets a buffer of its own. */
export const MOST_RECORDS = 8192;
export const MOST_BYTES = 2 * 2 ** 20;
export const indexBytes = (count: number): number => Math.max(count, MOST_RECORDS) * RECORD_FIELDS * 8;
