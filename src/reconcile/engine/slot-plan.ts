import type { Slot } from "./shape.js";

/** Collects slots of a shape in any order; their places are known once it is sorted. */
export class SlotPlan {
  readonly #slots: (Slot & { readonly tell: (place: number) => void })[] = [];

  /** @param tell gets the slot's place among all */
  add(slot: Slot, tell: (place: number) => void = () => undefined): void {
    this.#slots.push({ start: slot.start, end: slot.end, tell });
  }

  /** All slots in the order of the text. */
  finish(): readonly Slot[] {
    const sorted = [...this.#slots].sort((a, b) => a.start - b.start);
    for (const [place, { tell }] of sorted.entries()) tell(place);
    return sorted;
  }
}
