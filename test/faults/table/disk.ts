import { limitFilesOf } from "../../support/limit-files-of.js";
import type { Fault } from "../fault.js";
import { type Scene, seenOf } from "../scene.js";

/*
 * A disk that is full, as a process sees it: its files cannot grow, whoever it runs as. (A limit of the process stands
 * for the disk: EFBIG instead of ENOSPC. It needs no rights, and strikes one server alone.)
 */
export const DISK: readonly Fault[] = [
  {
    id: "disk-full-state",
    what: "the disk of the state directory is full",
    when: "`up`, before it starts Kafka Connect",
    sees: ["PATH_NOT_WRITABLE"],
    ends: { by: "up", remedy: "there is space again" },
    strike: async (scene) => {
      await scene.stack.kill("connect");
      // Without a listener Node is ended by the signal that tells of the limit.
      const listen = "data:text/javascript,process.on('SIGXFSZ',()=>undefined)";
      const { workspace } = scene.stack;
      const limited = workspace.with({ NODE_OPTIONS: `--import=${listen}` });
      const run = limited.start("up", scene.database, "--json", "--timeout", "60");
      await limitFilesOf(run.pid ?? 0, 0);
      return seenOf(await run);
    },
  },
  {
    id: "disk-full-wal",
    what: "the disk of PostgreSQL's WAL is full",
    when: "`up`, in `prepare`",
    sees: ["POSTGRES_UNREACHABLE", "POSTGRES_FAILED", "SCHEMA_FAILED", "CONNECTOR_INVALID"],
    ends: { by: "up", remedy: "there is space again" },
    strike: async (scene) => {
      const { stack } = scene;
      for (const pid of await stack.processesOf("postgres")) await limitFilesOf(pid, 8_000_000);
      return scene.upStruckIn("prepare", "postgres", () => fillWal(scene));
    },
    remedy: ({ stack }) => stack.liftLimits("postgres"),
  },
  {
    id: "disk-full-kafka",
    what: "the disk of Kafka's log is full",
    when: "while rows are written; then `up`, with the disk still full",
    sees: ["SERVER_DIED", "SERVER_NOT_READY"],
    ends: { by: "up", remedy: "there is space again" },
    strike: async (scene) => {
      const { stack } = scene;
      const [pid = 0] = await stack.processesOf("kafka");
      await limitFilesOf(pid, 100_000);
      // With no folder left that it can write to, Kafka ends.
      await stack.gone("kafka");
      const run = scene.startUp({ timeoutS: 25 });
      // What it starts has its limit.
      await limitFilesOf(run.pid ?? 0, 100_000);
      return seenOf(await run);
    },
  },
];

/** Until PostgreSQL needs another file of WAL. */
async function fillWal({ stack }: Scene): Promise<void> {
  for (let segment = 0; segment < 40; segment++) {
    await stack.sql("SELECT pg_logical_emit_message(true, 'fault', 'x')").catch(() => undefined);
    const isSwitched = await stack.sql("SELECT pg_switch_wal()").catch(() => undefined);
    if (isSwitched === undefined) return;
  }
}
