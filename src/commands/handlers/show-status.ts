import type { Handler } from "../../cli/command.js";
import { createConnectClient } from "../../clients/connect.js";
import { withPostgres } from "../../clients/postgres.js";
import type { Context } from "../../context.js";
import { connectorHealth } from "../../stages/connector-health.js";
import { createTarget } from "../../targets/index.js";
import type { Deployment, ServerStatus } from "../../targets/target.js";
import { type ConnectorState, renderStatus, type SlotState } from "../../ui/render-status.js";

/** What exists now: servers, connectors, slots. Reads only; what cannot be reached is said to be so. */
export const showStatus: Handler<object> = async (_args, { config, context }) => {
  const target = await createTarget(config);
  const servers = await target.status(context);
  const isUp = (server: ServerStatus["server"]) =>
    servers.some((status) => status.server === server && status.state === "running");
  const deployment =
    isUp("postgres") || isUp("connect") ? await target.find(context).catch(() => undefined) : undefined;
  const connectors =
    deployment !== undefined && isUp("connect") ? await readConnectors(deployment, context) : [];
  const slots = deployment !== undefined && isUp("postgres") ? await readSlots(deployment) : [];
  return {
    fields: { servers, connectors, slots },
    text: renderStatus({ target: target.name, servers, connectors, slots }),
  };
};

async function readConnectors({ endpoints }: Deployment, context: Context): Promise<ConnectorState[]> {
  const onWait = (message: string) => context.report({ type: "notice", message });
  const statuses = await createConnectClient(endpoints.connect, { ...context, onWait })
    .statuses()
    .catch(() => []);
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

function readSlots({ endpoints: { postgres } }: Deployment): Promise<SlotState[]> {
  return withPostgres(postgres, postgres.adminDatabase, async (client) => {
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
  }).catch(() => []);
}
