import { createProgram, findLocalPorts } from "../program.mjs";
import { row } from "../report.mjs";
import { median } from "../statistics.mjs";

const SECONDS = 20;
const EVERY_SECONDS = 0.25;

/**
 * What `verify` adds to the latency that it reports: that latency without the time which the record itself needed from
 * its commit to Kafka, by the times that stand in it. Everything runs on one machine, so that clocks do not differ.
 */
export async function measureSection({ root, runs, tell, takeDown }) {
  const program = await createProgram(root, findLocalPorts());
  try {
    tell("up mykart, for probes");
    await program.run(["up", "mykart", "--json"]);
    const overheads = [];
    const latencies = [];
    for (let run = 0; run < runs; run++) {
      tell(`probes for ${SECONDS} s, run ${run + 1} of ${runs}`);
      const args = ["verify", "mykart", "--watch", "--every", `${EVERY_SECONDS}`, "--timeout", `${SECONDS}`];
      const { stdout } = await program.run([...args, "--json", "--quiet"]);
      const probes = stdout.trim().split("\n").map(readProbe);
      overheads.push(median(probes.map(({ overheadMs }) => overheadMs)));
      latencies.push(median(probes.map(({ latencyMs }) => latencyMs)));
    }
    const underFifty = { goal: "under 50 ms", isMet: ({ times }) => times.median < 50 };
    return {
      rows: [
        row("verify, what it adds to a probe's latency (median)", overheads, underFifty),
        row("verify, a probe's latency (median)", latencies),
      ],
      data: { verify: { overheads, latencies } },
    };
  } finally {
    await takeDown(() => program.down());
  }
}

function readProbe(line) {
  const { state, latencyMs, split } = JSON.parse(line);
  if (state === "stalled") throw new Error(`capture stalled: ${line}`);
  return { latencyMs, overheadMs: latencyMs - split.commitToDebeziumMs - split.debeziumToKafkaMs };
}
