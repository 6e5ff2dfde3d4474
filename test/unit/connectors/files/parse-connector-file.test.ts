import { describe, expect, it } from "vitest";

import { parseConnectorFile } from "../../../../src/connectors/files/parse-connector-file.js";

const parse = (text: string, name = "shop.json") => {
  const baseName = name.replace(/\.\w+$/, "");
  return parseConnectorFile({ name, text, folder: "/folder", baseName });
};
const parsed = (text: string, name?: string) => {
  const { entries, problems } = parse(text, name);
  expect(problems).toEqual([]);
  return entries.map((entry) => ({ name: entry.name, config: entry.config, state: entry.initialState }));
};
const problems = (text: string, name?: string) => {
  const found = parse(text, name);
  expect(found.problems.length).toBeGreaterThan(0);
  return found.problems;
};

const CONFIG = { "connector.class": "C", a: "1" };

describe("the shapes of a connector's file", () => {
  it.each([
    ["a flat map with a name", { name: "x", ...CONFIG }, "x"],
    ["a flat map without one, called as its file is", CONFIG, "shop"],
    ["what is posted to Kafka Connect", { name: "x", config: CONFIG }, "x"],
    [
      "what Kafka Connect answers",
      { name: "x", config: { name: "x", ...CONFIG }, tasks: [], type: "source" },
      "x",
    ],
    ["what is posted, with the name inside alone", { config: { name: "x", ...CONFIG } }, "x"],
  ])("are %s", (_what, content, name) => {
    expect(parsed(JSON.stringify(content))).toEqual([{ name, config: CONFIG, state: undefined }]);
  });

  it("are lists of these, and documents of YAML", () => {
    const list = JSON.stringify([
      { name: "x", ...CONFIG },
      { name: "y", config: CONFIG },
    ]);
    expect(parsed(list).map(({ name }) => name)).toEqual(["x", "y"]);
    const yaml = "---\nname: x\nconnector.class: C\n---\n- {name: y, config: {connector.class: C}}\n---\n";
    expect(parsed(yaml, "shop.yaml").map(({ name }) => name)).toEqual(["x", "y"]);
  });

  it("are resources of Strimzi, with their state", () => {
    const yaml = `
apiVersion: kafka.strimzi.io/v1beta2
kind: KafkaConnector
metadata: {name: x, labels: {strimzi.io/cluster: c}}
spec: {class: C, tasksMax: 3, state: paused, autoRestart: {enabled: true}, config: {a: 1}}`;
    expect(parsed(yaml, "x.yml")).toEqual([
      { name: "x", config: { "connector.class": "C", "tasks.max": "3", a: "1" }, state: "PAUSED" },
    ]);
  });

  it("have an initial state", () => {
    const content = { name: "x", initial_state: "STOPPED", config: CONFIG };
    expect(parsed(JSON.stringify(content))[0]?.state).toBe("STOPPED");
    expect(problems(JSON.stringify({ ...content, initial_state: "ASLEEP" }))).toEqual([
      "shop.json:1:29: the state is RUNNING, PAUSED or STOPPED",
    ]);
  });

  it("have text of numbers with the digits as written, and of true and false", () => {
    const text = '{"connector.class": "C", "a": 12345678901234567890, "b": 1.0, "c": false, "d": 1e3}';
    expect(parsed(text)[0]?.config).toMatchObject({
      a: "12345678901234567890",
      b: "1.0",
      c: "false",
      d: "1e3",
    });
  });

  it("lose the mark, which is not a file's to give", () => {
    expect(parsed(JSON.stringify({ ...CONFIG, "cdc.pipeline.managed": "true" }))[0]?.config).toEqual(CONFIG);
  });
});

describe("a file that is wrong", () => {
  it.each([
    [
      '{"a": 1,}',
      'shop.json:1:9: not JSON: expected a key in double quotes, or, without a comma before it, "}"',
    ],
    ['{"a" 1}', 'shop.json:1:6: not JSON: expected ":" after the key'],
    ['{\n  "a": 1\n  "b": 2\n}', 'shop.json:3:3: not JSON: expected "," before what follows'],
    [
      '{"a": nul}',
      "shop.json:1:7: not JSON: text must be in double quotes; only numbers, true, false and null are without",
    ],
    ['{"a": 1', 'shop.json:1:8: not JSON: expected "," or "}"'],
    [
      '{"a": "x\ny"}',
      'shop.json:1:7: not JSON: the text has no closing double quote on its line; a line break is written "\\n"',
    ],
    ["{} {}", "shop.json:1:4: not JSON: expected the end: one JSON value is a file, several go into a list"],
    ["// no\n{}", "shop.json:1:1: not JSON: JSON has no comments; YAML has"],
  ])("as JSON: %j", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it.each([
    [
      "null",
      '{"connector.class": "C", "a": null}',
      'shop.json:1:26 a: has no value (null); leave the key out, or write ""',
    ],
    [
      "keys and values",
      '{"connector.class": "C", "a": {}}',
      "shop.json:1:26 a: holds keys and values; Kafka Connect takes text",
    ],
    [
      "a list",
      '{"connector.class": "C", "a": [1]}',
      'shop.json:1:26 a: holds a list; Kafka Connect takes text: "a,b"',
    ],
    ["a key twice", '{"a": "1", "a": "2"}', "shop.json:1:12: the key is written twice"],
    ["no class", '{"name": "x", "a": "1"}', "shop.json:1:1: connector.class is missing"],
    [
      "two names",
      '{"name": "x", "config": {"name": "y", "connector.class": "C"}}',
      'shop.json:1:26 name: "y" differs from the connector\'s name, "x"',
    ],
    [
      "an unknown key beside the configuration",
      '{"name": "x", "initialState": "STOPPED", "config": {"connector.class": "C"}}',
      "shop.json:1:15 initialState: unknown key; did you mean initial_state?",
    ],
    [
      "no connector",
      '["x"]',
      "shop.json:1:2: expected a connector with its keys and values, got a single value",
    ],
    ["nothing", " \n", "shop.json: the file is empty"],
    [
      "a mask",
      '{"connector.class": "C", "database.password": "********"}',
      "shop.json:1:26 database.password: holds what stands in the place of a secret, not the secret",
    ],
  ])("for it holds %s", (_what, text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("as YAML is told with the place, and no value is quoted", () => {
    const found = problems("name: x\nconnector.class: C\n  password: s3cret: x\n", "a.yaml");
    expect(found[0]).toMatch(/^a\.yaml:\d+:\d+: /);
    expect(found.join()).not.toContain("s3cret");
    expect(problems("a: &x 1\nb: *x\n", "a.yaml")[0]).toBe("a.yaml:2:4: aliases (*name) are not supported");
    expect(problems("kind: Deployment\napiVersion: apps/v1\n", "a.yaml")).toContain(
      "a.yaml:1:7: of Kubernetes, only a KafkaConnector with metadata and spec is a connector",
    );
  });

  it("tells all that is wrong at once", () => {
    const text = '[{"name": "x", "connector.class": "C", "a": null}, {"connector.class": "C"}]';
    expect(problems(text)).toEqual([
      'shop.json:1:40 a: has no value (null); leave the key out, or write ""',
      "shop.json:1:52: the connector has no name",
    ]);
  });
});
