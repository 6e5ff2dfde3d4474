import { createHash } from "node:crypto";
import { join } from "node:path";

import envPaths from "env-paths";

import { CdcError } from "../../errors.js";
import type { ServerName } from "../target.js";
import { canReach, type ServiceUser } from "./service-user.js";

/** Where the local target keeps things. */
export interface Layout {
  /** `.cdc-pipeline` of the working directory: state, lock, logs. */
  readonly stateDir: string;
  readonly stateFile: string;
  /** The servers' own folders; inside `stateDir` unless the service user cannot get there. */
  readonly serversDir: string;
  /** Binaries and jars, shared by all projects of this user. */
  readonly cacheDir: string;
  readonly user: ServiceUser | undefined;
}

const SYSTEM_CACHE = "/var/cache/cdc-pipeline";
const SYSTEM_DATA = "/var/lib/cdc-pipeline";

/**
 * Decides the folders. Run as root, the servers' user must be able to reach them: where it cannot
 * (below /root, say), the system's own places are taken instead.
 * @throws CdcError PATH_NOT_WRITABLE
 */
export async function planLayout(
  stateDir: string,
  cacheDir: string | undefined,
  user: ServiceUser | undefined,
): Promise<Layout> {
  const reachable = async (path: string) => user === undefined || (await canReach(user, path));
  const ownCache = envPaths("cdc-pipeline", { suffix: "" }).cache;
  if (user !== undefined && cacheDir !== undefined && !(await reachable(cacheDir))) {
    throw new CdcError(
      "PATH_NOT_WRITABLE",
      `the servers run as ${user.name}, who cannot reach cacheDir ${cacheDir}`,
      {
        hint: `leave cacheDir out (then it is ${SYSTEM_CACHE}), or let ${user.name} pass through every folder above it`,
      },
    );
  }
  const id = createHash("sha256").update(stateDir).digest("hex").slice(0, 12);
  return {
    stateDir,
    stateFile: join(stateDir, "state.json"),
    serversDir: (await reachable(stateDir)) ? stateDir : join(SYSTEM_DATA, id),
    cacheDir: cacheDir ?? ((await reachable(ownCache)) ? ownCache : SYSTEM_CACHE),
    user,
  };
}

export const serverDir = (layout: Layout, server: ServerName): string => join(layout.serversDir, server);
export const logsDir = (layout: Layout): string => join(layout.serversDir, "logs");
export const logFile = (layout: Layout, server: ServerName): string => join(logsDir(layout), `${server}.log`);
