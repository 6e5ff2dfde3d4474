import { chmod, cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { planLayout } from "../../../src/targets/local/layout.js";
import { findServiceUser } from "../../../src/targets/local/service-user.js";
import type { Fault, Seen } from "../fault.js";
import { printed, type Run, type Scene, seenOf } from "../scene.js";
import { TURNED_CLOCK } from "../turned-clock.js";

/** What the program keeps for itself is damaged, or many of it work at once. */
export const STATE: readonly Fault[] = [
  {
    id: "state-half-written",
    what: "the state file is cut off in the middle",
    when: "before `up`, while the servers run",
    sees: ["STATE_UNREADABLE"],
    ends: { by: "command", told: "cdc-pipeline down" },
    strike: async (scene) => {
      const { text, file } = await stateFile(scene);
      await writeFile(file, text.slice(0, text.length / 2));
      return scene.up();
    },
    remedy: down,
  },
  {
    id: "state-of-older-version",
    what: "the state file is of an older version",
    when: "before `up`, while the servers run",
    sees: ["STATE_UNREADABLE"],
    ends: { by: "command", told: "cdc-pipeline down" },
    strike: async (scene) => {
      const { text, file } = await stateFile(scene);
      await writeFile(file, text.replace('"version": 1', '"version": 0'));
      return scene.up();
    },
    remedy: down,
  },
  {
    id: "state-lost",
    what: "the state file is deleted",
    when: "before `up`, while the servers run",
    sees: ["nothing"],
    ends: { by: "itself" },
    strike: async (scene) => {
      await rm((await stateFile(scene)).file);
      return scene.up(120);
    },
  },
  {
    id: "jar-cut-off",
    what: "a jar in the cache is cut off",
    when: "before `up` starts Kafka Connect",
    sees: ["nothing"],
    ends: { by: "itself" },
    strike: async (scene) => {
      const { stack } = scene;
      const { cacheDir: cache } = await planLayout(
        stack.workspace.stateDir,
        undefined,
        await findServiceUser(),
      );
      const folder = await mkdtemp(join(dirname(stack.workspace.folder), "cdc-pipeline-faults-cache-"));
      try {
        await chmod(folder, 0o755);
        const jars = (await readdir(cache)).filter((name) => name.startsWith("servers-"));
        for (const name of jars) await cp(join(cache, name), join(folder, name), { recursive: true });
        return await withCutOffJar(scene, folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  },
  {
    id: "clock-turned",
    what: "the clock of the program jumps an hour ahead, then two hours back",
    when: "`up`, while Kafka Connect starts; and in `register`",
    sees: ["nothing"],
    ends: { by: "itself" },
    strike: (scene) => {
      const turnTwice = async (run: Run) => {
        run.kill("SIGUSR2");
        await printed(run, /^register /m);
        run.kill("SIGUSR2");
      };
      return scene.upStruckIn("deploy", "connect", turnTwice, { env: TURNED_CLOCK });
    },
  },
  {
    id: "ten-prepares",
    what: "ten `prepare` of one database at once",
    when: "before there is such a database",
    sees: ["nothing"],
    ends: { by: "itself" },
    strike: async (scene) => {
      const { stack, database } = scene;
      const prepare = () =>
        stack.workspace.start("prepare", database, "--schema", "items.sql", "--json", "--timeout", "90");
      const seen = (await Promise.all(Array.from({ length: 10 }, prepare))).map(seenOf);
      const failed = seen.find(({ sight }) => sight !== "nothing");
      return failed ?? scene.up(120);
    },
  },
];

async function stateFile({ stack }: Scene): Promise<{ readonly file: string; readonly text: string }> {
  // Seen by the stack as well, which ends what is left at the end.
  await stack.workspace.state();
  const file = join(stack.workspace.stateDir, "state.json");
  return { file, text: await readFile(file, "utf8") };
}

async function down({ stack }: Scene): Promise<void> {
  const { exitCode, stderr } = await stack.workspace.run("down");
  if (exitCode !== 0) throw new Error(stderr);
}

/** With a cache of its own, which goes again: Kafka Connect ends with it, and starts from the user's. */
async function withCutOffJar(scene: Scene, cache: string): Promise<Seen> {
  const { stack, database } = scene;
  const files = await readdir(cache, { recursive: true });
  const jar = files.find((name) => /debezium-connector-postgres-[^/]+\.jar$/.test(name));
  if (jar === undefined) throw new Error(`no connector in ${cache}`);
  await truncate(join(cache, jar), 10_000);
  await stack.kill("connect");
  const up = ["up", database, "--schema", "items.sql", "--json", "--timeout", "180"];
  const seen = seenOf(await stack.workspace.with({ CDC_PIPELINE_CACHE_DIR: cache }).start(...up));
  if (seen.sight === "nothing") await stack.kill("connect");
  await scene.captured();
  return seen;
}
