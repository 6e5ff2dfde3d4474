import type { Diagnosis } from "../../src/doctor/run-checks.js";
import { namesOf } from "../../src/names.js";
import { diagnose, type DiagnosisOverrides, type DiagnosisSource } from "./diagnose.js";
import { startPostgres } from "./own-postgres.js";
import type { PostgresServer, ServerOptions } from "./postgres-server.js";
import type { ReplicationStream } from "./replication-stream.js";
import { startSlotReader } from "./slot-reader.js";

const DATABASE = "shop";
const ROLE = "debezium_user";
const PASSWORD = "debezium_pass";
const PUBLICATION = "debezium_publication";

/** A PostgreSQL of one test file's own with one database that can be captured, for doctor to look at. */
export class CapturedServer implements AsyncDisposable {
  readonly server: PostgresServer;
  readonly database = DATABASE;
  readonly slot = namesOf(DATABASE).slot;
  readonly role = { user: ROLE, password: PASSWORD };

  private constructor(server: PostgresServer) {
    this.server = server;
  }

  static async start(options: Partial<ServerOptions> = {}): Promise<CapturedServer> {
    const captured = new CapturedServer(await startPostgres(options));
    await captured.sql(`CREATE ROLE ${ROLE} LOGIN REPLICATION PASSWORD '${PASSWORD}'`, "postgres");
    await captured.sql(`CREATE DATABASE ${DATABASE}`, "postgres");
    await captured.sql("CREATE TABLE orders (id int PRIMARY KEY, note text)");
    await captured.sql(`CREATE PUBLICATION ${PUBLICATION} FOR ALL TABLES`);
    return captured;
  }

  /** Runs one statement as the superuser. @returns its rows */
  sql(text: string, database: string = DATABASE): Promise<Record<string, unknown>[]> {
    return this.server.query(database, text);
  }

  /** As the connector would have made it. */
  async makeSlot(plugin = "pgoutput", database: string = DATABASE): Promise<void> {
    await this.sql(`SELECT pg_create_logical_replication_slot('${this.slot}', '${plugin}')`, database);
  }

  /** Reads the slot as its connector would. */
  startReader(): Promise<ReplicationStream> {
    const { server, database, slot, role } = this;
    return startSlotReader(server.connection, { database, slot, publication: PUBLICATION, login: role });
  }

  /** Runs `work` while the slot is read, and everything is taken. */
  async whileRead<T>(work: () => Promise<T>): Promise<T> {
    const reader = await this.startReader();
    try {
      return await work();
    } finally {
      await reader.close();
    }
  }

  /** Writes WAL that no table and no publication has to do with; done when it is on the disk. */
  async writeWal(mebibytes: number): Promise<void> {
    await this.sql(
      `SELECT count(pg_logical_emit_message(true, 'test', repeat('x', 1048576))) FROM generate_series(1, ${mebibytes})`,
    );
  }

  /** Writes as much into a published table, in one transaction. */
  async writeRows(mebibytes: number): Promise<void> {
    await this.sql(
      `INSERT INTO orders SELECT coalesce((SELECT max(id) FROM orders), 0) + g,
         repeat(md5(random()::text || g), 320)
       FROM generate_series(1, ${mebibytes * 100}) g`,
    );
  }

  /** Changes settings that a reload takes over, until `resetSettings`. */
  async setSettings(settings: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await this.sql(`ALTER SYSTEM SET ${name} = '${value}'`);
    }
    await this.server.reload();
  }

  async resetSettings(): Promise<void> {
    await this.sql("ALTER SYSTEM RESET ALL");
    await this.server.reload();
  }

  diagnose(overrides: DiagnosisOverrides = {}): Promise<Diagnosis> {
    return diagnose(this.#source(), DATABASE, overrides);
  }

  /** The servers alone, without a database. */
  diagnoseServer(overrides: DiagnosisOverrides = {}): Promise<Diagnosis> {
    return diagnose(this.#source(), [], overrides);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.stop();
  }

  #source(): DiagnosisSource {
    const { host, port, user, password } = this.server;
    return {
      endpoint: { host, port, adminUser: user, adminPassword: password, adminDatabase: "postgres" },
      role: ROLE,
      password: PASSWORD,
      publication: PUBLICATION,
    };
  }
}
