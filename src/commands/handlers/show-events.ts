import type { Handler } from "../../cli/command.js";
import { followTopics } from "../../clients/follow-topics.js";
import { CdcError } from "../../errors.js";
import { decodeEvent } from "../../events/decode-event.js";
import { requireTopics, tableTopicFilter } from "../../events/table-topics.js";
import { checkDatabaseName, namesOf } from "../../names.js";
import { withTarget } from "../../targets/index.js";
import { describeEvent } from "../../ui/describe-event.js";
import { renderEvent } from "../../ui/render-event.js";
import { timeLimit } from "../../wait/time-limit.js";

interface EventsArguments {
  readonly database?: string | undefined;
  readonly table?: string | undefined;
  readonly from: string;
  readonly max?: number | undefined;
  readonly json?: boolean | undefined;
  readonly timeout?: string | undefined;
}

/**
 * Prints events as they come, for people or a JSON object a line. Ctrl-C is its ordinary end, and so is the end of
 * `--timeout` where no number of events was asked for.
 */
export const showEvents: Handler<EventsArguments> = async (
  { database = "", table, from, max = Infinity, json = false, timeout },
  { config, context, print, screen },
) => {
  checkDatabaseName(database);
  if (max !== Infinity && (!Number.isInteger(max) || max < 1)) {
    throw new CdcError("USAGE", `--max must be a whole number from 1 on, not ${max}`, {
      hint: "cdc-pipeline events --help",
    });
  }
  const names = namesOf(database);
  // The time that other commands may take unless told otherwise is no limit for one that follows.
  const limit = timeout === undefined ? undefined : timeLimit(context.signal, context.deadline);
  const signal = limit?.signal ?? context.signal;
  let printed = 0;
  await withTarget(config, async (target) => {
    const { endpoints } = await target.find(context, ["kafka"]);
    await followTopics(endpoints.kafka, {
      checkTopics: (topics) => requireTopics(topics, names, table),
      isWanted: tableTopicFilter(names, table),
      from: from === "beginning" ? "beginning" : "end",
      signal,
      onStart: ({ length }) => {
        const what = `${length} ${length === 1 ? "topic" : "topics"} of ${database}`;
        const where =
          from === "beginning" ? "from the beginning" : "from now on; --from beginning shows what is there";
        context.report({ type: "notice", message: `reading ${what} ${where}; Ctrl-C ends it` });
      },
      onRecord: (record) => {
        const event = decodeEvent(record, names.topicPrefix);
        const text = json
          ? JSON.stringify(describeEvent(event))
          : renderEvent(event, screen ?? { color: false });
        print(`${text}\n`);
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
