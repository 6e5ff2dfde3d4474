import type { CapturingConnector } from "../capturing-connector.js";
import { namesOf } from "../names.js";
import type { CaptureFacts, SlotFacts } from "./capture-facts.js";

/** A connector of ours that ends, and the slot that goes with it. */
export interface Release {
  readonly database: string;
  /** Missing where there is none, or where Kafka Connect could not be asked. */
  readonly connector?: CapturingConnector;
  /** Missing where it is not there any more: an earlier run was cut off. */
  readonly slot?: SlotFacts;
}

export interface ReleasePlan {
  readonly releases: readonly Release[];
  /** Slots of somebody else: they are named, and left. */
  readonly foreignSlots: readonly SlotFacts[];
  /** Why it is not known who reads the slots; missing where it is. */
  readonly unknown?: string;
}

/**
 * What has to go before PostgreSQL is left without Kafka Connect. Ours are the connectors that bear our mark with
 * the slots they name, and slots named as ours are that no connector names.
 */
export function planRelease({ slots, connectors }: CaptureFacts): ReleasePlan {
  const isKnown = !("unknown" in connectors);
  const known = isKnown ? connectors : [];
  const withConnector = known
    .filter(({ isOurs }) => isOurs)
    .map((connector): Release => {
      const slot = slots.find(
        ({ name, database }) => name === connector.slot && database === connector.database,
      );
      return { database: connector.database, connector, ...(slot === undefined ? {} : { slot }) };
    });
  const named = new Set(known.map(({ slot }) => slot));
  const leftBehind = slots
    .filter(({ name, database }) => name === namesOf(database).slot && !named.has(name))
    .map((slot): Release => ({ database: slot.database, slot }));
  const releases = [...withConnector, ...leftBehind];
  const taken = new Set(releases.map(({ slot }) => slot?.name));
  return {
    releases,
    foreignSlots: slots.filter(({ name }) => !taken.has(name)),
    ...(isKnown ? {} : { unknown: connectors.unknown }),
  };
}
