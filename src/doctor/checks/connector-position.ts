import { formatBytes } from "../../format.js";
import { formatLsn, parseLsn } from "../../lsn.js";
import { connectorHealth } from "../../stages/connector-health.js";
import { type Check, type DatabaseCheckContext, defineCheck } from "../check.js";
import { newSnapshotFix, restartFix } from "../connector-fixes.js";
import { debeziumSetting, isPostgresConnector } from "../debezium-setting.js";
import type { ConnectorFacts } from "../facts/connect-facts.js";
import type { ServerFacts, SlotFacts } from "../facts/server-facts.js";
import type { Fix } from "../finding.js";

/* Whether the three places that know how far the connector has read agree: task, stored offset, slot. */

type Context = DatabaseCheckContext & { readonly connector: ConnectorFacts; readonly server: ServerFacts };

/** Connect and PostgreSQL are read a moment apart, in which a busy server may write this much. */
const MOMENT_BYTES = 64n * 1024n ** 2n;

/** The connector's slot on this server; undefined where the connector reads another database. */
function slotOf({
  connector: { config },
  server,
  names,
}: Context): { name: string; slot?: SlotFacts } | undefined {
  const name = debeziumSetting(config, "slot.name");
  const database = debeziumSetting(config, "database.dbname");
  if (!isPostgresConnector(config) || name === undefined) return undefined;
  if (database !== undefined && database !== names.database) return undefined;
  const slot = server.slots.find((one) => one.name === name);
  return slot === undefined ? { name } : { name, slot };
}

const newSnapshot = ({ connector }: Context): Fix => newSnapshotFix(connector.name);

const inactive = defineCheck({
  code: "CONNECTOR_RUNNING_SLOT_INACTIVE",
  severity: "error",
  scope: "database",
  needs: ["connector", "server"],
  title: "A connector that is RUNNING reads its slot",
  why: "Kafka Connect shows RUNNING while Debezium retries, waits for a slot, or has lost its connection unnoticed: nothing arrives, and WAL is kept.",
  remedy: "Restart the connector's task, and read the worker's log if it happens again.",
  look: (context) => {
    const { connector } = context;
    const found = slotOf(context);
    if (found === undefined || found.slot?.isActive === true) return [];
    if (connectorHealth(connector.status).state !== "running") return [];
    const { position } = connector;
    // A slot is not read while the snapshot is: that may take hours, and is no fault.
    const isSnapshot = position === null || position?.isSnapshot === true;
    const what = found.slot === undefined ? "does not exist" : "is not active";
    const severity = isSnapshot ? "info" : position === undefined ? "warning" : "error";
    const seen = `RUNNING, but slot ${found.name} ${what}${isSnapshot ? ": the snapshot is not finished" : ""}`;
    const fix = restartFix(connector.name);
    return [
      isSnapshot
        ? { severity, object: connector.name, seen }
        : { severity, object: connector.name, seen, fix },
    ];
  },
});

const withoutSlot = defineCheck({
  code: "OFFSET_WITHOUT_SLOT",
  severity: "error",
  scope: "database",
  needs: ["connector", "server"],
  title: "The slot that the stored offset belongs to is there",
  why: "The changes since the offset were kept only by the slot, and are lost. Debezium refuses to start, or takes a new snapshot where `snapshot.mode` is `when_needed`; what was deleted meanwhile stays in the topics.",
  remedy: "Reset the connector's offsets: it makes a slot and takes a new snapshot. Every row is sent again.",
  look: (context) => {
    const { connector } = context;
    const found = slotOf(context);
    if (found === undefined || found.slot !== undefined || connector.position == null) return [];
    const isHealing = debeziumSetting(connector.config, "snapshot.mode") === "when_needed";
    return [
      {
        severity: isHealing ? "warning" : "error",
        object: connector.name,
        seen: `offset ${formatLsn(connector.position.lsn)} is stored, slot ${found.name} does not exist`,
        fix: newSnapshot(context),
      },
    ];
  },
});

const behindSlot = defineCheck({
  code: "OFFSET_BEHIND_SLOT",
  severity: "error",
  scope: "database",
  needs: ["connector", "server"],
  title: "The slot is not ahead of the stored offset",
  why: "The slot was advanced or made anew while the connector was away: the changes in between are not sent any more. Debezium refuses to start where the slot's WAL begins after the offset; else it goes on, RUNNING, without a word.",
  remedy:
    "Reset the connector's offsets for a new snapshot, which sends every row again; what was deleted in between stays in the topics.",
  look: (context) => {
    const { connector } = context;
    const { position } = connector;
    const slot = slotOf(context)?.slot;
    if (position == null || position.isSnapshot || slot === undefined) return [];
    const confirmed = slot.confirmedLsn === null ? 0n : parseLsn(slot.confirmedLsn);
    if (position.lsn >= confirmed) return [];
    const strategy = debeziumSetting(connector.config, "offset.mismatch.strategy") ?? "";
    const isTrusted = strategy === "trust_slot" || strategy === "trust_greater_lsn";
    const bytes = formatBytes(Number(confirmed - position.lsn));
    const seen = `offset ${formatLsn(position.lsn)}, slot ${slot.name} confirmed ${formatLsn(confirmed)}: ${bytes} of WAL ${slot.isActive ? "were" : "will be"} skipped`;
    return [
      isTrusted
        ? { severity: "info", object: connector.name, seen: `${seen}, as ${strategy} says` }
        : { object: connector.name, seen, fix: newSnapshot(context) },
    ];
  },
});

const aheadOfServer = defineCheck({
  code: "OFFSET_AHEAD_OF_SERVER",
  severity: "error",
  scope: "database",
  needs: ["connector", "server"],
  title: "The server has written the WAL that the stored offset names",
  why: "The offset is of another server, or of this one before it was restored from a backup: Debezium skips every change until the WAL has passed it.",
  remedy: "Reset the connector's offsets for a new snapshot, which sends every row again.",
  look: (context) => {
    const { connector } = context;
    const slot = slotOf(context)?.slot;
    if (connector.position == null || slot === undefined || slot.confirmedLsn === null) return [];
    const end = parseLsn(slot.confirmedLsn) + BigInt(slot.unconfirmedBytes ?? 0);
    if (connector.position.lsn <= end + MOMENT_BYTES) return [];
    return [
      {
        object: connector.name,
        seen: `offset ${formatLsn(connector.position.lsn)}, the server's WAL ends at ${formatLsn(end)}`,
        fix: newSnapshot(context),
      },
    ];
  },
});

export const CONNECTOR_POSITION_CHECKS: readonly Check[] = [withoutSlot, behindSlot, aheadOfServer, inactive];
