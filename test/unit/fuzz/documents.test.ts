import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type * as z from "zod";

import * as answers from "../../../src/clients/connect/answers.js";
import { parseExactly } from "../../../src/clients/parse-exactly.js";
import { checkSetting } from "../../../src/config/check-setting.js";
import { parseConfigFile } from "../../../src/config/parse-config-file.js";
import { SETTINGS } from "../../../src/config/setting-list.js";
import { parseConnectorFile } from "../../../src/connectors/files/parse-connector-file.js";
import { parseOffsets } from "../../../src/connectors/offsets/parse-offsets.js";
import { CdcError } from "../../../src/errors.js";
import { decodeEvent } from "../../../src/events/decode-event.js";
import { html } from "../../../src/reports/html/markup.js";
import { renderPage } from "../../../src/reports/html/page.js";
import { renderJunit } from "../../../src/reports/render-junit.js";
import { renderConnector } from "../../../src/stages/register/render-connector.js";
import { parseState } from "../../../src/targets/local/parse-state.js";
import { renderEvent } from "../../../src/ui/render-event.js";
import { FUZZ, runsOf, SEED, texts } from "../../support/fuzz.js";
import { parseXml, type XmlElement } from "../../support/parse-xml.js";

/** Runs what may refuse: with a code, and with a hint or a list of what is wrong. */
function orRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CdcError)) throw error;
    expect(error.message).not.toBe("");
    return undefined;
  }
}

/** A text that is as it should be, cut off, or with something put into it. */
const damaged = (text: Arbitrary<string>): Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: text },
    {
      weight: 2,
      arbitrary: fc
        .tuple(text, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([whole, part]) => whole.slice(0, Math.floor(whole.length * part))),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(text, texts, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([whole, foreign, part]) => {
          const at = Math.floor(whole.length * part);
          return whole.slice(0, at) + foreign + whole.slice(at);
        }),
    },
    { weight: 1, arbitrary: texts },
  );

const NUMBERS = [
  "0",
  "-0",
  "1e999",
  "9007199254740993",
  "-9223372036854775808",
  "0.1",
  "1E5",
  "007",
  "NaN",
  "0x1f",
  "1_000",
  ".5",
];
const scalars = fc.oneof(
  texts,
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 2 ** 60, ""),
  fc.integer(),
);
const keys = (...known: readonly string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, texts);
const nested = (key: Arbitrary<string>): Arbitrary<unknown> =>
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      scalars,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 5 }),
    ),
  })).value;

/** JSON with numbers as nobody writes them. */
const jsonOf = (key: Arbitrary<string>): Arbitrary<string> =>
  fc
    .tuple(nested(key), fc.constantFrom(...NUMBERS.slice(0, 7)))
    .map(([value, number]) => JSON.stringify(value).replace(/\b7\b|1\.5|-1/g, number));

const EVENT_KEYS = [
  "op",
  "before",
  "after",
  "source",
  "schema",
  "payload",
  "ts_ms",
  "table",
  "message",
  "status",
  "data_collections",
  "__deleted",
  "serverName",
  "id",
];
const CONNECTOR_KEYS = [
  "name",
  "config",
  "connector.class",
  "tasks.max",
  "initial_state",
  "kind",
  "apiVersion",
  "metadata",
  "spec",
  "class",
  "state",
];
const STATE_KEYS = [
  "version",
  "clusterId",
  "controllerPort",
  "servers",
  "postgres",
  "kafka",
  "process",
  "pid",
  "startedAt",
  "port",
  "requestedPort",
  "fingerprint",
];
const ANSWER_KEYS = [
  "name",
  "state",
  "worker_id",
  "tasks",
  "connector",
  "type",
  "info",
  "config",
  "status",
  "offsets",
  "partition",
  "offset",
  "topics",
  "configs",
  "value",
  "errors",
  "class",
  "version",
  "message",
];

describe(`documents of every kind are understood or refused with a code (seed ${SEED})`, FUZZ, () => {
  it("JSON is read as JavaScript reads it, but for whole numbers that it would round", () => {
    fc.assert(
      fc.property(damaged(jsonOf(texts)), (json) => {
        const found = parseExactly(json);
        let wanted: unknown;
        try {
          wanted = JSON.parse(json);
        } catch {
          expect(found).toBe(json);
          return;
        }
        const asNumbers = (value: unknown, like: unknown): unknown => {
          if (typeof value === "string" && typeof like === "number") return Number(value);
          if (Array.isArray(value) && Array.isArray(like))
            return value.map((item, index) => asNumbers(item, like[index]));
          if (typeof value !== "object" || value === null) return value;
          return Object.fromEntries(
            Object.entries(value).map(([key, inner]) => [
              key,
              asNumbers(inner, Object.entries(like as object).find(([name]) => name === key)?.[1]),
            ]),
          );
        };
        expect(asNumbers(found, wanted)).toEqual(wanted);
      }),
      runsOf("json", 0.25),
    );
  });

  it("events: decoded, and shown to a person without what steers a terminal", () => {
    const record = (key: string | null, value: string | null) => ({
      topic: "debezium.shop.public.products",
      partition: 0,
      offset: 1,
      timestampMs: 1,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      seenAtMs: 0,
    });
    const json = damaged(jsonOf(keys(...EVENT_KEYS)));
    fc.assert(
      fc.property(fc.option(json), fc.option(json), (key, value) => {
        const event = decodeEvent(record(key, value), "debezium.shop");
        const shown = renderEvent(event, { color: false });
        expect(shown).not.toMatch(/[^\P{Cc}\n\t]/u);
      }),
      runsOf("json", 0.25),
    );
  });

  it("connectors, templates, offsets and states in files", () => {
    fc.assert(
      fc.property(damaged(jsonOf(keys(...CONNECTOR_KEYS))), (text) => {
        for (const name of ["shop.json", "shop.yaml", "stdin"]) {
          const { entries, problems } = parseConnectorFile({ name, text, folder: "/", baseName: "shop" });
          if (entries.length + problems.length === 0) throw new Error("neither connectors nor problems");
          for (const problem of problems) expect(problem).not.toMatch(/[^\P{Cc}\n]/u);
        }
        orRefused(() => renderConnector(text, { "database.name": "shop" }, "template.json"));
      }),
      runsOf("json", 0.2),
    );
    fc.assert(
      fc.property(damaged(jsonOf(keys("offsets", "connectors", "name", "partition", "offset"))), (text) => {
        orRefused(() => parseOffsets(text, "shop", "file"));
      }),
      runsOf("json", 0.1),
    );
    fc.assert(
      fc.property(damaged(jsonOf(keys(...STATE_KEYS))), (text) => {
        const state = parseState(text);
        for (const server of Object.values(state?.servers ?? {}))
          expect(server.process.pid).toBeGreaterThan(1);
      }),
      runsOf("json", 0.1),
    );
  });

  it("answers of Kafka Connect: taken or refused, never half of one", () => {
    const shapes: readonly z.ZodType[] = Object.values(answers);
    fc.assert(
      fc.property(nested(keys(...ANSWER_KEYS)), (answer) => {
        for (const shape of shapes) shape.safeParse(answer);
      }),
      runsOf("json", 0.1),
    );
  });

  it("configuration files: each key is a setting or a problem with its place, and no value is quoted by a syntax error", async () => {
    const paths = SETTINGS.map(({ path }) => path.split(".")).flat();
    const yaml = damaged(
      fc
        .tuple(
          nested(keys(...paths, "<<", "*a", "&a x", "? a")),
          fc.constantFrom(...NUMBERS, ...YAML_PIECES),
          fc.boolean(),
        )
        .map(([value, piece, isFlow]) =>
          stringify(value, { collectionStyle: isFlow ? "flow" : "any" }).replace(
            /\b0\b|-1|null|true/g,
            () => piece,
          ),
        ),
    );
    await fc.assert(
      fc.asyncProperty(yaml, async (text) => {
        const layer = orRefused(() => parseConfigFile(text, { name: "c.yaml", folder: "/" }));
        for (const raw of layer?.settings ?? []) {
          const { problems } = await checkSetting(raw, {});
          for (const problem of problems) expect(problem).toMatch(/^c\.yaml:\d+:\d+ /);
        }
        for (const problem of layer?.problems ?? []) expect(problem).toMatch(/^c\.yaml:\d+:\d+:? /);
      }),
      runsOf("yaml"),
    );
  });

  it("reports are well-formed XML with the texts in them, whatever they hold", () => {
    const cases = fc.record({ className: texts, name: texts, type: texts, message: texts, text: texts });
    fc.assert(
      fc.property(texts, fc.array(cases, { minLength: 1, maxLength: 3 }), (suite, all) => {
        const root = parseXml(
          renderJunit("doctor", [
            {
              name: suite,
              cases: all.map(({ className, name, ...failure }) => ({
                className,
                name,
                outcome: { kind: "failed", ...failure },
              })),
            },
          ]),
        );
        const found = within(root).filter(({ name }) => name === "testcase");
        expect(found.map(({ attributes }) => plain(attributes.name ?? ""))).toEqual(
          all.map(({ name }) => plain(name)),
        );
      }),
      runsOf("markup", 0.5),
    );
    fc.assert(
      fc.property(texts, texts, (title, text) => {
        const page = renderPage(title, html`<main title="${text}"><p>${text}</p></main>`);
        const root = parseXml(page.replace("<!doctype", "<!DOCTYPE"));
        const names = within(root).map(({ name }) => name);
        expect(names.filter((name) => !/^(html|head|meta|title|style|body|main|p)$/.test(name))).toEqual([]);
        expect(names.filter((name) => name === "p")).toHaveLength(1);
      }),
      runsOf("markup", 0.5),
    );
  });
});

const YAML_PIECES = [
  "!!binary x",
  "!!js/function x",
  "!x y",
  "*a",
  "&a",
  "<<: *a",
  "|",
  ">",
  "\t- x",
  "%YAML 1.1",
  "---",
  "...",
  "'",
  '"\\x"',
  "${env:HOME}",
  "~",
  "2001-01-01",
];

/** What an attribute keeps of a text: control characters and halves of pairs become one sign, blanks are blanks. */
const plain = (text: string): string =>
  text.replace(/[^\P{Cc}\t\n\r]|\p{Surrogate}|[\ufffe\uffff]/gu, "\ufffd").replace(/[\t\n\r]+/g, " ");

const within = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(within)];
