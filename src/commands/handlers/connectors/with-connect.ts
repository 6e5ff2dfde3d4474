import type { Session } from "../../../cli/command.js";
import type { ConnectClient } from "../../../clients/connect/connect-client.js";
import type { ConnectEndpoint } from "../../../clients/connect/connect-endpoint.js";
import { createConnectClient } from "../../../clients/connect/create-connect-client.js";
import type { PostgresInReach } from "../../../connectors/offsets/read-positions.js";
import { withTarget } from "../../../targets/index.js";

export interface ConnectArguments {
  readonly "connect-url"?: string | undefined;
}

export interface WithConnectOptions {
  /** Without it, a request is asked once: the caller goes on by itself. */
  readonly repeats: boolean;
}

/**
 * Runs `work` with a client for the Kafka Connect that was named, else for the one of the target, and with a way to
 * find the target's PostgreSQL.
 */
export function withConnect<T>(
  args: ConnectArguments,
  { config, context }: Pick<Session, "config" | "context">,
  work: (
    client: ConnectClient,
    findPostgres: () => Promise<PostgresInReach>,
    connect: ConnectEndpoint,
  ) => Promise<T>,
  { repeats }: WithConnectOptions = { repeats: true },
): Promise<T> {
  const onWait = (message: string) => context.report({ type: "notice", message });
  const chosen = args["connect-url"] === undefined ? config : { ...config, target: "external" as const };
  return withTarget(chosen, async (target) => {
    const { endpoints } = await target.find(context, ["connect"]);
    const findPostgres = async () => {
      const found = await target.find(context, ["postgres"]);
      return { endpoint: found.endpoints.postgres, fromConnect: found.postgresFromConnect };
    };
    const { signal } = context;
    const client = createConnectClient(endpoints.connect, repeats ? { ...context, onWait } : { signal });
    return work(client, findPostgres, endpoints.connect);
  });
}
