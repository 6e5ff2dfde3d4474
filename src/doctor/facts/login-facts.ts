import { type PostgresEndpoint, postgresErrorOf, withPostgres } from "../../clients/postgres.js";

/** What Debezium's role meets when it logs in to one database, with the password that it will use. */
export type LoginFacts =
  | {
      readonly ok: true;
      readonly isEncrypted: boolean;
      /** The role's settings as they are in force for it in this database. */
      readonly settings: readonly LoginSetting[];
    }
  | { readonly ok: false; readonly sqlState: string; readonly message: string };

export interface LoginSetting {
  readonly name: string;
  /** In the setting's own unit: milliseconds for timeouts. */
  readonly value: string;
  /** Where it was set: `user`, `database`, `database user`, `configuration file`, `default`, … */
  readonly source: string;
}

const SETTINGS = [
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
  "transaction_timeout",
  "default_transaction_read_only",
  "row_security",
];

/** Logs in as the role does. Only a refusal is a fact; a server that is not there throws. */
export async function readLogin(asRole: PostgresEndpoint, database: string): Promise<LoginFacts> {
  try {
    return await withPostgres(asRole, database, async (client) => {
      const { rows } = await client.query<{ settings: LoginSetting[]; isEncrypted: boolean }>(
        `SELECT (SELECT jsonb_agg(jsonb_build_object('name', name, 'value', setting, 'source', source))
                 FROM pg_settings WHERE name = ANY ($1)) AS settings,
                (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS "isEncrypted"`,
        [SETTINGS],
      );
      const [row] = rows;
      return { ok: true, isEncrypted: row?.isEncrypted ?? false, settings: row?.settings ?? [] };
    });
  } catch (error) {
    const refusal = postgresErrorOf(error);
    const sqlState = refusal?.code ?? "";
    if (refusal === undefined || !/^(28|42501|53|55|3D)/.test(sqlState)) throw error;
    return { ok: false, sqlState, message: refusal.message };
  }
}
