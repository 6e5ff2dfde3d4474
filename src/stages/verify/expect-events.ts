import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import { CdcError } from "../../errors.js";
import { OP_NAMES, type ProbeOp, type ProbeSubject } from "./probe.js";

/** What the publication passes on, by its `publish`. */
export type PublishedOps = Readonly<Record<ProbeOp, boolean>>;

export interface Expectation {
  readonly ops: readonly ProbeOp[];
  readonly leftOut: readonly LeftOut[];
  /** Whether the connector may send other values than the row has: it masks, cuts or rewrites columns. */
  readonly hasOtherValues: boolean;
}

interface LeftOut {
  readonly op: ProbeOp;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * Which of a probe's changes become events, by the publication and the connector's configuration.
 * @param published undefined where there is no such publication, or it cannot be told which one it is
 * @throws CdcError EVENTS_LEFT_OUT where one is left out that must be proved
 */
export function expectEvents(
  { ops, required }: Pick<ProbeSubject, "ops" | "required">,
  config: ConnectorConfig,
  published: PublishedOps | undefined,
): Expectation {
  const leftOut = ops.flatMap((op) => {
    const why = notPublished(op, published, config) ?? skipped(op, config) ?? droppedBy(op, config);
    return why === undefined ? [] : [{ op, ...why }];
  });
  const missed = leftOut.find(({ op }) => required.includes(op));
  if (missed !== undefined) {
    throw new CdcError("EVENTS_LEFT_OUT", `${OP_NAMES[missed.op]} becomes no event: ${missed.reason}`, {
      hint: missed.remedy,
    });
  }
  const isLeftOut = (op: ProbeOp) => leftOut.some((other) => other.op === op);
  return { ops: ops.filter((op) => !isLeftOut(op)), leftOut, hasOtherValues: changesValues(config) };
}

type Why = Omit<LeftOut, "op">;

const PUBLISH_NAMES = OP_NAMES;

function notPublished(
  op: ProbeOp,
  published: PublishedOps | undefined,
  config: ConnectorConfig,
): Why | undefined {
  if (published === undefined || published[op]) return undefined;
  const publication = debeziumSetting(config, "publication.name") ?? "";
  const all = Object.values(PUBLISH_NAMES).join(", ");
  return {
    reason: `the publication ${publication} does not publish it`,
    remedy: `ALTER PUBLICATION ${publication} SET (publish = '${all}');`,
  };
}

/** Debezium leaves truncates out unless it is told otherwise. */
function skipped(op: ProbeOp, config: ConnectorConfig): Why | undefined {
  const operations = debeziumSetting(config, "skipped.operations") ?? "";
  if (!operations.split(",").some((one) => one.trim() === op)) return undefined;
  const isDefault = config["skipped.operations"] === undefined;
  return {
    reason: `the connector's skipped.operations is ${operations}${isDefault ? ", which is Debezium's default" : ""}`,
    remedy: `set "skipped.operations": "none" in the connector's template (debezium.template), and register it again`,
  };
}

function droppedBy(op: ProbeOp, config: ConnectorConfig): Why | undefined {
  const flattening = findFlattening(config);
  if (flattening === undefined) return undefined;
  const { alias, setting } = flattening;
  const key = `transforms.${alias}.delete.tombstone.handling.mode`;
  if (op === "t") {
    return {
      reason: `the transform ${alias} flattens events, and drops truncates`,
      remedy: "a flattened stream cannot tell of a truncate: verify without --truncate",
    };
  }
  if (op !== "d" || !dropsDeletes(setting)) return undefined;
  return {
    reason: `the transform ${alias} drops deletes`,
    remedy: `set "${key}": "rewrite", or "tombstone"`,
  };
}

/** The transform that flattens, where it does so for every topic. */
function findFlattening(config: ConnectorConfig) {
  for (const alias of (config.transforms ?? "").split(",").map((name) => name.trim())) {
    const setting = (key: string) => config[`transforms.${alias}.${key}`];
    if (!/(^|\.)ExtractNewRecordState$/.test(setting("type") ?? "")) continue;
    return setting("predicate") === undefined ? { alias, setting } : undefined;
  }
  return undefined;
}

function dropsDeletes(setting: (key: string) => string | undefined): boolean {
  if (setting("delete.tombstone.handling.mode") === "drop") return true;
  // The older pair of options.
  return setting("delete.handling.mode") === "drop" && setting("drop.tombstones") !== "false";
}

const ROUTERS = /(Router|Partition\w*|HeaderFrom|InsertHeader|DropHeaders|ExtractNewRecordState)$/;

/** Whether settings or transforms are in the way that are known to give columns other values, or might. */
function changesValues(config: ConnectorConfig): boolean {
  return Object.entries(config).some(
    ([key, value]) =>
      /^column\.(mask|truncate)\./.test(key) || (/^transforms\..*\.type$/.test(key) && !ROUTERS.test(value)),
  );
}
