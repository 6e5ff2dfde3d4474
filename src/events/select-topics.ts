import type { TopicPoint } from "../clients/kafka/topic-point.js";
import { CdcError } from "../errors.js";
import type { DatabaseNames } from "../names.js";
import type { FoundConnector } from "./find-connector.js";
import { requireTopics } from "./table-topics.js";
import type { TopicChoice } from "./topic-choice.js";

/**
 * Of all topics those that are read, asked for again and again. The first time it says so where there is nothing to
 * read, and nothing to wait for.
 * @throws CdcError TOPIC_MISSING; USAGE of an offset for several topics
 */
export function selectTopics(
  names: DatabaseNames,
  tables: readonly string[],
  { topicPrefix, isRouted, isWanted }: TopicChoice,
  from: TopicPoint,
  connector: FoundConnector | undefined,
): (all: readonly string[]) => Promise<readonly string[]> {
  let used: ReadonlySet<string> = new Set();
  let isFirst = true;
  return async (all) => {
    // While Kafka Connect is away, those that it has told before are read on.
    if (isRouted)
      used = new Set(await connector?.topics().catch((error: unknown) => keep(error, used, isFirst)));
    const selected = all.filter((topic) => isWanted(topic, used));
    if (isFirst) {
      if (isRouted) requireSome(selected, names);
      else
        for (const table of tables.length === 0 ? [undefined] : tables)
          requireTopics(all, { ...names, topicPrefix }, table);
      requireOne(selected, from);
    }
    isFirst = false;
    return selected;
  };
}

function keep(error: unknown, used: ReadonlySet<string>, isFirst: boolean): readonly string[] {
  if (isFirst || !(error instanceof CdcError)) throw error;
  return [...used];
}

function requireSome(selected: readonly string[], { connector }: DatabaseNames): void {
  if (selected.length > 0) return;
  throw new CdcError("TOPIC_MISSING", `the connector ${connector} routes its topics, and has used none yet`, {
    hint: `cdc-pipeline connectors topics ${connector}`,
  });
}

function requireOne(selected: readonly string[], from: TopicPoint): void {
  if (from.at !== "offset" || selected.length <= 1) return;
  throw new CdcError("USAGE", `--from offset:… is of one topic, and there are ${selected.length}`, {
    hint: "name one table",
  });
}
