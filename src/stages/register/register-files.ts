import pMap from "p-map";

import type { RegisteredConnector } from "../../clients/connect/connect-client.js";
import { REMOVALS_AT_ONCE, removeConnector } from "../../connectors/remove-connector.js";
import { shareLooks } from "../../connectors/states/share-looks.js";
import type { Context } from "../../context.js";
import { foreseenError } from "../../errors.js";
import type { Stage } from "../../run-stage.js";
import { type Failure, throwFailures } from "../../throw-failures.js";
import { type AppliedWork, type ApplyOptions, applyWorks } from "./apply-works.js";
import type { FilePlan } from "./plan-files.js";

/**
 * Does what was planned of files: validates, writes, waits; and removes what is in no file when all the others run.
 * @throws CdcError as `applyWorks` and `removeConnector` do
 */
export async function registerFiles(
  { works, pruned }: FilePlan,
  options: ApplyOptions,
  stage: Stage,
  context: Context,
): Promise<readonly AppliedWork[]> {
  const applied = await applyWorks(works, options, stage, context);
  await prune(pruned, options, stage, context);
  return applied;
}

async function prune(
  pruned: readonly RegisteredConnector[],
  { connectTo }: ApplyOptions,
  stage: Stage,
  context: Context,
): Promise<void> {
  const failures: Failure[] = [];
  const look = shareLooks(
    connectTo(() => undefined),
    pruned.length,
  );
  await pMap(
    pruned,
    async ({ name }) => {
      try {
        await stage.step(`connector ${name}`, (update) =>
          removeConnector(name, { client: connectTo(update), look, resetsOffsets: false }, context, update),
        );
      } catch (error) {
        failures.push({ name, error: foreseenError(error, context.signal) });
      }
    },
    { concurrency: REMOVALS_AT_ONCE },
  );
  throwFailures(failures, "connector");
}
