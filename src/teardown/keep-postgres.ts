import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { formatBytes } from "../format.js";
import type { Stage } from "../run-stage.js";
import type { DownResult, PlannedServer, ServerName, Target } from "../targets/target.js";
import { type CaptureFacts, readCapture, type SlotFacts } from "./capture-facts.js";
import { planRelease, type Release, type ReleasePlan } from "./plan-release.js";
import { type ReleasedSlot, type ReleaseOptions, releaseSlots } from "./release-slots.js";

export interface KeepOptions {
  readonly publication: string;
  /** Unread changes may be lost, and slots may be dropped of which nobody can say who read them. */
  readonly force: boolean;
}

export interface KeptPostgres {
  readonly result: DownResult;
  /** The slots that were dropped, each with what it still held. */
  readonly released: readonly ReleasedSlot[];
  /** Slots of somebody else, which PostgreSQL keeps. */
  readonly foreignSlots: readonly SlotFacts[];
}

const DOWN = { purge: false, keepPostgres: true } as const;
const POSITIONS_LEFT =
  "Kafka Connect was not asked: its connectors still have the positions of the slots that are gone. After the next up, cdc-pipeline doctor names them (OFFSET_WITHOUT_SLOT), with the commands that reset them";

/**
 * Ends Kafka and Kafka Connect, and leaves PostgreSQL with no slot that keeps its WAL for them.
 * @throws CdcError UNREAD_CHANGES, SLOT_IN_USE, POSTGRES_UNREACHABLE; nothing has been stopped then
 */
export async function keepPostgres(
  target: Target,
  options: KeepOptions,
  stage: Stage,
  context: Context,
): Promise<KeptPostgres> {
  const look = await lookAt(target, context);
  if (look === undefined) {
    return { result: await target.down(stage, context, DOWN), released: [], foreignSlots: [] };
  }
  const { plan, postgres, connect } = look;
  requireKnownReaders(plan, options);
  for (const { name, database } of plan.foreignSlots) {
    const message = `slot ${name} of ${database} was not made by cdc-pipeline and stays: PostgreSQL keeps WAL for it`;
    context.report({ type: "notice", message });
  }
  const release: ReleaseOptions = {
    ...options,
    forceCommand: "cdc-pipeline down --keep-postgres --force",
    postgres,
    ...(connect === undefined ? {} : { connect }),
  };
  if (plan.unknown === undefined) {
    const released = await releaseSlots(plan.releases, release, stage, context);
    return { result: await target.down(stage, context, DOWN), released, foreignSlots: plan.foreignSlots };
  }
  // A worker that does not answer may still read: its end is what lets go of the slots.
  const result = await target.down(stage, context, DOWN);
  const released = await releaseSlots(plan.releases, release, stage, context);
  if (released.length > 0) context.report({ type: "notice", message: POSITIONS_LEFT });
  return { result, released, foreignSlots: plan.foreignSlots };
}

/** What `keepPostgres` would do, in its order. @throws CdcError as it would, where that can be told before */
export async function planKeepPostgres(
  target: Target,
  options: Pick<KeepOptions, "force">,
  context: Context,
): Promise<readonly PlannedServer[]> {
  const servers = await target.planDown(context, DOWN);
  const look = await lookAt(target, context);
  if (look === undefined) return servers;
  requireKnownReaders(look.plan, options);
  const { releases, foreignSlots } = look.plan;
  return [
    ...releases.flatMap(plannedSlot),
    ...releases.flatMap(plannedConnector),
    ...foreignSlots.map(({ name, database }): PlannedServer => ({
      title: `slot ${name}`,
      status: "unchanged",
      detail: `of ${database}, not made by cdc-pipeline`,
    })),
    ...servers,
  ];
}

function plannedSlot({ slot, database }: Release): PlannedServer[] {
  if (slot === undefined) return [];
  const detail = `of ${database}, ${formatBytes(slot.unconfirmedBytes)} not confirmed now; refused where changes of published tables are unread`;
  return [{ title: `slot ${slot.name}`, status: "removed", detail }];
}

function plannedConnector({ connector }: Release): PlannedServer[] {
  if (connector === undefined) return [];
  return [
    { title: `connector ${connector.name}`, status: "removed", detail: "the next up takes a new snapshot" },
  ];
}

interface Look {
  readonly plan: ReleasePlan;
  readonly postgres: ReleaseOptions["postgres"];
  readonly connect?: ConnectEndpoint;
}

/** Undefined where no capture of ours ends: nothing runs, or Kafka Connect is somebody else's. */
async function lookAt(target: Target, context: Context): Promise<Look | undefined> {
  if (!target.ownsServers || target.ownsConnect === false) return undefined;
  const servers = await target.status(context);
  const runs = (server: ServerName) =>
    servers.some((status) => status.server === server && status.state === "running");
  if (!runs("postgres")) {
    if (!runs("kafka") && !runs("connect")) return undefined;
    throw new CdcError("POSTGRES_UNREACHABLE", "PostgreSQL does not run: there is nothing to keep", {
      hint: "cdc-pipeline down stops the others too, and all data stay",
    });
  }
  const isConnectUp = runs("connect");
  const { endpoints } = await target.find(context, isConnectUp ? ["postgres", "connect"] : ["postgres"]);
  const facts = await readCapture(
    endpoints.postgres,
    isConnectUp ? endpoints.connect : { unknown: "Kafka Connect does not run" },
    context,
  );
  return { plan: planRelease(facts), postgres: endpoints.postgres, ...connectOf(facts, endpoints.connect) };
}

const connectOf = ({ connectors }: CaptureFacts, connect: ConnectEndpoint) =>
  "unknown" in connectors ? {} : { connect };

/** @throws CdcError SLOT_IN_USE */
function requireKnownReaders(
  { releases, unknown }: ReleasePlan,
  { force }: Pick<KeepOptions, "force">,
): void {
  if (unknown === undefined || releases.length === 0 || force) return;
  const names = releases.map(({ slot }) => slot?.name ?? "").join(", ");
  throw new CdcError("SLOT_IN_USE", `it cannot be shown that nobody reads ${names}: ${unknown}`, {
    hint: "bring it back (cdc-pipeline deploy), then again; or drop them all the same: cdc-pipeline down --keep-postgres --force",
  });
}
