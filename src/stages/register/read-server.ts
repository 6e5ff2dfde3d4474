import { type PostgresEndpoint, withPostgres } from "../../clients/postgres.js";
import type { Headroom } from "../require-headroom.js";

interface ServerSlot {
  readonly name: string;
  readonly database: string | null;
  readonly isActive: boolean;
}

/** What registering needs to know of the whole server. */
export interface ServerRoom extends Headroom {
  readonly slots: readonly ServerSlot[];
}

const ROOM = `SELECT jsonb_build_object(
  'slots', coalesce((SELECT jsonb_agg(jsonb_build_object('name', slot_name, 'database', database, 'isActive', active)
      ORDER BY slot_name) FROM pg_replication_slots), '[]'),
  'maxSlots', current_setting('max_replication_slots')::int,
  'maxSenders', current_setting('max_wal_senders')::int,
  'senders', (SELECT count(*) FROM pg_stat_get_wal_senders())
) AS room`;

export function readServerRoom(endpoint: PostgresEndpoint): Promise<ServerRoom> {
  return withPostgres(endpoint, endpoint.adminDatabase, async (client) => {
    const { rows } = await client.query<{ room: ServerRoom }>(ROOM);
    const [found] = rows;
    if (found === undefined) throw new Error("the query for the server's room returned no row");
    return found.room;
  });
}
