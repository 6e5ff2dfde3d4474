import { CdcError } from "../../errors.js";

interface Gate {
  /** What the worker cannot do, for messages. */
  readonly what: string;
  /** The first version of Kafka Connect that can. */
  readonly since: readonly [major: number, minor: number];
  readonly instead: string;
}

/** What of the REST API came later than the API itself, and what to do where it is missing. */
const GATES = {
  topics: { what: "tell a connector's topics", since: [2, 5], instead: "list the topics of Kafka itself" },
  stop: { what: "stop a connector", since: [3, 5], instead: "pause it: cdc-pipeline connectors pause NAME" },
  changeOffsets: {
    what: "change a connector's offsets",
    since: [3, 6],
    instead: "register the connector under another name: it begins anew",
  },
  initialState: {
    what: "create a connector stopped or paused",
    since: [3, 7],
    instead: "create it running, then pause it: cdc-pipeline connectors pause NAME",
  },
  clusterLoggers: {
    what: "set a logger on all workers at once",
    since: [3, 7],
    instead: "set it on each worker: --connect-url of each, without the scope of the cluster",
  },
  patchConfig: {
    what: "change single keys of a configuration",
    since: [3, 8],
    instead: "write the whole configuration",
  },
} as const satisfies Record<string, Gate>;

export type Gated = keyof typeof GATES;

/** @throws CdcError CONNECT_TOO_OLD where a worker of that version cannot do it */
export function requireVersion(feature: Gated, version: string, url: string): void {
  const { what, since, instead } = GATES[feature];
  if (isAtLeast(version, since)) return;
  const [needed, found] = [since.join("."), version];
  throw new CdcError(
    "CONNECT_TOO_OLD",
    `Kafka Connect at ${url} is ${found} and cannot ${what}: that came with ${needed}`,
    { hint: instead, details: { feature, needed, found } },
  );
}

/** A version of another shape, a vendor's, is taken for a new one: the worker says what it cannot do. */
function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const found = /^(\d+)\.(\d+)/.exec(version);
  if (found === null) return true;
  const [foundMajor, foundMinor] = [Number(found[1]), Number(found[2])];
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
