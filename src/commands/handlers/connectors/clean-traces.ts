import type { ConnectClient, ConnectorStatus, TaskState } from "../../../clients/connect/connect-client.js";
import { hideSecretsOf } from "../../../ui/hide-secrets.js";

/**
 * The statuses of a client, without the secrets of a connector in its traces: one may quote a configuration. That is
 * asked for once for each trace.
 */
export function cleanTraces(
  client: Pick<ConnectClient, "statuses" | "config">,
): Pick<ConnectClient, "statuses"> {
  let known = new Map<string, string>();
  const cleanAll = async (status: ConnectorStatus, now: Map<string, string>): Promise<ConnectorStatus> => {
    const { name, connector, tasks } = status;
    const traces = [connector, ...tasks].flatMap(({ trace }) => trace ?? []);
    if (traces.length === 0) return status;
    const keyOf = (trace: string) => JSON.stringify([name, trace]);
    if (traces.some((trace) => !known.has(keyOf(trace)))) {
      const hide = hideSecretsOf([(await client.config(name)) ?? {}]);
      for (const trace of traces) now.set(keyOf(trace), hide(trace));
    } else {
      for (const trace of traces) now.set(keyOf(trace), known.get(keyOf(trace)) ?? "");
    }
    const clean = <T extends TaskState>(part: T): T =>
      part.trace === undefined ? part : { ...part, trace: now.get(keyOf(part.trace)) ?? "" };
    return { ...status, connector: clean(connector), tasks: tasks.map(clean) };
  };
  return {
    async statuses() {
      const statuses = await client.statuses();
      // Only those that are still there are kept.
      const now = new Map<string, string>();
      const cleaned: ConnectorStatus[] = [];
      for (const status of statuses) cleaned.push(await cleanAll(status, now));
      known = now;
      return cleaned;
    },
  };
}
