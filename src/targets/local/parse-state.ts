import { SERVERS } from "../target.js";
import type { LocalState } from "./state.js";

/**
 * The state in the text of a state file; undefined where any part of it is not as this version writes it:
 * processes are ended by what it says.
 */
export function parseState(text: string): LocalState | undefined {
  try {
    const state: unknown = JSON.parse(text);
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

function isState(value: unknown): value is LocalState {
  if (!isObject(value)) return false;
  const { version, clusterId, controllerPort, servers } = value;
  return (
    version === 1 &&
    isText(clusterId) &&
    (controllerPort === undefined || isPort(controllerPort)) &&
    isObject(servers) &&
    Object.entries(servers).every(([name, record]) => isServer(name) && isRecord(record))
  );
}

function isRecord(value: unknown): boolean {
  if (!isObject(value) || !isObject(value.process)) return false;
  const { pid, startedAt } = value.process;
  return (
    // Signals to numbers below 2 reach other processes than a server.
    isWholeFrom(2, pid) &&
    isText(startedAt) &&
    isPort(value.port) &&
    isPort(value.requestedPort) &&
    isText(value.fingerprint)
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const isWholeFrom = (least: number, value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;

const isPort = (value: unknown): boolean => isWholeFrom(1, value) && value <= 65_535;

const isServer = (name: string): boolean => SERVERS.some((server) => server === name);
