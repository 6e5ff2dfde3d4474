import { viewOf } from "./end-of-value.js";
import type { Shape } from "./shape.js";

/** More than that are forgotten: each costs time where none fits. */
const MOST = 24;

/** What is known of a shape beside its bytes. */
export interface Shaped {
  readonly shape: Shape;
}

/** The shapes that were met, the last first; another is made where none fits. */
export class ShapeList<T extends Shaped> {
  /** The start and end of the values in the slots of the shape that was found. */
  spans = new Int32Array(256);
  readonly #known: T[] = [];
  #bytes: Uint8Array | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  readonly #make: (bytes: Uint8Array, start: number, end: number) => T | undefined;

  /** @param make undefined of what is no such text */
  constructor(make: (bytes: Uint8Array, start: number, end: number) => T | undefined) {
    this.#make = make;
  }

  find(bytes: Uint8Array, start: number, end: number): T | undefined {
    // One chunk holds thousands of records.
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = viewOf(bytes);
    }
    const known = this.#known;
    for (let index = 0; index < known.length; index++) {
      const candidate = known[index];
      if (candidate?.shape.match(this.#view, start, end, this.spans) !== true) continue;
      // One step forward at a time: kinds of events that take turns keep the first places among them.
      const before = known[index - 1];
      if (before !== undefined) {
        known[index - 1] = candidate;
        known[index] = before;
      }
      return candidate;
    }
    const made = this.#make(bytes, start, end);
    if (made === undefined) return undefined;
    if (made.shape.slotCount * 2 > this.spans.length) this.spans = new Int32Array(made.shape.slotCount * 4);
    if (!made.shape.match(this.#view, start, end, this.spans)) return undefined;
    if (known.length >= MOST) known.pop();
    known.push(made);
    return made;
  }
}
