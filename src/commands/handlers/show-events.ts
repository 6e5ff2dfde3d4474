import type { Handler, Session } from "../../cli/command.js";
import { followTopics } from "../../clients/kafka/follow-topics.js";
import type { TopicPoint } from "../../clients/kafka/topic-point.js";
import { CdcError } from "../../errors.js";
import { type Aside, type DecodedEvent, decodeEvent } from "../../events/decode-event.js";
import { eventFilter } from "../../events/event-filter.js";
import { findConnector } from "../../events/find-connector.js";
import { keyMatcher } from "../../events/match-key.js";
import { missingBefore } from "../../events/missing-before.js";
import { parseOps } from "../../events/parse-ops.js";
import { parsePoint } from "../../events/parse-point.js";
import { selectTopics } from "../../events/select-topics.js";
import { chooseTopics } from "../../events/topic-choice.js";
import { parseWhere } from "../../events/where/parse-where.js";
import { readsBefore } from "../../events/where/reads-before.js";
import { checkDatabaseName, namesOf } from "../../names.js";
import { withTarget } from "../../targets/index.js";
import { describeEvent } from "../../ui/describe-event.js";
import { renderEvent } from "../../ui/render-event.js";
import { timeLimit } from "../../wait/time-limit.js";

interface EventsArguments {
  readonly database?: string | undefined;
  readonly table?: readonly string[] | undefined;
  readonly from: string;
  readonly until?: string | undefined;
  readonly op?: string | undefined;
  readonly key?: readonly string[] | undefined;
  readonly where?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly connector?: string | undefined;
  readonly max?: number | undefined;
  readonly json?: boolean | undefined;
  readonly timeout?: string | undefined;
}

/**
 * Prints events as they come, for people or a JSON object a line. Ctrl-C is its ordinary end, and so is the end of
 * `--timeout` where no number of events was asked for.
 */
export const showEvents: Handler<EventsArguments> = async (args, session) => {
  const { max = Infinity, timeout } = args;
  const request = readRequest(args, Date.now());
  const { config, context } = session;
  // The time that other commands may take unless told otherwise is no limit for one that follows.
  const limit = timeout === undefined ? undefined : timeLimit(context.signal, context.deadline);
  const signal = limit?.signal ?? context.signal;
  const show = printer(args, session);
  let printed = 0;
  await withTarget(config, async (target) => {
    const { names, tables, asides, from, until } = request;
    const { endpoints } = await target.find(context, ["kafka"]);
    const connector = await findConnector(target, names.connector, args.connector !== undefined, context);
    const choice = chooseTopics(names, tables, asides, connector?.config);
    const notice = (message: string) => context.report({ type: "notice", message });
    const isInTime = from.at === "time" && from.timeMs > Date.now() ? from.timeMs : 0;
    await followTopics(endpoints.kafka, {
      selectTopics: selectTopics(names, tables, choice, from, connector),
      from,
      until,
      signal,
      onStart: ({ length }) => notice(startOf(length, request)),
      onNotice: notice,
      onRecord: (record) => {
        if (record.timestampMs < isInTime) return true;
        const event = decodeEvent(record, choice.topicPrefix);
        if (!choice.isMeant(event)) return true;
        const missing = request.whatIsMissing(event);
        if (missing !== undefined) notice(missing);
        if (!request.isShown(event)) return true;
        show(event);
        printed += 1;
        return printed < max;
      },
    });
  });
  if (limit?.isUp() === true && max !== Infinity && printed < max) {
    throw new CdcError("EVENT_NOT_SEEN", `${printed} of ${max} events came in ${timeout} seconds`, {
      hint: "cdc-pipeline status; what Kafka has already: --from beginning",
    });
  }
  return { fields: {}, text: "" };
};

/** All that can be wrong with the command line is told before a server is asked. */
function readRequest(args: EventsArguments, nowMs: number) {
  const { database = "", table: tables = [], op, key, where, include = [], max = 1, until } = args;
  checkDatabaseName(database);
  if (!Number.isInteger(max) || max < 1) {
    throw new CdcError("USAGE", `--max must be a whole number from 1 on, not ${max}`, {
      hint: "cdc-pipeline events --help",
    });
  }
  const asides = new Set(include as Aside["kind"][]);
  const isShown = eventFilter({
    asides,
    ...(op === undefined ? {} : { ops: parseOps(op) }),
    ...(key === undefined ? {} : { keys: key.map(keyMatcher) }),
    ...(where === undefined ? {} : { where: parseWhere(where) }),
  });
  const names = namesOf(database);
  return {
    names: { ...names, connector: args.connector ?? names.connector },
    tables,
    asides,
    isShown,
    whatIsMissing: where !== undefined && readsBefore(where) ? missingBefore() : () => undefined,
    from: parsePoint("--from", args.from, nowMs),
    until: until === undefined ? undefined : parsePoint("--until", until, nowMs),
  };
}

function printer({ json = false }: EventsArguments, { print, screen }: Session) {
  return (event: DecodedEvent) => {
    const text = json ? JSON.stringify(describeEvent(event)) : renderEvent(event, screen ?? { color: false });
    print(`${text}\n`);
  };
}

function startOf(topics: number, { names, from, until }: ReturnType<typeof readRequest>): string {
  const what = `${topics} ${topics === 1 ? "topic" : "topics"} of ${names.database}`;
  const end = until === undefined ? "; Ctrl-C ends it" : "";
  return `reading ${what} ${WHERE[from.at](from)}${end}`;
}

const WHERE: Readonly<Record<TopicPoint["at"], (point: TopicPoint) => string>> = {
  beginning: () => "from the beginning",
  end: () => "from now on; --from beginning shows what is there",
  time: (point) => `from ${point.at === "time" ? new Date(point.timeMs).toISOString() : ""}`,
  offset: () => "from the offsets given",
};
