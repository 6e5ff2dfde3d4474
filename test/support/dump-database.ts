import { execa } from "execa";

export interface DumpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** A key of each run's own, and the time: they differ though the databases do not. */
export const OF_THE_RUN = /^(\\(un)?restrict |-- (Started|Completed) on )/;

/** All of a database, with its rights, comments and settings, as the lines of pg_dump. */
export const dumpDatabase = (server: DumpServer, database: string): Promise<string[]> =>
  dump("pg_dump", server, ["--create", database]);

/** Roles and their settings, as the lines of pg_dumpall. */
export const dumpGlobals = (server: DumpServer): Promise<string[]> =>
  dump("pg_dumpall", server, ["--globals-only", "--database", "postgres"]);

async function dump(program: string, { host, port, user, password }: DumpServer, args: readonly string[]) {
  const { stdout } = await execa(program, args, {
    env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
  });
  return stdout.split("\n").filter((line) => !OF_THE_RUN.test(line));
}
