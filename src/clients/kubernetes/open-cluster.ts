import { setMaxListeners } from "node:events";

import * as z from "zod";

import { apiFailure } from "./api-failure.js";
import { createLogin } from "./api-login.js";
import { createRequests } from "./api-request.js";
import { parseStatus } from "./api-status.js";
import type { Cluster, ClusterOptions } from "./cluster.js";
import { execInPod } from "./exec-in-pod.js";
import { loadKubeconfig } from "./load-kubeconfig.js";
import { createObjects } from "./objects.js";
import { readPodLog } from "./pod-log.js";
import { reviewAccess } from "./review-access.js";
import { createTunnels } from "./tunnel.js";

const versionAnswer = z.object({ gitVersion: z.string() });

/**
 * A cluster as the kubeconfig names it. Nothing is asked of the server yet.
 * @throws CdcError KUBECONFIG_INVALID
 */
export function openCluster(options: ClusterOptions): Cluster {
  const access = loadKubeconfig(options);
  // Many requests are made at once, and each that is repeated listens.
  setMaxListeners(0, options.signal);
  const { context, server } = access;
  const namespace = options.namespace ?? access.namespace;
  const login = createLogin(access);
  const requests = createRequests({ ...options, server, login });
  const scope = { requests, context, namespace };
  const objects = createObjects(scope);
  const podScope = { ...scope, server, login, signal: options.signal };
  const tunnels = createTunnels({ ...podScope, deadline: options.deadline, objects });

  return {
    context,
    server,
    namespace,
    ...objects,
    exec: (pod, command, execOptions = {}) => execInPod(podScope, pod, command, execOptions),
    log: (pod, logOptions) => readPodLog(podScope, pod, logOptions),
    openTunnel: tunnels.open,
    cuts: () => requests.absences() + tunnels.cuts(),
    async missingAccess(wanted) {
      const allowed = await Promise.all(
        wanted.map((access) => reviewAccess(scope, { ...access, namespace })),
      );
      return wanted.filter((_, index) => allowed[index] === false);
    },
    async version() {
      const { status, body } = await requests.send({ method: "GET", path: "/version" });
      if (status !== 200) throw apiFailure(parseStatus(status, body), { what: "read the version", ...scope });
      return versionAnswer.parse(body).gitVersion;
    },
    async close() {
      await tunnels.close();
      login.close();
    },
  };
}
