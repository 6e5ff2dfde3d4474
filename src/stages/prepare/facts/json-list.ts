/** SQL for a JSON list of a column's values; an empty one where there are none. */
export const jsonList = (value: string, from: string, order = ""): string =>
  `coalesce((SELECT jsonb_agg(${value}${order === "" ? "" : ` ORDER BY ${order}`}) FROM ${from}), '[]')`;
