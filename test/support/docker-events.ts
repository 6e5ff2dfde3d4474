import { execa } from "execa";

/**
 * Resolves at the first thing that docker tells of a project which the pattern fits: a line such as
 * `container start NAME`.
 */
export async function seeEvent(project: string, pattern: RegExp): Promise<void> {
  const format = "{{.Type}} {{.Action}} {{or .Actor.Attributes.name .Actor.ID}}";
  const options = { reject: false, buffer: false, timeout: 60_000 } as const;
  const events = execa("docker", ["events", "--format", format], options);
  try {
    for await (const line of events) if (line.includes(project) && pattern.test(line)) return;
  } finally {
    events.kill();
    await events;
  }
  throw new Error(`docker events ended before ${String(pattern)}`);
}
