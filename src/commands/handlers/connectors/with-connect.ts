import type { Session } from "../../../cli/command.js";
import type { ConnectClient } from "../../../clients/connect/connect-client.js";
import { createConnectClient } from "../../../clients/connect/create-connect-client.js";
import { withTarget } from "../../../targets/index.js";

export interface ConnectArguments {
  readonly "connect-url"?: string | undefined;
}

/** Runs `work` with a client for the Kafka Connect that was named, else for the one of the target. */
export function withConnect<T>(
  args: ConnectArguments,
  { config, context }: Session,
  work: (client: ConnectClient) => Promise<T>,
): Promise<T> {
  const onWait = (message: string) => context.report({ type: "notice", message });
  const chosen = args["connect-url"] === undefined ? config : { ...config, target: "external" as const };
  return withTarget(chosen, async (target) => {
    const { endpoints } = await target.find(context, ["connect"]);
    return work(createConnectClient(endpoints.connect, { ...context, onWait }));
  });
}
