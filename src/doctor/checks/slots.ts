import { formatBytes } from "../../format.js";
import { shellWord } from "../../shell-words.js";
import { type Check, type DatabaseCheckContext, defineCheck, type Problem } from "../check.js";
import type { ServerFacts, SlotFacts } from "../facts/server-facts.js";
import type { Fix } from "../finding.js";
import { alterSystem, dropSlot } from "./fixes.js";
import { growthText, isUrgent } from "./time-left.js";

/* Whether the database's slot is the one that is meant, and still has what it needs. */

type SlotContext = DatabaseCheckContext & { readonly server: ServerFacts };

/** Looks at the database's own slot, where it is there. */
export const ofSlot =
  (look: (slot: SlotFacts, context: SlotContext) => Problem | undefined) =>
  (context: SlotContext): Problem[] => {
    const slot = context.server.slots.find(({ name }) => name === context.names.slot);
    const problem = slot === undefined ? undefined : look(slot, context);
    return problem === undefined ? [] : [{ object: context.names.slot, ...problem }];
  };

const dropOwnSlot = ({ names, settings }: SlotContext): Fix =>
  dropSlot(settings.postgres.adminDatabase, names.slot);

const otherDatabase = defineCheck({
  code: "SLOT_OF_OTHER_DATABASE",
  severity: "error",
  scope: "database",
  needs: ["server"],
  title: "The slot belongs to the database",
  why: "A slot reads one database. Under this name there is one of another, and the connector would fail.",
  remedy: "Drop it if nobody needs it, else rename the database that it was made for back.",
  look: ofSlot((slot, context) =>
    slot.database === context.names.database
      ? undefined
      : { seen: `belongs to database ${slot.database}`, fix: dropOwnSlot(context) },
  ),
});

const otherPlugin = defineCheck({
  code: "SLOT_OF_OTHER_PLUGIN",
  severity: "error",
  scope: "database",
  needs: ["server"],
  title: "The slot decodes with pgoutput",
  why: "A slot keeps the output plugin that it was made with; the connector asks for pgoutput and fails on any other.",
  remedy: "Drop it if nobody needs it; the connector makes its own.",
  look: ofSlot((slot, context) =>
    slot.plugin === "pgoutput" ? undefined : { seen: `plugin ${slot.plugin}`, fix: dropOwnSlot(context) },
  ),
});

const lost = defineCheck({
  code: "SLOT_LOST",
  severity: "error",
  scope: "database",
  needs: ["server"],
  title: "The slot has all the WAL that it needs",
  why: "PostgreSQL has removed WAL that was not read yet, or invalidated the slot: the changes in it will never come. Debezium shows RUNNING for up to half an hour all the same.",
  remedy:
    "Delete the connector with its offsets, drop the slot, and register again: a new snapshot reads every row once more.",
  look: ofSlot((slot, context) => {
    if (slot.walStatus !== "lost" && slot.invalidationReason === null) return undefined;
    const reason = slot.invalidationReason ?? "more WAL was written than max_slot_wal_keep_size";
    return { seen: `lost: ${reason}`, fix: dropOwnSlot(context) };
  }),
});

const unreserved = defineCheck({
  code: "SLOT_ABOUT_TO_BE_LOST",
  severity: "error",
  scope: "database",
  needs: ["server"],
  title: "The slot's WAL is not about to be removed",
  why: "It keeps more WAL than max_slot_wal_keep_size allows. The next checkpoint removes it, and then a new snapshot is needed.",
  remedy: "Raise `max_slot_wal_keep_size` at once, then bring the connector back: it must read what is kept.",
  look: ofSlot((slot, { settings: { postgres } }) =>
    slot.walStatus === "unreserved"
      ? {
          seen: `keeps ${formatBytes(slot.retainedBytes ?? 0)}, more than max_slot_wal_keep_size`,
          fix: alterSystem(postgres.adminDatabase, "max_slot_wal_keep_size = -1"),
        }
      : undefined,
  ),
});

const unread = defineCheck({
  code: "SLOT_NOT_READ",
  severity: "warning",
  scope: "database",
  needs: ["server"],
  title: "The slot is read",
  why: "Nobody reads it, and PostgreSQL keeps WAL for it from now on.",
  remedy:
    "Bring the connector back (`cdc-pipeline register DATABASE`), or drop the slot if the database is not captured any more.",
  look: ofSlot((slot, { names, server }) =>
    slot.isActive || slot.walStatus === "lost"
      ? undefined
      : {
          severity: isUrgent(slot, server) ? "error" : "warning",
          seen: `not active; ${formatBytes(slot.retainedBytes ?? 0)} kept, ${formatBytes(slot.unconfirmedBytes ?? 0)} not confirmed${growthText(slot, server)}`,
          fix: { kind: "command", command: `cdc-pipeline register ${shellWord(names.database)}` },
        },
  ),
});

const failover = defineCheck({
  code: "SLOT_LOST_AT_FAILOVER",
  severity: "info",
  scope: "database",
  needs: ["server"],
  title: "The slot would survive a failover",
  why: "This server has standbys. When one is promoted, the slot is not there, and changes that were not read are lost.",
  remedy:
    "PostgreSQL 17 and newer: `slot.failover = true` in the connector, `sync_replication_slots = on` on the standby and `synchronized_standby_slots` here. Before 17: plan a new snapshot after a promotion.",
  look: ofSlot((slot, { server: { physicalStandbys, versionNumber } }) => {
    if (physicalStandbys === 0 || slot.isFailover) return undefined;
    const text =
      versionNumber >= 170_000
        ? "set slot.failover = true in the connector, sync_replication_slots = on on the standby, synchronized_standby_slots here"
        : "before PostgreSQL 17 a slot is never on a standby: after a promotion, drop the connector's offsets and take a new snapshot";
    const seen = `${physicalStandbys} ${physicalStandbys === 1 ? "standby" : "standbys"}, failover = false`;
    return { seen, fix: { kind: "advice", text } };
  }),
});

export const SLOT_CHECKS: readonly Check[] = [otherDatabase, otherPlugin, lost, unreserved, unread, failover];
