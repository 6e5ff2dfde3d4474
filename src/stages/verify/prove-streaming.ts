import { distributionOf } from "./distribution.js";
import { notesOf } from "./notes.js";
import type { ProbeOptions } from "./probe-options.js";
import { withProbeReader } from "./probe-reader.js";
import { outcomeOf, type ProbeOutcome, type Proof } from "./proof.js";

/**
 * Writes probes, one after the other, and waits for the events of each.
 * @param samples how many, 1 at least
 * @throws CdcError EVENT_NOT_SEEN, EVENT_WRONG, NOT_PREPARED, PROBE_ROW_INVALID, and what `requireLive` throws
 */
export function proveStreaming(options: ProbeOptions, samples = 1): Promise<Proof> {
  const { subject, update } = options;
  return withProbeReader(options, async (reader) => {
    const outcomes: ProbeOutcome[] = [];
    // Our own table may have another row, so that the time does not tell how long a topic takes to make.
    const hasMadeTopic = reader.first !== undefined && !subject.isOurs;
    if (reader.first !== undefined && hasMadeTopic) outcomes.push(outcomeOf(reader.first));
    while (outcomes.length < samples) {
      if (samples > 1) update(`probe ${outcomes.length + 1} of ${samples}`);
      outcomes.push(outcomeOf(await reader.await(await reader.write())));
    }
    return summarize(outcomes, options, hasMadeTopic);
  });
}

function summarize(outcomes: readonly ProbeOutcome[], options: ProbeOptions, hasMadeTopic: boolean): Proof {
  const last = outcomes.at(-1);
  if (last === undefined) throw new Error("no probe was written");
  const { clocksDiffer, ...outcome } = last;
  const { subject } = options;
  const distribution = distributionOf(outcomes.map(({ latencyMs }) => latencyMs));
  return {
    ...outcome,
    table: `${subject.schema}.${subject.table}`,
    ...(outcomes.length > 1 && distribution !== undefined ? { samples: distribution } : {}),
    notes: notesOf({ ...options, outcome, clocksDiffer, hasMadeTopic }),
  };
}
