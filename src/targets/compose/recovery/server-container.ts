import { posix } from "node:path";

import * as z from "zod";

import { CdcError } from "../../../errors.js";
import { ARCHIVE } from "../../container-recovery/archive-shell.js";
import { DATA_FOLDER } from "../../container-recovery/draft-script.js";
import { dockerOutput } from "../docker.js";

/** PostgreSQL's container as compose has made it, with what a draft of its data needs to be the same. */
export interface ServerContainer {
  readonly id: string;
  readonly imageId: string;
  /** `postgres` first. */
  readonly command: readonly string[];
  /** Where the volume with the data is mounted; the data is in its folder `DATA_FOLDER`. */
  readonly dataRoot: string;
  readonly dataVolume: string;
  readonly archiveVolume: string;
  /** 0 where nothing is said of it. */
  readonly memoryBytes: number;
  readonly sharedMemoryBytes: number;
}

const inspected = z.tuple([
  z.object({
    Id: z.string(),
    Image: z.string(),
    Config: z.object({ Cmd: z.array(z.string()).nullable(), Env: z.array(z.string()).nullable() }),
    HostConfig: z.object({ Memory: z.number().default(0), ShmSize: z.number().default(0) }),
    Mounts: z.array(z.object({ Type: z.string(), Name: z.string().default(""), Destination: z.string() })),
  }),
]);

/** @throws CdcError COMPOSE_FILE_INVALID where its data is not in volumes as those of the package's compose file */
export async function readServerContainer(id: string, signal: AbortSignal): Promise<ServerContainer> {
  return parseServerContainer(await dockerOutput(["container", "inspect", id], { signal }));
}

/** What `docker container inspect` prints of one container. */
export function parseServerContainer(json: string): ServerContainer {
  const [{ Id, Image, Config, HostConfig, Mounts }] = inspected.parse(JSON.parse(json));
  const data = environmentValue(Config.Env ?? [], "PGDATA") ?? "";
  const dataRoot = posix.dirname(data);
  const volumeAt = (path: string) =>
    Mounts.find(({ Type, Destination }) => Type === "volume" && Destination === path)?.Name;
  const [dataVolume, archiveVolume] = [volumeAt(dataRoot), volumeAt(ARCHIVE)];
  if (posix.basename(data) !== DATA_FOLDER || dataVolume === undefined || archiveVolume === undefined) {
    throw new CdcError(
      "COMPOSE_FILE_INVALID",
      `its service postgres cannot be restored in: PGDATA is ${data === "" ? "not set" : data}, and must be the folder ${DATA_FOLDER} of a volume, beside a volume at ${ARCHIVE}`,
      {
        hint: "take these lines from the docker-compose.yml of the package, which is used without compose.file",
      },
    );
  }
  const command = Config.Cmd ?? [];
  return {
    id: Id,
    imageId: Image,
    // As the image's entrypoint has it.
    command: command[0] === undefined || command[0].startsWith("-") ? ["postgres", ...command] : command,
    dataRoot,
    dataVolume,
    archiveVolume,
    memoryBytes: HostConfig.Memory,
    sharedMemoryBytes: HostConfig.ShmSize,
  };
}

/** The value of a variable among `NAME=value`. */
export function environmentValue(lines: readonly string[], name: string): string | undefined {
  return lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}
