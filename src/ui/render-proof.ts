import { nameOps } from "../stages/verify/probe.js";
import type { Proof } from "../stages/verify/proof.js";
import type { LatencySplit } from "../stages/verify/split-latency.js";
import { printableLine } from "./printable.js";

/** What a proof comes to, as rows of a label and its text. */
export function renderProof(proof: Proof): (readonly [label: string, text: string])[] {
  const { topic, partition, offset, op, table, events, samples, notes } = proof;
  const place = `${printableLine(topic)}, partition ${partition}, offset ${offset}`;
  const event = op === null ? `${place}, not decoded` : `${place}, op ${op}`;
  const proved = events.length === 0 ? "only the presence" : nameOps(events.map(({ op: one }) => one));
  return [
    ["event", event],
    ["proved", `${proved} of a row of ${printableLine(table)}`],
    ["latency", latencyText(proof)],
    ...partsRow(proof.split),
    ...(samples === undefined
      ? []
      : [
          [
            `${samples.count} probes`,
            `min ${samples.minMs}, median ${samples.medianMs}, p95 ${samples.p95Ms}, p99 ${samples.p99Ms}, max ${samples.maxMs} ms`,
          ] as const,
        ]),
    ...notes.map((note) => ["note", printableLine(note)] as const),
  ];
}

const latencyText = ({ latencyMs, samples }: Proof): string =>
  samples === undefined
    ? `${latencyMs} ms from the row's commit to its event's arrival here`
    : `${latencyMs} ms from the last row's commit to its event's arrival here`;

const partsRow = (split: LatencySplit): (readonly [string, string])[] => {
  const parts = renderSplit(split);
  return parts === "" ? [] : [["of it", parts]];
};

/** `commit -> Debezium 21 ms -> Kafka 3 ms -> here 9.2 ms`; what is not known is a `?`; empty where nothing is. */
export function renderSplit({ commitToDebeziumMs, debeziumToKafkaMs, kafkaToHereMs }: LatencySplit): string {
  const parts = [commitToDebeziumMs, debeziumToKafkaMs, kafkaToHereMs];
  if (parts.every((part) => part === null)) return "";
  const [debezium, kafka, here] = parts.map((part) => (part === null ? "?" : `${part} ms`));
  return `commit -> Debezium ${debezium ?? ""} -> Kafka ${kafka ?? ""} -> here ${here ?? ""}`;
}
