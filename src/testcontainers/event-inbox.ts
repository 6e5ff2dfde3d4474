import type { ChangeEvent } from "./change-event.js";

/** One who waits for an event. */
export interface EventRequest {
  readonly matches: (event: ChangeEvent) => boolean;
}

/**
 * The events of one topic that were not handed out yet, in order. Each is handed out once: to the request that came
 * first among those it matches.
 */
export class EventInbox {
  readonly #events: ChangeEvent[] = [];
  readonly #requests: EventRequest[] = [];
  /** By partition: a reader that begins again brings what was here already. */
  readonly #nextOffsets = new Map<number, number>();

  add(event: ChangeEvent): void {
    if (event.offset < (this.#nextOffsets.get(event.partition) ?? 0)) return;
    this.#nextOffsets.set(event.partition, event.offset + 1);
    this.#events.push(event);
  }

  request(matches: EventRequest["matches"]): EventRequest {
    const request = { matches };
    this.#requests.push(request);
    return request;
  }

  withdraw(request: EventRequest): void {
    const index = this.#requests.indexOf(request);
    if (index !== -1) this.#requests.splice(index, 1);
  }

  /** The event for this request, which is then gone; undefined while there is none. */
  take(request: EventRequest): ChangeEvent | undefined {
    const earlier = this.#requests.slice(0, this.#requests.indexOf(request));
    const index = this.#events.findIndex(
      (event) => request.matches(event) && !earlier.some((other) => wants(other, event)),
    );
    return index === -1 ? undefined : this.#events.splice(index, 1)[0];
  }

  /** What is left, for a message: `2 other events are there: c, u`. */
  summary(): string {
    const count = this.#events.length;
    if (count === 0) return "no other event is there";
    const shown = this.#events.slice(0, 10).map(({ op }) => op);
    const others = count === 1 ? "1 other event is there" : `${count} other events are there`;
    return `${others}: ${shown.join(", ")}${count > shown.length ? ", …" : ""}`;
  }
}

/** A predicate that throws does so for the one who gave it, not for others. */
function wants(request: EventRequest, event: ChangeEvent): boolean {
  try {
    return request.matches(event);
  } catch {
    return false;
  }
}
