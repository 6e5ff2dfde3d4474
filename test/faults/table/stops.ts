import { setTimeout as delay } from "node:timers/promises";

import type { ServerName } from "../../../src/targets/target.js";
import type { Fault } from "../fault.js";
import { printed, type Scene, seenOf } from "../scene.js";

const STOPPED_S = 30;

/** Each server, and the program itself, that stands still for a while and then goes on as if nothing had been. */
export const STOPS: readonly Fault[] = [
  { ...stopOf("postgres", "PostgreSQL stands still"), sees: ["nothing"], ends: { by: "itself" } },
  { ...stopOf("kafka", "Kafka stands still"), sees: ["nothing", "CONNECT_UNREACHABLE"], ends: { by: "up" } },
  {
    ...stopOf("connect", "Kafka Connect stands still"),
    sees: ["CONNECT_UNREACHABLE", "nothing"],
    ends: { by: "up" },
  },
  {
    id: "us-stopped",
    what: `the program itself stands still for ${STOPPED_S} s`,
    when: "`up`, in `prepare`",
    // What it waited for is long overdue when it goes on.
    sees: ["nothing", "POSTGRES_UNREACHABLE"],
    ends: { by: "up" },
    strike: (scene) =>
      scene.upStruckIn("prepare", "postgres", async (run) => {
        run.kill("SIGSTOP");
        await delay(STOPPED_S * 1_000);
        run.kill("SIGCONT");
      }),
  },
];

function stopOf(server: ServerName, what: string): Omit<Fault, "sees" | "ends"> {
  return {
    id: `${server}-stopped`,
    what: `${what} for ${STOPPED_S} s`,
    when: "`up`, in `register`",
    strike: async (scene) => {
      const run = scene.startUp({ timeoutS: 120 });
      await printed(run, /^register /m);
      await standStill(scene, server);
      return seenOf(await run);
    },
  };
}

/** PostgreSQL's sessions and senders are processes of their own, and stand still with it. */
export async function standStill(
  { stack }: Pick<Scene, "stack">,
  server: ServerName,
  seconds = STOPPED_S,
): Promise<void> {
  const pids = await stack.processesOf(server);
  const send = (signal: NodeJS.Signals) => {
    for (const pid of pids) {
      try {
        process.kill(pid, signal);
      } catch {
        // A session that has ended since.
      }
    }
  };
  send("SIGSTOP");
  try {
    await delay(seconds * 1_000);
  } finally {
    send("SIGCONT");
  }
}
