import { Random } from "../support/random.js";
import type { FaultKind, FaultOf, PlannedFault } from "./planned-fault.js";

const SERVERS = ["postgres", "kafka", "connect"] as const;
const END_SIGNALS = ["SIGTERM", "SIGKILL"] as const;

type Draw<Kind extends FaultKind> = (
  random: Random,
  databases: readonly string[],
) => Omit<FaultOf<Kind>, "kind" | "afterMs">;

const DRAWS: { readonly [Kind in FaultKind]: Draw<Kind> } = {
  killed: (random) => ({
    // Now and then the machine itself, as it were.
    servers: random.below(5) === 0 ? SERVERS : [random.pick(SERVERS)],
    signal: random.pick(END_SIGNALS),
  }),
  "stands still": (random) => ({
    server: random.pick(SERVERS),
    seconds: 5 + random.below(26),
    isDuringUp: random.below(2) === 0,
  }),
  "connector disturbed": (random, databases) => ({
    database: random.pick(databases),
    action: random.pick(["pause", "stop", "restart", "restart?includeTasks=true"] as const),
  }),
  "task failed": (random, databases) => ({ database: random.pick(databases) }),
  "sender ended": (random, databases) => ({ database: random.pick(databases), times: 1 + random.below(3) }),
  "killed during a transaction": (random, databases) => ({
    database: random.pick(databases),
    rows: 1 + random.below(2_000),
    server: random.pick(["kafka", "connect"] as const),
  }),
  "table made": (random, databases) => ({ database: random.pick(databases), rows: 1 + random.below(1_000) }),
  "password rotated": () => ({}),
  "up ended": (random) => ({
    server: random.pick(SERVERS),
    signal: random.pick([...END_SIGNALS, "SIGINT"] as const),
    runsMs: 300 + random.below(5_000),
  }),
  "network cut": (random, databases) => ({ database: random.pick(databases), seconds: 1 + random.below(10) }),
};

/** How often each kind comes in a round. Within a round the order is drawn, so that a short run meets every kind, too. */
const ROUND: readonly FaultKind[] = [
  "killed",
  "killed",
  "killed",
  "stands still",
  "connector disturbed",
  "task failed",
  "sender ended",
  "killed during a transaction",
  "table made",
  "password rotated",
  "up ended",
  "network cut",
];

/** `count` faults; the same for the same seed, and of a longer plan the beginning. */
export function planFaults(seed: number, count: number, databases: readonly string[]): PlannedFault[] {
  const random = new Random(seed);
  const plan: PlannedFault[] = [];
  let round: FaultKind[] = [];
  while (plan.length < count) {
    if (round.length === 0) round = [...ROUND];
    const [kind] = round.splice(random.below(round.length), 1);
    if (kind === undefined) break;
    const afterMs = random.below(3_000);
    plan.push({ kind, afterMs, ...DRAWS[kind](random, databases) } as PlannedFault);
  }
  return plan;
}
