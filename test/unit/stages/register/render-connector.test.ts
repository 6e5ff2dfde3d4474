import { describe, expect, it } from "vitest";

import { renderConnector } from "../../../../src/stages/register/render-connector.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const VALUES = { "postgres.host": "db.test", "postgres.port": "5433", "debezium.password": "pa$$&word" };

const render = (template: unknown) =>
  renderConnector(typeof template === "string" ? template : JSON.stringify(template), VALUES, "own.json");
const refusal = (template: unknown) => catchCdcError(() => render(template));

describe("a connector's template", () => {
  it("gets its placeholders filled, alone, within a text and several in one", () => {
    const rendered = render({
      "database.hostname": "${postgres.host}",
      url: "jdbc:postgresql://${postgres.host}:${postgres.port}/x",
    });
    expect(rendered).toMatchObject({
      "database.hostname": "db.test",
      url: "jdbc:postgresql://db.test:5433/x",
    });
  });

  it("takes a value as it is, with signs that mean something to a replacement", () => {
    expect(render({ "database.password": "${debezium.password}" })).toMatchObject({
      "database.password": "pa$$&word",
    });
  });

  it("does not look for placeholders in what it has filled in", () => {
    const rendered = renderConnector('{"a":"${name}"}', { name: "${other}", other: "x" }, "own.json");
    expect(rendered.a).toBe("${other}");
  });

  it("keeps the references of Kafka Connect's own providers", () => {
    const reference = "${file:/etc/secrets.properties:password}";
    expect(render({ "database.password": reference })["database.password"]).toBe(reference);
  });

  it("makes text of numbers and of true and false, as Kafka Connect wants it", () => {
    expect(render({ "tasks.max": 1, "tombstones.on.delete": false })).toMatchObject({
      "tasks.max": "1",
      "tombstones.on.delete": "false",
    });
  });

  it("gets the mark by which the program knows its own, even where the template denies it", () => {
    expect(render({})).toEqual({ "cdc.pipeline.managed": "true" });
    expect(render({ "cdc.pipeline.managed": "false" })).toEqual({ "cdc.pipeline.managed": "true" });
  });
});

describe("a connector for some schemas", () => {
  const filterOf = (schemas: readonly string[], template: Readonly<Record<string, string>> = {}) =>
    renderConnector(JSON.stringify(template), VALUES, "own.json", schemas)["schema.include.list"];

  it("captures these and the program's own, as patterns that match nothing else", () => {
    expect(filterOf(["sales", "a.b", "x$", "c,d"])).toBe(String.raw`sales,a\.b,x\$,c\x2Cd,cdc_pipeline`);
  });

  it("captures all where none are named", () => {
    expect(filterOf([])).toBeUndefined();
  });

  it("leaves a template's own choice alone", () => {
    expect(filterOf(["sales"], { "schema.include.list": "hr" })).toBe("hr");
    expect(filterOf(["sales"], { "schema.exclude.list": "hr" })).toBeUndefined();
  });
});

describe("a template that is wrong", () => {
  it("is refused with the unknown placeholder and the known ones", async () => {
    const error = await refusal({ "database.hostname": "${postgres.hots}" });
    expect(error.code).toBe("TEMPLATE_INVALID");
    expect(error.message).toBe("own.json: database.hostname has the unknown placeholder ${postgres.hots}");
    expect(error.hint).toContain("postgres.host");
    expect(JSON.stringify(error)).not.toContain("pa$$");
  });

  it.each([
    ["is empty", "${}"],
    ["differs in capitals", "${POSTGRES.HOST}"],
    ["has spaces", "${ postgres.host }"],
    ["is called as something that every object has", "${constructor}"],
  ])("is refused when a placeholder %s", async (_what, placeholder) => {
    expect((await refusal({ key: placeholder })).message).toContain(`unknown placeholder ${placeholder}`);
  });

  it.each([
    ["is not JSON", "{ nothing", "own.json is not JSON"],
    ["is a list", [], "own.json must hold one JSON object"],
    ["is null", "null", "own.json must hold one JSON object"],
    ["is a text", '"text"', "own.json must hold one JSON object"],
    ["has a list as a value", { topics: ["a"] }, "topics must be text, a number or true/false"],
    ["has null as a value", { topics: null }, "topics must be text, a number or true/false"],
    [
      "has the shape of a POST request",
      { name: "x", config: {} },
      "config must be text, a number or true/false",
    ],
  ])("is refused when it %s", async (_what, template, message) => {
    const error = await refusal(template);
    expect(error.code).toBe("TEMPLATE_INVALID");
    expect(error.message).toContain(message);
  });
});
