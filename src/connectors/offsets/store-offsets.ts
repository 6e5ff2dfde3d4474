import type {
  ConnectClient,
  RegisteredConnector,
  StoredOffset,
} from "../../clients/connect/connect-client.js";
import type { Context } from "../../context.js";
import { isPostgresConnector } from "../../doctor/debezium-setting.js";
import { CdcError } from "../../errors.js";
import { outcome, type StepOutcome } from "../../run-stage.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import { planOffsets } from "./plan-offsets.js";

/**
 * Stores the offsets of a stopped connector, and reads them back until they are there.
 * @param wanted undefined: what is stored goes
 * @throws CdcError CONNECT_FAILED
 */
export async function storeOffsets(
  client: ConnectClient,
  { name, config }: Pick<RegisteredConnector, "name" | "config">,
  wanted: readonly StoredOffset[] | undefined,
  context: Context,
  update: (message: string) => void,
): Promise<StepOutcome<void>> {
  const said =
    wanted === undefined ? await client.deleteOffsets(name) : await client.alterOffsets(name, wanted);
  await waitUntil({
    intervalMs: 100,
    ...context,
    onReason: update,
    probe: async () => {
      const left = planOffsets((await client.offsets(name)) ?? [], wanted).length;
      return left === 0 ? ready(undefined) : notYet(`${left} offsets are still as before`);
    },
    onTimeout: (reason) =>
      new CdcError("CONNECT_FAILED", `the offsets of ${name} did not change in time; last seen: ${reason}`, {
        hint: "cdc-pipeline connectors offsets shows them; more time: --timeout SECONDS",
      }),
  });
  // Debezium's offsets are nowhere but in Connect; of other connectors the worker tells what else may be to do.
  const detail = isPostgresConnector(config) ? undefined : said;
  return outcome(wanted === undefined ? "removed" : "updated", detail);
}
