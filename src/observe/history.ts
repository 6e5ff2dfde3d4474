import type { Observation } from "./observation.js";

/** What charts show of one database at one time; null where it was not known. */
export interface Sample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly lagBytes: number | null;
  readonly lagMs: number | null;
  readonly retainedBytes: number | null;
  readonly eventsPerSecond: number | null;
}

/** An hour of looks every 5 s; of many databases fewer, so that memory stays bounded. */
const MOST_EACH = 720;
const MOST_OF_ALL = 200_000;

/** The samples of the last looks, by connector. */
export class History {
  readonly #series = new Map<string, Sample[]>();

  add(observation: Observation): void {
    const atMs = Date.parse(observation.time);
    const slots = new Map(observation.slots.map((slot) => [slot.name, slot]));
    const most = Math.max(2, Math.min(MOST_EACH, Math.floor(MOST_OF_ALL / observation.databases.length)));
    // Where nothing is known of connectors, none is forgotten.
    if (observation.unknown.connectors === undefined) {
      const names = new Set(observation.databases.map(({ connector }) => connector));
      for (const name of this.#series.keys()) if (!names.has(name)) this.#series.delete(name);
    }
    for (const { connector, slot, lag, eventsPerSecond } of observation.databases) {
      const series = this.#series.get(connector) ?? [];
      series.push({
        atMs,
        lagBytes: lag.bytes,
        lagMs: lag.atLeastMs,
        retainedBytes: slots.get(slot)?.retainedBytes ?? null,
        eventsPerSecond,
      });
      series.splice(0, series.length - most);
      this.#series.set(connector, series);
    }
  }

  /** The oldest first; empty of a connector that was never seen. */
  of(connector: string): readonly Sample[] {
    return this.#series.get(connector) ?? [];
  }

  /** Of all connectors, what is younger than `sinceMs`. */
  since(sinceMs: number): Readonly<Record<string, readonly Sample[]>> {
    return Object.fromEntries(
      [...this.#series].map(([name, series]) => [name, series.filter(({ atMs }) => atMs > sinceMs)]),
    );
  }
}
