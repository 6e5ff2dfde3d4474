import type { Fault } from "../fault.js";
import type { Scene } from "../scene.js";
import { withSecondWorker } from "../second-worker.js";

/** What holds the stream together is taken away: slot, publication, password, the way to PostgreSQL. */
export const CAPTURE: readonly Fault[] = [
  {
    id: "slot-invalidated",
    what: "PostgreSQL gives up the slot, by `max_slot_wal_keep_size`",
    when: "while the connector is stopped",
    sees: ["NOT_STREAMING"],
    ends: { by: "command", told: "cdc-pipeline recapture" },
    strike: async (scene) => {
      await scene.captured();
      await scene.stopConnector();
      await letWalGrow(scene);
      await scene.stack.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '32MB'");
      await scene.stack.sql("SELECT pg_reload_conf()");
      await scene.stack.slotsHave(`slot_name = '${scene.slot}'`, "wal_status = 'lost'", "CHECKPOINT");
      await scene.stack.sql("ALTER SYSTEM RESET max_slot_wal_keep_size");
      await scene.stack.sql("SELECT pg_reload_conf()");
      await scene.resumeConnector();
      return scene.run("verify", scene.database);
    },
    remedy: recapture,
  },
  {
    id: "slot-dropped",
    what: "somebody drops the slot",
    when: "while the connector is stopped, and rows are written",
    sees: ["NOT_STREAMING", "CONNECTOR_TASK_FAILED"],
    ends: { by: "command", told: "cdc-pipeline recapture" },
    strike: async (scene) => {
      const { stack, database } = scene;
      await scene.captured();
      await scene.stopConnector();
      await stack.sql(`SELECT pg_drop_replication_slot('${scene.slot}')`);
      await scene.writeMeanwhile();
      await scene.resumeConnector();
      await scene.taskHasStarted();
      return scene.run("verify", database, "--timeout", "30");
    },
    remedy: recapture,
  },
  {
    id: "publication-dropped",
    what: "somebody drops the publication",
    when: "while rows are written",
    sees: ["NOT_STREAMING", "CONNECTOR_TASK_FAILED"],
    ends: { by: "command", told: "cdc-pipeline recapture" },
    strike: async (scene) => {
      const { stack, database } = scene;
      await scene.captured();
      await stack.sql("DROP PUBLICATION debezium_publication", database);
      await scene.writeMeanwhile();
      return scene.up();
    },
    remedy: recapture,
  },
  {
    id: "password-changed",
    what: "somebody gives Debezium's role another password",
    when: "while the connector runs; its session is ended",
    sees: ["ROLE_UNSUITABLE"],
    ends: { by: "command", told: "--adopt" },
    strike: async (scene) => {
      await scene.captured();
      await scene.stack.sql("ALTER ROLE debezium_user PASSWORD 'guessed-by-nobody'");
      await scene.endSender();
      return scene.up();
    },
    remedy: async (scene) => {
      await scene.stack.workspace.run("prepare", scene.database, "--adopt");
    },
  },
  {
    id: "hba-refuses",
    what: "`pg_hba.conf` no longer lets Debezium's role in",
    when: "while the connector runs; its session is ended",
    sees: ["ROLE_UNSUITABLE"],
    ends: { by: "up", remedy: "the line that the hint shows is added" },
    strike: async (scene) => {
      await scene.captured();
      await scene.stack.refuseRole();
      await scene.endSender();
      return scene.up();
    },
    remedy: ({ stack }) => stack.admitRole(),
  },
  {
    id: "network-cut",
    what: "no connection between Kafka Connect and PostgreSQL, for 5 s",
    when: "while rows are written",
    sees: ["nothing"],
    ends: { by: "itself" },
    strike: (scene) => scene.cutFromConnect(5_000),
  },
  {
    id: "both-workers-killed",
    what: "both workers of a Kafka Connect of two are killed (KILL), one after the other",
    when: "while rows are written",
    sees: ["CONNECT_UNREACHABLE"],
    ends: { by: "up" },
    strike: async (scene) => {
      const { stack } = scene;
      await scene.captured();
      await withSecondWorker(stack, async (second) => {
        await stack.kill("connect");
        await scene.writeMeanwhile(300);
        await scene.taskRunsOn(second);
        await second.kill();
        await scene.writeMeanwhile(320);
      });
      return scene.run("verify", scene.database, "--timeout", "15");
    },
  },
];

async function recapture(scene: Scene): Promise<void> {
  const { exitCode, stderr } = await scene.stack.workspace.run("recapture", scene.database);
  if (exitCode !== 0) throw new Error(stderr);
}

/** WAL goes on while the slot does not, and those of the others do. */
async function letWalGrow({ stack, slot }: Scene): Promise<void> {
  for (let segment = 0; segment < 6; segment++) {
    await stack.sql("SELECT pg_logical_emit_message(true, 'fault', 'x')");
    await stack.sql("SELECT pg_switch_wal()");
  }
  await stack.slotsHave(
    `slot_name <> '${slot}'`,
    "pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) < 16000000",
    "CHECKPOINT",
  );
}
