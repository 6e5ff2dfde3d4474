import type { ConnectClient } from "../clients/connect/connect-client.js";
import { CdcError } from "../errors.js";

const FORBIDDEN = 403;

/**
 * The topics that a connector has used, sorted.
 * @throws CdcError CONNECT_FAILED where the worker does not keep them
 */
export const readTopics = async (
  client: Pick<ConnectClient, "topics" | "url">,
  name: string,
): Promise<readonly string[]> =>
  [...(await explained(client.url, "topic.tracking.enable", () => client.topics(name)))].sort();

/** Forgets them. @throws CdcError CONNECT_FAILED where the worker does not keep them, or does not let them be reset */
export const forgetTopics = (
  client: Pick<ConnectClient, "resetTopics" | "url">,
  name: string,
): Promise<void> =>
  explained(client.url, "topic.tracking.enable, topic.tracking.allow.reset", () => client.resetTopics(name));

async function explained<T>(url: string, settings: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CdcError) || error.details?.status !== FORBIDDEN) throw error;
    throw new CdcError("CONNECT_FAILED", `the worker at ${url} does not track topics: ${error.message}`, {
      hint: `its own settings say so: ${settings}`,
      details: error.details,
    });
  }
}
