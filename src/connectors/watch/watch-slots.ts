import type { ConnectClient } from "../../clients/connect/connect-client.js";
import { CdcError } from "../../errors.js";
import type { PostgresInReach } from "../offsets/read-positions.js";
import type { Failure } from "./classify-failure.js";
import { readLostSlots, slotLossOf } from "./read-lost-slots.js";

/** Why connectors cannot go on whatever state they show, by name. */
export type SlotLosses = ReadonlyMap<string, Failure>;

/** Debezium shows RUNNING for up to half an hour, so that there is no hurry. */
const INTERVAL_MS = 10_000;

/**
 * Asks PostgreSQL for lost slots from time to time, beside the looks at Kafka Connect: it may take long to answer.
 * Kafka Connect is asked for its configurations only where a slot is lost.
 * @returns what is known; it never fails. The first answer is waited for.
 */
export function createSlotWatch(
  client: Pick<ConnectClient, "connectors" | "url">,
  postgres: PostgresInReach | undefined,
  onUnknown: (reason: string) => void,
): () => Promise<SlotLosses> {
  let known: SlotLosses = new Map();
  let askedAtMs: number | undefined;
  if (postgres === undefined) return () => Promise.resolve(known);

  const ask = async () => {
    const lost = await readLostSlots(postgres.endpoint);
    if (lost.length === 0) return new Map<string, Failure>();
    const connectors = await client.connectors();
    const servers = { connectUrl: client.url, postgres: postgres.fromConnect };
    return new Map(
      connectors.flatMap(({ name, config }) => {
        const loss = slotLossOf(config, lost, servers);
        return loss === undefined ? [] : [[name, loss] as const];
      }),
    );
  };
  const refresh = async () => {
    try {
      known = await ask();
    } catch (error) {
      // An abort among them: whoever watches ends by itself then.
      if (error instanceof CdcError) onUnknown(error.message);
    }
  };
  return async () => {
    const isFirst = askedAtMs === undefined;
    if (askedAtMs !== undefined && performance.now() - askedAtMs < INTERVAL_MS) return known;
    askedAtMs = performance.now();
    const answer = refresh().finally(() => (askedAtMs = performance.now()));
    if (isFirst) await answer;
    return known;
  };
}
