import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

import { CdcError } from "../../errors.js";
import type { ServerName } from "../target.js";
import { notWritable } from "./not-writable.js";
import { parseState } from "./parse-state.js";
import type { ProcessIdentity } from "./process-identity.js";

/** A server that was started from this directory. */
export interface ServerRecord {
  readonly process: ProcessIdentity;
  readonly port: number;
  /** The port that the configuration asked for; `port` differs where that was taken. */
  readonly requestedPort: number;
  /** What it was started with; another fingerprint means that it must be started again. */
  readonly fingerprint: string;
}

/** What `.cdc-pipeline/state.json` holds. It holds no secret. */
export interface LocalState {
  readonly version: 1;
  /** The id of the Kafka cluster that was made here. */
  readonly clusterId: string;
  readonly controllerPort?: number;
  readonly servers: Readonly<Partial<Record<ServerName, ServerRecord>>>;
}

/**
 * The state of one directory, in memory and on disk. Writes are synchronous: the record of a server is
 * on disk before anything else can happen to this process, so that no server is ever forgotten.
 */
export class StateStore {
  readonly file: string;
  #state: LocalState;

  constructor(file: string, state: LocalState) {
    this.file = file;
    this.#state = state;
  }

  get state(): LocalState {
    return this.#state;
  }

  /** @throws CdcError PATH_NOT_WRITABLE; the state in memory has changed then, and the file is as it was */
  update(change: Partial<LocalState>): void {
    this.#state = { ...this.#state, ...change };
    // Replaced in one step: a reader never sees half a file.
    const next = `${this.file}.${process.pid}`;
    try {
      writeFileSync(next, `${JSON.stringify(this.#state, undefined, 2)}\n`, { mode: 0o600 });
      renameSync(next, this.file);
    } catch (error) {
      rmSync(next, { force: true });
      throw notWritable(`write ${this.file}`, error);
    }
  }

  setServer(server: ServerName, record: ServerRecord | undefined): void {
    const others = Object.entries(this.#state.servers).filter(([name]) => name !== server);
    const own = record === undefined ? [] : [[server, record] as const];
    this.update({ servers: Object.fromEntries([...others, ...own]) });
  }
}

/** Puts a file aside that cannot be read, for whoever wants to see what was in it. @returns its new name */
export function putStateAside(file: string): string {
  const aside = `${file}.unreadable`;
  renameSync(file, aside);
  return aside;
}

/** @throws CdcError STATE_UNREADABLE */
export function readState(file: string): LocalState | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CdcError("STATE_UNREADABLE", `cannot read ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const state = parseState(text);
  if (state === undefined) {
    throw new CdcError("STATE_UNREADABLE", `${file} is not a state file of this version of cdc-pipeline`, {
      hint: "cdc-pipeline down; it ends the servers of this directory and puts the file aside, and their data stays",
    });
  }
  return state;
}
