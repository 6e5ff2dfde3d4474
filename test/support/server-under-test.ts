import { CdcError } from "../../src/errors.js";
import type { LocalServer } from "../../src/targets/local/local-server.js";
import { isAlive, type ProcessIdentity } from "../../src/targets/local/process-identity.js";
import { startProcess, stopProcess, tailLog } from "../../src/targets/local/server-process.js";
import { onEarlyExit } from "./on-early-exit.js";
import { until } from "./until.js";

/** A server as the program starts it, to be killed and started again as a test wants it. */
export class ServerUnderTest {
  readonly #server: LocalServer;
  #process: ProcessIdentity | undefined;
  #forget: () => void = () => undefined;

  constructor(server: LocalServer) {
    this.#server = server;
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    await this.launch();
    await this.answers();
  }

  /** Starts its process, and does not wait. */
  async launch(): Promise<void> {
    if (this.#process !== undefined) throw new Error(`${this.#server.title} runs already`);
    const spec = await this.#server.process();
    await this.#server.writeFiles();
    const identity = await startProcess(spec);
    this.#process = identity;
    this.#forget = onEarlyExit(() => process.kill(identity.pid, "SIGKILL"));
  }

  /** Waits until it answers. */
  async answers(): Promise<void> {
    const { title, logFile } = this.#server;
    await until(
      `${title} answers`,
      async () => {
        const answer = await this.#server.probe();
        if (answer.ready || (this.#process !== undefined && (await isAlive(this.#process)))) return answer;
        throw new CdcError("SERVER_DIED", `${title} ended: ${await tailLog(logFile, 15)}`);
      },
      90_000,
    );
  }

  /** Ends it as a power cut would (SIGKILL); one that does not run is fine. */
  async kill(): Promise<void> {
    const identity = this.#process;
    if (identity === undefined) return;
    this.#process = undefined;
    this.#forget();
    await stopProcess(identity, { signal: "SIGKILL", graceMs: 10_000 });
  }

  /** Its process alone, for a signal of the test's own (SIGSTOP, SIGCONT). */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** The last lines of its log. */
  log(lines = 50): Promise<string> {
    return tailLog(this.#server.logFile, lines);
  }
}
