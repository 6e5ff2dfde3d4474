import { describe, expect, it } from "vitest";

import { CdcError } from "../../../../src/errors.js";
import { parseServerContainer } from "../../../../src/targets/compose/recovery/server-container.js";

const inspected = (
  env: string[],
  mounts: [path: string, volume: string][],
  command = ["-cwal_level=logical"],
) =>
  JSON.stringify([
    {
      Id: "abc",
      Image: "sha256:15",
      Config: { Cmd: command, Env: env },
      HostConfig: { Memory: 1024, ShmSize: 64 },
      Mounts: mounts.map(([path, volume]) => ({ Type: "volume", Name: volume, Destination: path })),
    },
  ]);
const DATA = "/var/lib/postgresql/data";
const VOLUMES: [string, string][] = [
  [DATA, "p_postgres-data"],
  ["/wal-archive", "p_wal-archive"],
];

describe("PostgreSQL's container in a compose project", () => {
  it("tells a draft its volumes, its limits and its command", () => {
    expect(parseServerContainer(inspected([`PGDATA=${DATA}/pgdata`], VOLUMES))).toEqual({
      id: "abc",
      imageId: "sha256:15",
      command: ["postgres", "-cwal_level=logical"],
      dataRoot: DATA,
      dataVolume: "p_postgres-data",
      archiveVolume: "p_wal-archive",
      memoryBytes: 1024,
      sharedMemoryBytes: 64,
    });
  });

  it.each([
    ["with its data in the root of the volume", [`PGDATA=${DATA}`], VOLUMES],
    ["without PGDATA", [], VOLUMES],
    ["without an archive", [`PGDATA=${DATA}/pgdata`], VOLUMES.slice(0, 1)],
    ["without a volume for its data", [`PGDATA=${DATA}/pgdata`], VOLUMES.slice(1)],
  ])("%s cannot be restored in", (_what, env, mounts) => {
    const parse = () => parseServerContainer(inspected(env, mounts));
    expect(parse).toThrow(CdcError);
    expect(parse).toThrow("must be the folder pgdata of a volume, beside a volume at /wal-archive");
  });
});
