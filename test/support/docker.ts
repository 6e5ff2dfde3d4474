import { execa } from "execa";

/** Why the tests that need a Docker daemon cannot run here, or undefined. In CI there must be one. */
export const noDocker = await reasonWithout("docker", ["version", "--format", "{{.Server.Version}}"]);

/** The same for `docker compose`. */
export const noCompose = noDocker ?? (await reasonWithout("docker", ["compose", "version"]));

async function reasonWithout(command: string, args: readonly string[]): Promise<string | undefined> {
  const { failed, stderr, message = "" } = await execa(command, args, { reject: false, timeout: 20_000 });
  if (!failed) return undefined;
  const reason = `${command} ${args[0] ?? ""}: ${stderr === "" ? message : stderr}`;
  if (process.env.CI !== undefined) throw new Error(`CI must have it: ${reason}`);
  return reason;
}
