import { isJsonObject, parseDebeziumJson } from "../../debezium-json.js";

/** What an event tells of its times, in milliseconds since 1970, as fine as it has them. */
export interface EventTimes {
  /** The commit, by PostgreSQL's clock. */
  readonly committedMs: number | undefined;
  /** When Debezium read it, by Kafka Connect's clock. */
  readonly debeziumMs: number | undefined;
}

/** Of an event, or of a row that was flattened and kept these fields. */
export function readEventTimes(value: Buffer | null): EventTimes {
  const event = parseDebeziumJson(value) ?? {};
  const source = isJsonObject(event.source) ? event.source : {};
  return {
    committedMs: timeOf(source, "") ?? timeOf(event, "__source_"),
    debeziumMs: timeOf(event, "") ?? timeOf(event, "__"),
  };
}

function timeOf(fields: Readonly<Record<string, unknown>>, prefix: string): number | undefined {
  const micros = fields[`${prefix}ts_us`];
  if (typeof micros === "number") return micros / 1000;
  const millis = fields[`${prefix}ts_ms`];
  return typeof millis === "number" ? millis : undefined;
}
