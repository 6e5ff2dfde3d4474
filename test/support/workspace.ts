import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isAlive } from "../../src/targets/local/process-identity.js";
import type { LocalState, ServerRecord } from "../../src/targets/local/state.js";
import { type CliResult, type JsonDocument, runCli, runJson, startCli } from "./cli.js";
import { freePort } from "./free-port.js";

/** An empty working directory with ports of its own, in which the command line is run. */
export class Workspace {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every server that was ever seen here, to prove at the end that none is left. */
  readonly #seen: ServerRecord[] = [];

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.env = env;
  }

  static async create(env: Readonly<Record<string, string>> = {}): Promise<Workspace> {
    const folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-e2e-"));
    // The servers' user must get there when the tests run as root.
    await chmod(folder, 0o755);
    return new Workspace(folder, {
      CDC_PIPELINE_LOCAL_POSTGRES_PORT: String(await freePort()),
      CDC_PIPELINE_LOCAL_KAFKA_PORT: String(await freePort()),
      CDC_PIPELINE_LOCAL_CONNECT_PORT: String(await freePort()),
      ...env,
    });
  }

  /** The same working directory, with further variables. */
  with(env: Readonly<Record<string, string>>): Pick<Workspace, "run" | "json" | "start"> {
    return new Workspace(this.folder, { ...this.env, ...env });
  }

  get stateDir(): string {
    return join(this.folder, ".cdc-pipeline");
  }

  run(...args: string[]): Promise<CliResult> {
    return runCli(args, { cwd: this.folder, env: this.env });
  }

  json(...args: string[]): Promise<CliResult & { readonly document: JsonDocument }> {
    return runJson(args, { cwd: this.folder, env: this.env });
  }

  start(...args: string[]): ReturnType<typeof startCli> {
    return startCli(args, { cwd: this.folder, env: this.env });
  }

  async state(): Promise<LocalState | undefined> {
    try {
      const state = JSON.parse(await readFile(join(this.stateDir, "state.json"), "utf8")) as LocalState;
      this.#seen.push(...Object.values(state.servers));
      return state;
    } catch {
      return undefined;
    }
  }

  /** The servers that run now. */
  async liveServers(): Promise<string[]> {
    const servers = Object.entries((await this.state())?.servers ?? {});
    const alive = await Promise.all(servers.map(([, record]) => isAlive(record.process)));
    return servers.flatMap(([name], index) => (alive[index] === true ? [name] : []));
  }

  /** Takes everything down. @returns what was left behind: nothing, unless the program has a leak */
  async remove(): Promise<string[]> {
    await this.state();
    const { exitCode, stderr } = await this.run("down", "--purge", "--yes");
    const leaks = exitCode === 0 ? [] : [`down failed: ${stderr}`];
    for (const { process: identity } of this.#seen) {
      if (!(await isAlive(identity))) continue;
      leaks.push(`process ${identity.pid}`);
      process.kill(identity.pid, "SIGKILL");
    }
    await rm(this.folder, { recursive: true, force: true });
    return leaks;
  }
}
