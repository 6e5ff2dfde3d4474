import { type PostgresEndpoint, withPostgres } from "../../src/clients/postgres.js";

/** A server with a table of notes, by which a restore shows which commits it has brought back. */
export abstract class ServerWithNotes {
  abstract get endpoint(): PostgresEndpoint;

  query<Row extends object>(sql: string): Promise<Row[]> {
    return withPostgres(this.endpoint, "postgres", async (client) => (await client.query<Row>(sql)).rows);
  }

  /** The column `note` of the table `notes`, sorted. */
  async notes(): Promise<string[]> {
    const rows = await this.query<{ note: string }>("SELECT note FROM notes ORDER BY note");
    return rows.map(({ note }) => note);
  }

  /** Inserts a note in a transaction of its own. @returns the server's time and position after its commit */
  async note(text: string): Promise<{ readonly time: string; readonly lsn: string }> {
    await this.query("CREATE TABLE IF NOT EXISTS notes (note text)");
    await this.query(`INSERT INTO notes VALUES ('${text}')`);
    // In microseconds, after the commit.
    const [after] = await this.query<{ time: string; lsn: string }>(
      "SELECT clock_timestamp()::text AS time, pg_current_wal_flush_lsn()::text AS lsn",
    );
    if (after === undefined) throw new Error("no time");
    return after;
  }
}
