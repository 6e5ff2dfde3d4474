import { formatBytes, formatElapsed } from "../format.js";
import type { History } from "../observe/history.js";
import type { DatabaseState, Observation } from "../observe/observation.js";
import { worstFirst } from "../observe/worst-first.js";
import { describeLag } from "./describe-lag.js";
import { describeProblems } from "./describe-problems.js";
import { createPaint, type Paint } from "./paint.js";
import { printableLine } from "./printable.js";
import { describeEnd, describeRate } from "./render-status.js";
import { sparkline } from "./sparkline.js";

export interface FrameOptions {
  readonly screen: { readonly columns: number; readonly color: boolean };
  readonly asCalled: (text: string) => string;
  /** Why what is shown is not of now. */
  readonly stale?: string;
}

const GRAPH_COLUMNS = 24;
const NARROW_COLUMNS = 110;

/** Everything at one glance: the verdict, the servers in one line, two lines for each database, the worst first. */
export function renderStatusFrame(seen: Observation, history: History, options: FrameOptions): string {
  const { screen, asCalled, stale } = options;
  const paint = createPaint(screen.color);
  const time = new Date(seen.time).toLocaleTimeString("en-GB");
  const note = stale ?? "Ctrl-C ends it";
  const graphColumns = screen.columns < NARROW_COLUMNS ? Math.floor(GRAPH_COLUMNS / 2) : GRAPH_COLUMNS;
  const databases = worstFirst(seen);
  const nameWidth = Math.max(0, ...databases.map(({ name }) => printableLine(name).length));
  return [
    paint(
      stale === undefined ? "dim" : "yellow",
      `cdc-pipeline status · ${seen.target} · ${time} · ${printableLine(note)}`,
    ),
    "",
    ...describeProblems(seen, asCalled, paint),
    "",
    describeServers(seen, paint),
    ...(seen.wal === null ? [] : [paint("dim", describeWal(seen.wal))]),
    "",
    ...databases.flatMap((database) =>
      describeDatabase(database, { seen, history, paint, nameWidth, graphColumns }),
    ),
    ...unknownOf(seen),
  ].join("\n");
}

const describeServers = ({ servers }: Observation, paint: Paint): string =>
  servers
    .map(({ server, state, version }) => {
      const text = `${server} ${version} ${state}`.replace(/ +/g, " ");
      return paint(state === "running" ? "green" : "red", printableLine(text));
    })
    .join("   ");

function describeWal({ bytesPerSecond, freeBytes, slotLimitBytes }: NonNullable<Observation["wal"]>): string {
  return [
    bytesPerSecond === null ? "WAL" : `WAL ${formatBytes(bytesPerSecond)}/s`,
    ...(freeBytes === null ? [] : [`${formatBytes(freeBytes)} free`]),
    slotLimitBytes === null ? "no limit for slots" : `a slot may keep ${formatBytes(slotLimitBytes)}`,
  ].join(" · ");
}

interface Around {
  readonly seen: Observation;
  readonly history: History;
  readonly paint: Paint;
  readonly nameWidth: number;
  readonly graphColumns: number;
}

function describeDatabase(
  database: DatabaseState,
  { seen, history, paint, nameWidth, graphColumns }: Around,
) {
  const { name, state, lag, lastEvent, eventsPerSecond, connector } = database;
  const slot = seen.slots.find((one) => one.name === database.slot);
  const samples = history.of(connector);
  const graph = (values: readonly (number | null)[]) => paint("cyan", sparkline(values, graphColumns));
  const last = lastEvent === null ? "no event yet" : `last event ${formatElapsed(lastEvent.agoMs)} ago`;
  const rate = eventsPerSecond === null ? "" : `${describeRate(eventsPerSecond)} · `;
  const kept =
    slot === undefined ? "no slot" : `${formatBytes(slot.retainedBytes)} kept · ${describeEnd(slot)}`;
  return [
    [
      paint("bold", printableLine(name).padEnd(nameWidth)),
      paint(state === "running" ? "green" : "red", state.padEnd(8)),
      `lag  ${graph(samples.map(({ lagBytes }) => lagBytes))}`,
      printableLine(describeLag(lag)),
    ].join("  "),
    [
      " ".repeat(nameWidth + 10),
      `slot ${graph(samples.map(({ retainedBytes }) => retainedBytes))}`,
      `${kept} · ${rate}${last}`,
    ].join("  "),
  ];
}

const unknownOf = ({ unknown }: Observation): string[] =>
  Object.entries(unknown).map(([what, reason]) => `${what} not known: ${printableLine(reason)}`);
