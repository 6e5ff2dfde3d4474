import { describe, expect, it } from "vitest";

import { CdcError } from "../../../src/errors.js";
import { decodeEvent } from "../../../src/events/decode-event.js";
import { selectTopics } from "../../../src/events/select-topics.js";
import { chooseTopics } from "../../../src/events/topic-choice.js";
import { namesOf } from "../../../src/names.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const names = namesOf("shop");
const PLAIN = [
  ...["debezium.shop.public.orders", "debezium.shop.public.items", "debezium.shop.cdc_pipeline.probe"],
  ...["debezium.shop.transaction", "debezium.shop.message", "__debezium-heartbeat.debezium.shop", "other"],
];
const ROUTED = ["all", "__debezium-heartbeat.p", "p.transaction", "other"];
const CONFIG = {
  "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
  "topic.prefix": "p",
  "transforms.route.type": "org.apache.kafka.connect.transforms.RegexRouter",
};
const used = new Set(ROUTED.slice(0, 3));

describe("the topics of a connector that names them itself", () => {
  it.each([
    [[], [], ["debezium.shop.public.orders", "debezium.shop.public.items"]],
    [
      ["orders", "cdc_pipeline.probe"],
      [],
      ["debezium.shop.public.orders", "debezium.shop.cdc_pipeline.probe"],
    ],
    [["orders"], ["transaction"], ["debezium.shop.public.orders", "debezium.shop.transaction"]],
    [["orders"], ["heartbeat"], ["debezium.shop.public.orders", "__debezium-heartbeat.debezium.shop"]],
  ] as const)("of tables %j with %j are %j", (tables, asides, expected) => {
    const choice = chooseTopics(names, tables, new Set(asides));
    expect(PLAIN.filter((topic) => choice.isWanted(topic, new Set()))).toEqual(expected);
  });

  it("have the prefix of its configuration", () => {
    const choice = chooseTopics(names, [], new Set(), { ...CONFIG, "transforms.route.type": "x" });
    expect([choice.topicPrefix, choice.isWanted("p.public.t", new Set())]).toEqual(["p", true]);
  });
});

describe("the topics of a connector that routes them", () => {
  const record = (table: string, schema = "public") => ({
    ...{ topic: "all", partition: 0, offset: 0, timestampMs: 0, seenAtMs: 0, key: null },
    value: Buffer.from(JSON.stringify({ op: "c", after: { id: 1 }, source: { schema, table } })),
  });
  const isMeant = (tables: readonly string[], table: string, schema?: string) =>
    chooseTopics(names, tables, new Set(), CONFIG).isMeant(decodeEvent(record(table, schema), "p"));

  it("are those that it has used, and the events tell their tables", () => {
    const choice = chooseTopics(names, [], new Set(), CONFIG);
    expect(ROUTED.filter((topic) => choice.isWanted(topic, used))).toEqual(["all"]);
    expect([isMeant([], "orders"), isMeant([], "probe", "cdc_pipeline")]).toEqual([true, false]);
    expect([isMeant(["orders"], "orders"), isMeant(["sales.orders"], "orders")]).toEqual([true, false]);
  });

  it("are kept while Kafka Connect is away, and are not there where none was used", async () => {
    const choice = chooseTopics(names, [], new Set(), CONFIG);
    const away = new CdcError("CONNECT_UNREACHABLE", "away");
    const answers = [() => Promise.resolve(["all"]), () => Promise.reject(away), () => Promise.resolve([])];
    const topics = () => answers.shift()?.() ?? Promise.resolve([]);
    const select = selectTopics(names, [], choice, { at: "end" }, { config: CONFIG, topics });
    expect(await select(ROUTED)).toEqual(["all"]);
    expect(await select(ROUTED)).toEqual(["all"]);
    expect(await select(ROUTED)).toEqual([]);
    const first = selectTopics(names, [], choice, { at: "end" }, { config: CONFIG, topics });
    expect(await catchCdcError(() => first(ROUTED))).toMatchObject({ code: "TOPIC_MISSING" });
  });
});

describe("what is to be read", () => {
  it.each([
    ["a table without a topic", ["orders", "nothing"], "TOPIC_MISSING"],
    ["an offset for several topics", [], "USAGE"],
  ])("is refused: %s", async (_what, tables, code) => {
    const from = { at: "offset", offsetOf: () => 1 } as const;
    const select = selectTopics(names, tables, chooseTopics(names, tables, new Set()), from, undefined);
    expect(await catchCdcError(() => select(PLAIN))).toMatchObject({ code });
  });
});
