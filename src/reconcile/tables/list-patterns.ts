/**
 * Whether one of a list's patterns (`a,b\,c`) is for the whole name, as Debezium matches names of tables and columns.
 * A pattern that only Java understands is taken as one that does not.
 */
export function isListed(list: string | undefined, name: string): boolean {
  return (list ?? "")
    .split(/(?<!\\),/)
    .map((pattern) => pattern.trim().replaceAll("\\,", ","))
    .some((pattern) => pattern !== "" && matches(pattern, name));
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, "i").test(name);
  } catch {
    return false;
  }
}
