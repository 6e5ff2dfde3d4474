import type { ConnectorStatus, TaskState } from "../../clients/connect/connect-client.js";

/** What became different of a connector or of one of its tasks. */
export interface StatusChange {
  readonly connector: string;
  /** The task's number; undefined where it is the connector itself. */
  readonly task: number | undefined;
  /** undefined: it was not there before. */
  readonly before: TaskState | undefined;
  /** undefined: it is gone. */
  readonly after: TaskState | undefined;
}

/**
 * What differs between two looks, connector by connector, each before its tasks. A state is another one also where it
 * is FAILED as before, but by another trace; that work moved to another worker is no change.
 */
export function compareStatuses(
  before: readonly ConnectorStatus[],
  after: readonly ConnectorStatus[],
): readonly StatusChange[] {
  const old = partsOf(before);
  const now = partsOf(after);
  const keys = [...new Set([...now.keys(), ...old.keys()])];
  return keys.flatMap((key) => {
    const was = old.get(key);
    const is = now.get(key);
    const part = is ?? was;
    if (part === undefined || isSame(was?.state, is?.state)) return [];
    return [{ connector: part.connector, task: part.task, before: was?.state, after: is?.state }];
  });
}

interface Part {
  readonly connector: string;
  readonly task: number | undefined;
  readonly state: TaskState;
}

function partsOf(statuses: readonly ConnectorStatus[]): ReadonlyMap<string, Part> {
  return new Map(
    statuses.flatMap(({ name, connector, tasks }): [string, Part][] => [
      [JSON.stringify([name]), { connector: name, task: undefined, state: connector }],
      ...tasks.map((task): [string, Part] => [
        JSON.stringify([name, task.id]),
        { connector: name, task: task.id, state: task },
      ]),
    ]),
  );
}

const isSame = (one: TaskState | undefined, other: TaskState | undefined): boolean =>
  one?.state === other?.state && one?.trace === other?.trace;
