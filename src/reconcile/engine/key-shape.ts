import { fieldsOf, isJson } from "./json-values.js";
import { Shape } from "./shape.js";
import { SlotPlan } from "./slot-plan.js";

/** Where the columns of a key are, as pairs of the column and the slot of its value. */
export interface KeyShape {
  readonly shape: Shape;
  readonly columns: Int32Array;
}

/**
 * Learns the shape of a record's key; undefined where one of the key's columns is missing.
 * @param columns the places of the key's columns by their names in the event
 */
export function learnKeyShape(
  bytes: Uint8Array,
  start: number,
  end: number,
  columns: ReadonlyMap<string, number>,
): KeyShape | undefined {
  if (!isJson(bytes, start, end)) return undefined;
  const outer = fieldsOf(bytes, start, end);
  const isWrapped = outer?.some(({ name }) => name === "schema") === true && !columns.has("schema");
  const payload = isWrapped ? outer.find(({ name }) => name === "payload") : undefined;
  const fields = payload === undefined ? outer : fieldsOf(bytes, payload.start, payload.end);
  const plan = new SlotPlan();
  const found: [column: number, place: number][] = [];
  if (fields === undefined) {
    // Of ExtractField: the value of the only column by itself.
    const [column, more] = columns.values();
    if (column === undefined || more !== undefined) return undefined;
    plan.add(payload ?? { start, end }, (place) => found.push([column, place]));
  }
  for (const field of fields ?? []) {
    const column = columns.get(field.name);
    plan.add(field, (place) => {
      if (column !== undefined) found.push([column, place]);
    });
  }
  const slots = plan.finish();
  if (found.length < columns.size) return undefined;
  return { shape: new Shape(bytes, start, end, slots), columns: Int32Array.from(found.flat()) };
}
