import { createConnectClient } from "../clients/connect/create-connect-client.js";
import type { Context } from "../context.js";
import { namesOf } from "../names.js";
import { outcome, type Stage } from "../run-stage.js";
import type { Deployment } from "../targets/target.js";
import { stopConnector } from "./connector-switch.js";
import { dropSlot } from "./drop-slot.js";

/**
 * Has the databases' connectors forget how far they have read. What they stored is ahead of a restored server:
 * Debezium would leave out its changes up to there, without a word.
 */
export async function forgetPositions(
  { connect, postgres }: Pick<Deployment["endpoints"], "connect" | "postgres">,
  databases: readonly string[],
  stage: Stage,
  context: Context,
): Promise<void> {
  const client = (onWait: (message: string) => void) => createConnectClient(connect, { ...context, onWait });
  for (const database of databases) {
    const names = namesOf(database);
    const { connector } = names;
    const step: Stage["step"] = (name, run) => stage.step(name, run, { database });
    const isThere = await step(`connector ${connector}`, async (update) => {
      if ((await client(update).config(connector)) === undefined) return outcome("unchanged", "none", false);
      const { status } = await stopConnector(connect, connector, context, update);
      return outcome(status, "stopped", true);
    });
    if (!isThere) continue;
    await step("stored position", async (update) => {
      await client(update).deleteOffsets(connector);
      return outcome("removed", "its next start takes a new snapshot");
    });
    await step("replication slot", (update) => dropSlot(postgres, names, context, update));
  }
}
