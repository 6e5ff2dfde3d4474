import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { upWithCutOffJar } from "../cut-off-jar.js";
import type { Fault } from "../fault.js";
import { printed, type Run, type Scene, seenOf } from "../scene.js";
import { TURNED_CLOCK } from "../turned-clock.js";

/** What the program keeps for itself is damaged, its clock is turned, or many of it work at once. */
export const STATE: readonly Fault[] = [
  unreadable("state-half-written", "is cut off in the middle", (text) => text.slice(0, text.length / 2)),
  unreadable("state-of-older-version", "is of an older version", (text) =>
    text.replace('"version": 1', '"version": 0'),
  ),
  {
    id: "state-lost",
    what: "the state file is deleted",
    when: "before `up`, while the servers run",
    sees: ["nothing"],
    ends: { by: "itself" },
    strike: async (scene) => {
      await rm((await stateFile(scene)).file);
      return scene.up({ timeoutS: 120 });
    },
  },
  {
    id: "jar-cut-off",
    what: "a jar in the cache is cut off",
    when: "before `up` starts Kafka Connect",
    sees: ["nothing"],
    ends: { by: "itself" },
    strike: upWithCutOffJar,
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
      return failed ?? scene.up({ timeoutS: 120 });
    },
  },
];

function unreadable(id: string, what: string, damage: (text: string) => string): Fault {
  return {
    id,
    what: `the state file ${what}`,
    when: "before `up`, while the servers run",
    sees: ["STATE_UNREADABLE"],
    ends: { by: "command", told: "cdc-pipeline down" },
    strike: async (scene) => {
      const { text, file } = await stateFile(scene);
      await writeFile(file, damage(text));
      return scene.up();
    },
    remedy: async ({ stack }) => {
      const { exitCode, stderr } = await stack.workspace.run("down");
      if (exitCode !== 0) throw new Error(stderr);
    },
  };
}

async function stateFile({ stack }: Scene): Promise<{ readonly file: string; readonly text: string }> {
  // Seen by the stack as well, which ends what is left at the end.
  await stack.workspace.state();
  const file = join(stack.workspace.stateDir, "state.json");
  return { file, text: await readFile(file, "utf8") };
}
