import { describe, expect, it } from "vitest";

import { STAGES } from "../../../src/progress.js";
import type { Proof } from "../../../src/stages/verify/proof.js";
import type { DatabaseDocument } from "../../../src/ui/documents.js";
import { type Evidence, renderEvidence } from "../../../src/ui/render-evidence.js";

const endpoints = {
  postgres: { host: "127.0.0.1", port: 5433, adminUser: "admin" },
  kafka: ["127.0.0.1:9092", "127.0.0.1:9093"],
  connect: "http://127.0.0.1:8083",
};
const shop: DatabaseDocument = {
  name: "shop",
  connector: "shop-connector",
  slot: "debezium_shop_slot",
  publication: "debezium_publication",
  topicPrefix: "debezium.shop",
};
const event: Proof = {
  topic: "debezium.shop.cdc_pipeline.probe",
  partition: 0,
  offset: 7,
  op: "c",
  latencyMs: 41.5,
  table: "cdc_pipeline.probe",
  how: "events",
  events: [
    { op: "c", partition: 0, offset: 7, before: "nothing" },
    { op: "d", partition: 0, offset: 8, before: "key" },
  ],
  split: { commitToDebeziumMs: 20, debeziumToKafkaMs: null, kafkaToHereMs: 9.5 },
  notes: ["a note\u001b[31m"],
};

const render = (evidence: Partial<Evidence>) =>
  renderEvidence({
    asCalled: String,
    stages: STAGES,
    endpoints,
    databases: [shop],
    ...evidence,
  });

describe("the evidence of a whole run", () => {
  it("is what was proved, how to get in, where the servers are and what to do next", () => {
    const text = render({
      databases: [{ ...shop, event }],
      shownPassword: "password123",
      logsDir: ".cdc-pipeline/logs",
      next: [
        { own: "logs connect", what: "what Debezium says" },
        { own: "down", what: "stop the servers; the data stays" },
      ],
    });
    expect(text.split("\n\n").map((block) => block.split("\n"))).toEqual([
      [
        "shop: proved. A committed row came out of Kafka as a change event.",
        "  connector    shop-connector",
        "  slot         debezium_shop_slot",
        "  publication  debezium_publication",
        "  topics       debezium.shop.*",
        "  event        debezium.shop.cdc_pipeline.probe, partition 0, offset 7, op c",
        "  proved       insert and delete of a row of cdc_pipeline.probe",
        "  latency      41.5 ms from the row's commit to its event's arrival here",
        "  of it        commit -> Debezium 20 ms -> Kafka ? -> here 9.5 ms",
        "  note         a note",
        "  psql         psql -h 127.0.0.1 -p 5433 -U admin -d shop   (password: password123)",
      ],
      [
        "servers",
        "  PostgreSQL     127.0.0.1:5433",
        "  Kafka          127.0.0.1:9092, 127.0.0.1:9093",
        "  Kafka Connect  http://127.0.0.1:8083",
        "  logs           .cdc-pipeline/logs",
      ],
      [
        "next:",
        expect.stringMatching(/^ {2}cdc-pipeline status /),
        expect.stringMatching(/^ {2}cdc-pipeline events --from beginning --max 5 shop /),
        expect.stringMatching(/^ {2}cdc-pipeline events shop /),
        expect.stringMatching(/^ {2}cdc-pipeline logs connect /),
        expect.stringMatching(/^ {2}cdc-pipeline down /),
      ],
    ]);
  });

  it("proposes commands the way the program was called", () => {
    const next = [{ own: "down", what: "stop the servers" }];
    expect(render({ asCalled: (text) => `npx ${text}`, next })).toContain("\n  npx cdc-pipeline down ");
  });

  it("tells what else the target says of its servers, and the commands of other programs as they are", () => {
    const text = render({
      reach: [["project", "shop-demo"]],
      next: [{ shell: "docker compose ps", what: "the containers" }],
    });
    expect(text).toContain("\n  Kafka Connect  http://127.0.0.1:8083\n  project        shop-demo\n");
    expect(text).toMatch(/^ {2}docker compose ps +the containers$/m);
  });

  it("does not say `proved` where nothing was proved", () => {
    expect(render({ stages: ["register"] })).not.toContain("proved");
  });

  it("shows no password unless it is given", () => {
    expect(render({})).not.toContain("password");
  });

  it("says so where nothing but the presence is proved", () => {
    const split = { commitToDebeziumMs: null, debeziumToKafkaMs: null, kafkaToHereMs: null };
    const present: Proof = { ...event, op: null, how: "presence", events: [], split, notes: [] };
    const text = render({ databases: [{ ...shop, event: present }] });
    expect(text).toContain("shop: proved, presence only.");
    expect(text).toContain("partition 0, offset 7, not decoded");
    expect(text).toContain("only the presence of a row of cdc_pipeline.probe");
    expect(text).not.toContain("of it");
  });

  it("tells how latencies are distributed", () => {
    const samples = { count: 9, minMs: 1, medianMs: 2, p95Ms: 3, p99Ms: 4, maxMs: 5 };
    const text = render({ databases: [{ ...shop, event: { ...event, samples } }] });
    expect(text).toMatch(/9 probes +min 1, median 2, p95 3, p99 4, max 5 ms/);
  });

  it("has a block for each database", () => {
    const orders = { ...shop, name: "orders", connector: "orders-connector" };
    const headlines = render({
      databases: [
        { ...shop, event },
        { ...orders, event },
      ],
    })
      .split("\n\n")
      .map((block) => block.split("\n")[0]);
    expect(headlines.slice(0, 3)).toEqual([
      expect.stringMatching(/^shop: proved/),
      expect.stringMatching(/^orders: proved/),
      "servers",
    ]);
  });

  it.each([
    ["with a space", "my shop", "-d 'my shop'"],
    ["with a quote", "bob's", `-d 'bob'\\''s'`],
    ["that a shell would run", "$(reboot)", "-d '$(reboot)'"],
    ["with a dash and a dot", "shop-1.2", "-d shop-1.2"],
  ])("names a database %s as a shell takes it", (_what, name, words) => {
    expect(render({ databases: [{ ...shop, name }] })).toContain(words);
  });
});

describe("the way into a database", () => {
  it.each([
    ["a user with a space", { adminUser: "my admin" }, "-U 'my admin'"],
    ["a user that a shell would run", { adminUser: "$(id)" }, "-U '$(id)'"],
    ["a user with an @", { adminUser: "admin@shop" }, "-U admin@shop"],
    ["a host that is an address", { host: "::1" }, "-h ::1"],
    ["a host that is a folder", { host: "/var/run/my sockets" }, "-h '/var/run/my sockets'"],
  ])("is written as a shell takes it for %s", (_what, postgres, words) => {
    const text = render({ endpoints: { ...endpoints, postgres: { ...endpoints.postgres, ...postgres } } });
    expect(text).toContain(` ${words} `);
  });
});

describe("what to do next", () => {
  it.each([
    [["deploy"], "cdc-pipeline up mykart", []],
    [["prepare"], "cdc-pipeline register shop", [shop]],
    [["register"], "cdc-pipeline verify shop", [shop]],
  ] as const)("after %j is %s", (stages, command, databases) => {
    expect(render({ stages, databases })).toContain(`next:\n  ${command}`);
  });

  it.each([
    ["prepare", "register"],
    ["register", "verify"],
  ] as const)("after `%s` is for each of several databases", (stage, next) => {
    const databases = ["shop", "my orders", "users"].map((name) => ({ ...shop, name }));
    expect(render({ stages: [stage], databases })).toContain(
      `next:\n  cdc-pipeline ${next} shop 'my orders' users`,
    );
  });

  it("names a database that begins with a dash behind `--`", () => {
    const databases = ["shop", "-odd"].map((name) => ({ ...shop, name }));
    expect(render({ stages: ["prepare"], databases })).toContain("cdc-pipeline register -- shop -odd");
  });

  it("is nothing after `verify` alone", () => {
    expect(render({ stages: ["verify"], databases: [{ ...shop, event }] })).not.toContain("next:");
  });

  it("does not offer logs or a stop of servers whose target says nothing of them", () => {
    const text = render({});
    expect(text).toContain("cdc-pipeline status");
    expect(text).not.toMatch(/cdc-pipeline (logs|down)/);
  });
});
