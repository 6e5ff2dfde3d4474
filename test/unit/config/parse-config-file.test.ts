import { describe, expect, test } from "vitest";

import { parseConfigFile } from "../../../src/config/parse-config-file.js";
import { CdcError } from "../../../src/errors.js";

const parse = (text: string) => parseConfigFile(text, { name: "cdc-pipeline.yaml", folder: "/project" });
const problemsOf = (text: string) => parse(text).problems;
const valuesOf = (text: string) =>
  Object.fromEntries(parse(text).settings.map(({ path, value }) => [path, value]));

function refusalOf(text: string): CdcError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof CdcError) return error;
    throw error;
  }
  throw new Error("the file was accepted");
}

describe("the text of cdc-pipeline.yaml", () => {
  test("gives values at any level, with line and folder", () => {
    const { settings, problems } = parse("target: external\nlocal:\n  kafkaPort: 9192\n");
    expect(problems).toEqual([]);
    expect(settings).toMatchObject([
      { path: "target", value: "external", source: "cdc-pipeline.yaml:1", folder: "/project" },
      { path: "local.kafkaPort", value: 9192, source: "cdc-pipeline.yaml:3", folder: "/project" },
    ]);
    expect(settings[1]?.placeOf([])).toBe("cdc-pipeline.yaml:3:14 local.kafkaPort");
  });

  test("a part of a list is found at its own line and column", () => {
    const [databases] = parse("databases:\n  - name: a\n  - name: b\n").settings;
    expect(databases?.placeOf([1, "name"])).toBe("cdc-pipeline.yaml:3:11 databases[1].name");
    expect(databases?.placeOf([1, "schema"])).toBe("cdc-pipeline.yaml:3:5 databases[1].schema");
  });

  test.each([
    ["nothing", ""],
    ["white space", " \n\n"],
    ["comments", "# timeout: 5\n"],
    ["a document mark", "---\n"],
    ["a section whose keys are commented out", "local:\n  # kafkaPort: 9192\n"],
  ])("a file with only %s leaves all defaults", (_what, text) => {
    expect(parse(text)).toEqual({ settings: [], problems: [] });
  });

  test("Windows line ends change neither values nor positions", () => {
    const [port] = parse("# comment\r\nlocal:\r\n  kafkaPort: 9192\r\n").settings;
    expect(port).toMatchObject({ value: 9192, source: "cdc-pipeline.yaml:3" });
    expect(port?.placeOf([])).toBe("cdc-pipeline.yaml:3:14 local.kafkaPort");
  });

  test("names in any script are kept", () => {
    expect(valuesOf("databases: [{ name: заказы }, { name: 注文 }]")).toEqual({
      databases: [{ name: "заказы" }, { name: "注文" }],
    });
  });

  test("an unknown key at the top is reported at its place with the nearest key", () => {
    expect(problemsOf("a: 1\ntimeuot: 5\n")[1]).toBe(
      'cdc-pipeline.yaml:2:1 timeuot: unknown key, did you mean "timeout"?',
    );
  });

  test("an unknown key in a section is reported with the nearest key of that section", () => {
    expect(problemsOf("local:\n  kafkaprt: 9192\n")).toEqual([
      'cdc-pipeline.yaml:2:3 local.kafkaprt: unknown key, did you mean "kafkaPort"?',
    ]);
  });

  test("a key at the wrong level is reported with its whole path", () => {
    expect(problemsOf("kafkaHeapMb: 512")).toEqual([
      'cdc-pipeline.yaml:1:1 kafkaHeapMb: unknown key, did you mean "local.kafkaHeapMb"?',
    ]);
  });

  test("a key of the top that stands in a section is reported with the key that was meant", () => {
    expect(problemsOf("local:\n  timeout: 5\n")).toEqual([
      'cdc-pipeline.yaml:2:3 local.timeout: unknown key, did you mean "timeout"?',
    ]);
  });

  test("a dotted key is not taken for a nested one", () => {
    expect(parse("local.kafkaPort: 9192")).toEqual({
      settings: [],
      problems: [
        'cdc-pipeline.yaml:1:1 local.kafkaPort: unknown key; write "local.kafkaPort" as keys inside each other',
      ],
    });
  });

  test("an unknown key that is like no other gets the list of keys", () => {
    expect(problemsOf("connect:\n  colour: red\n")).toEqual([
      "cdc-pipeline.yaml:2:3 connect.colour: unknown key; known here: url, username, password, token, headers, caFile, certFile, keyFile, proxy",
    ]);
  });

  test.each([
    ["- a\n- b\n", "got a list"],
    ["just text\n", "got text"],
    ["42", "got text"],
  ])("a file that is not keys and values is refused: %j", (text, got) => {
    expect(problemsOf(text)).toEqual([`cdc-pipeline.yaml:1:1: expected keys and values, ${got}`]);
  });

  test("a section that is a list or text is refused", () => {
    expect(problemsOf("kafka: [a]\nlocal: fast\n")).toEqual([
      "cdc-pipeline.yaml:1:8 kafka: expected keys and values, got a list",
      "cdc-pipeline.yaml:2:8 local: expected keys and values, got text",
    ]);
  });

  test("a key that is written twice is reported at the second place", () => {
    expect(problemsOf("local:\n  kafkaPort: 1\n  kafkaPort: 2\n")).toEqual([
      "cdc-pipeline.yaml:3:3: the key is written twice",
    ]);
  });

  test("a tab as indentation is refused with line and column", () => {
    const { code, message } = refusalOf("local:\n\tkafkaPort: 9192\n");
    expect(code).toBe("CONFIG_UNREADABLE");
    expect(message).toMatch(/cdc-pipeline\.yaml:2:1: .*tabs/);
  });

  test("a quote that is not closed is refused with line and column", () => {
    const { code, message } = refusalOf('target: "local\n');
    expect(code).toBe("CONFIG_UNREADABLE");
    expect(message).toMatch(/cdc-pipeline\.yaml:\d+:\d+: a quote/);
  });

  test("a second document is refused", () => {
    expect(refusalOf("target: local\n---\ntarget: external\n").message).toContain("only one");
  });

  test.each([
    ["an alias", "debezium:\n  password: *hunter2\n"],
    ["a tag", "debezium:\n  password: !hunter2\n"],
    ["a reserved sign", "debezium:\n  password: '%ok'\n  user: @hunter2\n"],
    ["an unknown escape", 'debezium:\n  password: "\\hunter2"\n'],
    ["a quote in the middle", 'debezium:\n  password: "a"hunter2\n'],
    ["a colon in the middle", "debezium:\n  password: a: hunter2\n"],
  ])("a password that YAML takes for %s is not shown in the refusal", (_what, text) => {
    const { code, message, details } = refusalOf(text);
    expect(code).toBe("CONFIG_UNREADABLE");
    expect(message).toMatch(/cdc-pipeline\.yaml:[23]:\d+: /);
    expect(message + JSON.stringify(details)).not.toContain("unter2");
  });

  test.each([
    ["in a section", "debezium:\n  password:hunter2\n"],
    ["in braces", "debezium: {password:hunter2}\n"],
    ["at the top", "password:hunter2\n"],
  ])("a password behind a colon without a space %s is not shown", (_where, text) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain("hunter2");
  });
});
