import type { Aside, DecodedEvent } from "./decode-event.js";

export interface EventFilterOptions {
  /** Only changes of these; of a flattened row that does not tell its operation nobody knows. */
  readonly ops?: ReadonlySet<string>;
  /** All of them, of the columns of one key. */
  readonly keys?: readonly ((key: DecodedEvent["key"]) => boolean)[];
  readonly where?: (event: DecodedEvent) => boolean;
  /** What is beside the changes of tables, and is asked for. */
  readonly asides: ReadonlySet<Aside["kind"]>;
}

/** Which events are shown. */
export function eventFilter({
  ops,
  keys = [],
  where,
  asides,
}: EventFilterOptions): (event: DecodedEvent) => boolean {
  return (event) => {
    if (isAside(event) && !asides.has(event.kind)) return false;
    if (ops !== undefined && !(event.kind === "change" && event.op !== null && ops.has(event.op)))
      return false;
    return keys.every((isKey) => isKey(event.key)) && (where?.(event) ?? true);
  };
}

export const isAside = (event: DecodedEvent): event is Aside =>
  "value" in event && event.kind !== "undecodable";
