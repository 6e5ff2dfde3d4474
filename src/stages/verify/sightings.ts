import type { ConsumedRecord } from "../../clients/kafka/consumed-record.js";
import { matchEvent, type ProbeSight } from "./match-event.js";
import type { ProbeSubject, WrittenProbe } from "./probe.js";

/**
 * What has come of one probe at a time. Other records are counted and forgotten, however busy their topic is. An event
 * may be here before PostgreSQL's answer is, so that while a probe is written all are kept.
 */
export class Sightings {
  readonly #subject: Pick<ProbeSubject, "schema" | "table">;
  #early: ConsumedRecord[] | undefined;
  #written: WrittenProbe | undefined;
  #sights: ProbeSight[] = [];
  #others = 0;

  constructor(subject: Pick<ProbeSubject, "schema" | "table">) {
    this.#subject = subject;
  }

  get sights(): readonly ProbeSight[] {
    return this.#sights;
  }

  /** Records since the probe was written that are not of it. */
  get others(): number {
    return this.#others;
  }

  add(record: ConsumedRecord): void {
    if (this.#early !== undefined) this.#early.push(record);
    else this.#match(record);
  }

  /** Writes a probe; from now on its records count, and no other's. */
  async write(work: () => Promise<WrittenProbe>): Promise<WrittenProbe> {
    this.#early = [];
    try {
      const written = await work();
      this.expect(written);
      for (const record of this.#early) this.#match(record);
      return written;
    } finally {
      this.#early = undefined;
    }
  }

  /** A probe that was written before. */
  expect(written: WrittenProbe): void {
    this.#written = written;
    this.#sights = [];
    this.#others = 0;
  }

  #match(record: ConsumedRecord): void {
    if (this.#written === undefined) return;
    const sight = matchEvent(record, this.#subject, this.#written);
    if (sight === undefined) this.#others += 1;
    else this.#sights.push(sight);
  }
}
