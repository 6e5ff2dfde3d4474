import type { CommandResult, Handler } from "../../cli/command.js";
import { createConnectClient } from "../../clients/connect/create-connect-client.js";
import { type PostgresClient, withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { toCdcError } from "../../errors.js";
import { type ArchiveHealth, readArchiveHealth } from "../../recovery/archive-health.js";
import { connectorHealth } from "../../stages/connector-health.js";
import { withTarget } from "../../targets/index.js";
import type { Deployment, ServerStatus, Target } from "../../targets/target.js";
import { type ConnectorState, type Found, renderStatus, type SlotState } from "../../ui/render-status.js";

/** What exists now: servers, connectors, slots. Reads only; what cannot be reached is said to be so. */
export const showStatus: Handler<object> = (_args, { config, context }) =>
  withTarget(config, (target) => statusOf(target, context));

async function statusOf(target: Target, context: Context): Promise<CommandResult> {
  const servers = await target.status(context);
  const isUp = (server: ServerStatus["server"]) =>
    servers.some((status) => status.server === server && status.state === "running");
  const ask = async <Item>(
    server: ServerStatus["server"],
    read: (deployment: Deployment) => Promise<Item[]>,
  ): Promise<Found<Item>> => {
    if (!isUp(server)) return { items: [], unknown: `${server} does not run` };
    try {
      return { items: await read(await target.find(context, [server])) };
    } catch (error) {
      context.signal.throwIfAborted();
      return { items: [], unknown: toCdcError(error).message };
    }
  };
  const [connectors, postgres] = await Promise.all([
    ask("connect", (deployment) => readConnectors(deployment, context)),
    ask("postgres", readPostgres),
  ]);
  const of = <Item>(items: readonly Item[]): Found<Item> => ({ ...postgres, items });
  const slots = of(postgres.items.flatMap((one) => one.slots));
  const archive =
    target.recovery === undefined ? {} : { archive: of(postgres.items.map((one) => one.archive)) };
  const unknown = Object.entries({ connectors, slots, ...archive }).flatMap(([name, { unknown: reason }]) =>
    reason === undefined ? [] : [[name, reason] as const],
  );
  return {
    fields: {
      servers,
      connectors: connectors.items,
      slots: slots.items,
      archive: archive.archive?.items[0] ?? null,
      unknown: Object.fromEntries(unknown),
    },
    text: renderStatus({ target: target.name, servers, connectors, slots, ...archive }),
  };
}

async function readConnectors({ endpoints }: Deployment, context: Context): Promise<ConnectorState[]> {
  const onWait = (message: string) => context.report({ type: "notice", message });
  const statuses = await createConnectClient(endpoints.connect, { ...context, onWait }).statuses();
  return statuses
    .map((status) => {
      const health = connectorHealth(status);
      const reason = health.state === "running" ? {} : { reason: health.reason };
      return {
        name: status.name,
        state: status.connector.state,
        tasks: status.tasks.map(({ state }) => state),
        ...reason,
      };
    })
    .sort((one, other) => one.name.localeCompare(other.name));
}

interface PostgresState {
  readonly slots: readonly SlotState[];
  readonly archive: ArchiveHealth;
}

function readPostgres({ endpoints: { postgres } }: Deployment): Promise<PostgresState[]> {
  return withPostgres(postgres, postgres.adminDatabase, async (client) => [
    { slots: await readSlots(client), archive: await readArchiveHealth(client) },
  ]);
}

async function readSlots(client: PostgresClient): Promise<SlotState[]> {
  const { rows } = await client.query<SlotState & { unconfirmedBytes: string; retainedBytes: string }>(
    `SELECT slot_name AS name, database, active, wal_status AS "walStatus",
              pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::bigint AS "unconfirmedBytes",
              pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint AS "retainedBytes"
       FROM pg_replication_slots WHERE slot_type = 'logical' ORDER BY slot_name`,
  );
  return rows.map((row) => ({
    ...row,
    unconfirmedBytes: Number(row.unconfirmedBytes),
    retainedBytes: Number(row.retainedBytes),
  }));
}
