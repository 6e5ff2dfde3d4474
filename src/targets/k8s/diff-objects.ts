/** One field that differs, by its path: `spec.template.spec.containers[postgres].image`. */
export interface FieldChange {
  readonly key: string;
  readonly from?: string;
  readonly to?: string;
}

type Tree = Readonly<Record<string, unknown>>;

/** What the API server writes by itself, at each change or always. */
const NOT_OURS = new Set([
  "status",
  "metadata.managedFields",
  "metadata.resourceVersion",
  "metadata.generation",
  "metadata.uid",
  "metadata.creationTimestamp",
]);

/**
 * The fields of an object that would change: `live` is as it is, `merged` as it would be after an apply.
 * @param isSecret its data are told to differ, never shown
 */
export function diffObjects(live: Tree, merged: Tree, isSecret: boolean): FieldChange[] {
  return diffTrees(live, merged, "").map((change) =>
    isSecret && change.key.startsWith("data") ? hidden(change) : change,
  );
}

const hidden = ({ key, from, to }: FieldChange): FieldChange => ({
  key,
  ...(from === undefined ? {} : { from: "(not shown)" }),
  ...(to === undefined ? {} : { to: "(another, not shown)" }),
});

function diffTrees(from: unknown, to: unknown, path: string): FieldChange[] {
  if (NOT_OURS.has(path)) return [];
  const [before, after] = [childrenOf(from), childrenOf(to)];
  if (before === undefined || after === undefined) return isSame(from, to) ? [] : [leaf(path, from, to)];
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.flatMap((key) => diffTrees(before.get(key), after.get(key), join(path, key)));
}

/** The parts of an object, or of a list by their names; undefined of anything else. */
function childrenOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (Array.isArray(value)) return value.length === 0 ? undefined : listChildren(value);
  if (typeof value !== "object" || value === null) return undefined;
  return new Map(Object.entries(value));
}

function listChildren(items: readonly unknown[]): ReadonlyMap<string, unknown> {
  const names = items.map((item) => nameIn(item));
  const areNamed = names.every((name) => name !== undefined) && new Set(names).size === names.length;
  return new Map(items.map((item, index) => [`[${areNamed ? (names[index] ?? "") : index}]`, item]));
}

/** What a list's item is known by: its own name, or that of its template; a port's number. */
function nameIn(item: unknown): string | undefined {
  if (typeof item !== "object" || item === null) return undefined;
  const { name, metadata } = item as { readonly name?: unknown; readonly metadata?: unknown };
  if (typeof name === "string") return name;
  return metadata === undefined ? undefined : nameIn(metadata);
}

const join = (path: string, key: string): string =>
  path === "" || key.startsWith("[") ? path + key : `${path}.${key}`;

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function leaf(key: string, from: unknown, to: unknown): FieldChange {
  return {
    key,
    ...(from === undefined ? {} : { from: textOf(from) }),
    ...(to === undefined ? {} : { to: textOf(to) }),
  };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
