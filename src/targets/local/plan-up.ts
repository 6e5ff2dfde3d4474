import type { Config } from "../../config/config.js";
import type { PlannedServer } from "../target.js";
import type { Layout } from "./layout.js";
import { planServers } from "./plan-servers.js";
import { runningServers } from "./running-servers.js";
import { readState } from "./state.js";
import type { Tools } from "./tools.js";
import { withPorts } from "./with-ports.js";

/** A plan starts nothing, so it looks for no program. */
const NO_TOOLS: Tools = {
  postgresBinaries: () => Promise.reject(new Error("a plan asked for binaries")),
  jvm: () => Promise.reject(new Error("a plan asked for Java")),
};

/** What `up` would start or start again; writes nothing, and takes no lock. */
export async function planUp(config: Config, layout: Layout): Promise<readonly PlannedServer[]> {
  const state = readState(layout.stateFile) ?? { version: 1 as const, clusterId: "", servers: {} };
  const running = await runningServers(state);
  return withPorts(
    config.local,
    state,
    running,
    () => undefined,
    ({ servers: ports, controllerPort }) => {
      const servers = planServers(config, layout, { ...state, controllerPort }, ports, NO_TOOLS);
      const planned = servers.map(({ server, title, port, fingerprint }): PlannedServer => {
        if (!running.has(server)) return { server, title, status: "started", detail: `port ${port}` };
        const isSame = state.servers[server]?.fingerprint === fingerprint;
        return isSame
          ? { server, title, status: "unchanged", detail: `port ${port}` }
          : { server, title, status: "updated", detail: `port ${port}, started again with other settings` };
      });
      return Promise.resolve(planned);
    },
  );
}
