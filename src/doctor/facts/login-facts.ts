import { type PostgresEndpoint, postgresErrorOf, withPostgres } from "../../clients/postgres.js";

/** What Debezium's role meets when it logs in to one database, with the password that it will use. */
export type LoginFacts =
  | {
      readonly ok: true;
      /** Timeouts as they are in force for the role in this database. */
      readonly timeouts: readonly LoginTimeout[];
    }
  | { readonly ok: false; readonly sqlState: string; readonly message: string };

export interface LoginTimeout {
  readonly name: string;
  /** 0 means none. */
  readonly ms: number;
  /** Where it was set, in PostgreSQL's words: `user`, `database`, `database user`, `configuration file`, `default`, … */
  readonly source: string;
}

/** Each can end a snapshot in the middle. `transaction_timeout` came with PostgreSQL 17. */
const TIMEOUTS = [
  "statement_timeout",
  "idle_in_transaction_session_timeout",
  "idle_session_timeout",
  "lock_timeout",
  "transaction_timeout",
];

/** Refusals of this login: authentication, a missing right, too many connections. */
const REFUSAL = /^(28|42501|53)/;

/**
 * Logs in as the role does. Only a refusal is a fact.
 * @throws CdcError for a server that is not there, and for a database that is not or lets nobody in
 */
export async function readLogin(asRole: PostgresEndpoint, database: string): Promise<LoginFacts> {
  try {
    return await withPostgres(asRole, database, async (client) => {
      const { rows } = await client.query<LoginTimeout>(
        `SELECT name, setting::float8 AS ms, source FROM pg_settings WHERE name = ANY ($1)
         ORDER BY array_position($1, name)`,
        [TIMEOUTS],
      );
      return { ok: true, timeouts: rows };
    });
  } catch (error) {
    const refusal = postgresErrorOf(error);
    const sqlState = refusal?.code ?? "";
    if (refusal === undefined || !REFUSAL.test(sqlState)) throw error;
    return { ok: false, sqlState, message: refusal.message };
  }
}
