import type { ConnectorConfig, InitialState } from "../../clients/connect/connect-client.js";
import { isMask, shownValue } from "../../connectors/secret-values.js";
import { CONNECTOR_MARK_KEY } from "../own-objects.js";

/** What `register` would do to one connector, fit to be shown: no secret is in it. */
export interface ConnectorPlan {
  readonly status: "created" | "updated" | "unchanged";
  /** Sorted by key; of a new connector every key. */
  readonly changes: readonly KeyChange[];
  /** Whether what is there is somebody else's, or of another set, and is only changed with --adopt. */
  readonly needsAdoption: boolean;
  /** Of a new connector that does not begin RUNNING. */
  readonly initialState?: InitialState;
}

export interface KeyChange {
  readonly key: string;
  /** Missing where the key is new. */
  readonly from?: string;
  /** Missing where the key goes. */
  readonly to?: string;
}

export interface PlanRules {
  /** Keys whose values are secret whatever they are called. */
  readonly hidden?: ReadonlySet<string>;
  /** One that is as wanted but for the mark is left as it is. */
  readonly toleratesMark?: boolean;
}

const HIDDEN = "[hidden]";

/**
 * Compares a connector's configuration with the wanted one. `name` is left out: Connect adds it by itself. A value that
 * the worker hides is unknown, which is no difference.
 * @param found undefined where there is no such connector
 */
export function planConnector(
  found: ConnectorConfig | undefined,
  wanted: ConnectorConfig,
  { hidden, toleratesMark = false }: PlanRules = {},
): ConnectorPlan {
  const before = found ?? {};
  const shown = (key: string, value: string | undefined): string | undefined => {
    if (value === undefined) return undefined;
    return hidden?.has(key) === true || isMask(value) ? HIDDEN : shownValue(key, value);
  };
  const changes = [...new Set([...Object.keys(before), ...Object.keys(wanted)])]
    .filter((key) => key !== "name" && differs(before[key], wanted[key]))
    .sort()
    .map((key) => {
      const from = shown(key, before[key]);
      const to = shown(key, wanted[key]);
      return { key, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    });
  if (found === undefined) return { status: "created", changes, needsAdoption: false };
  const isMarkOnly = changes.every(({ key }) => key === CONNECTOR_MARK_KEY);
  if (changes.length === 0 || (toleratesMark && isMarkOnly)) {
    return { status: "unchanged", changes: [], needsAdoption: false };
  }
  return {
    status: "updated",
    changes,
    needsAdoption: before[CONNECTOR_MARK_KEY] !== wanted[CONNECTOR_MARK_KEY],
  };
}

function differs(before: string | undefined, wanted: string | undefined): boolean {
  if (before === wanted) return false;
  return before === undefined || wanted === undefined || !isMask(before);
}
