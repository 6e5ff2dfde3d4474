import type { NamedDifference } from "./reconciliation.js";

/** One difference in one line: `lost id=17`, `different id=4: price is 12.50 in PostgreSQL and 12.40 in Kafka`. */
export function describeDifference(difference: NamedDifference): string {
  const { kind, key, columns = {}, topic, partition, offset, note } = difference;
  const name = Object.entries(key)
    .map(([column, value]) => `${column}=${shown(value)}`)
    .join(", ");
  const changes = Object.entries(columns).map(
    ([column, { postgres, kafka }]) =>
      `${column} is ${shown(postgres)} in PostgreSQL and ${shown(kafka)} in Kafka`,
  );
  const place =
    topic === undefined || partition === undefined || offset === undefined
      ? []
      : [`${topic}, partition ${partition}, offset ${offset}`];
  const rest = [...changes, ...(note === undefined ? [] : [note]), ...place].join("; ");
  const head = name === "" ? kind : `${kind} ${name}`;
  return rest === "" ? head : `${head}: ${rest}`;
}

const LONGEST = 60;

const shown = (value: string | null): string => {
  if (value === null) return "NULL";
  return value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
};
