import { once } from "node:events";
import { createServer } from "node:net";

import { environmentNameOf } from "../../config/setting-names.js";
import { CdcError } from "../../errors.js";
import type { ServerName } from "../target.js";
import type { Container } from "./containers.js";
import { docker } from "./docker.js";
import { INNER_PORTS, type WantedService } from "./wanted.js";

/**
 * Sees that docker can give each container its port, before anything is made.
 * @throws CdcError PORT_TAKEN
 */
export async function checkPorts(
  services: readonly WantedService[],
  containers: readonly Container[],
  signal: AbortSignal,
): Promise<void> {
  for (const { server, address, port } of services) {
    const own = containers.find(({ service, status }) => service === server && status === "running");
    if (own?.ports.get(INNER_PORTS[server]) === port) continue;
    if (await isTaken(address, port)) throw await portTaken(server, port, signal);
  }
}

/** The setting and, where docker knows, who has the port. */
export async function portTaken(server: ServerName, port: number, signal: AbortSignal): Promise<CdcError> {
  const { stdout } = await docker(["ps", "--filter", `publish=${port}`, "--format", "{{.Names}}"], {
    signal,
  });
  const [holder = ""] = stdout.split("\n");
  const whose = holder === "" ? "another program of this machine" : `the container ${holder}`;
  const setting = `compose.${server}Port`;
  return new CdcError("PORT_TAKEN", `port ${port}, which ${server} must have, belongs to ${whose}`, {
    hint: `another port: ${environmentNameOf(setting)}=${Math.min(port + 1, 65_535)}, or ${setting} in cdc-pipeline.yaml`,
    details: { server, port, setting, holder: holder === "" ? null : holder },
  });
}

/** Only what is surely taken: a port that this user may not have, docker may. */
async function isTaken(address: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host: address, port, exclusive: true });
    await once(server, "listening");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  } finally {
    server.close();
  }
}
