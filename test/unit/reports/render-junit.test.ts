import { describe, expect, it } from "vitest";

import { type JunitCase, type JunitOutcome, renderJunit } from "../../../src/reports/render-junit.js";
import { parseXml } from "../../support/parse-xml.js";

const caseOf = (name: string, outcome: JunitOutcome): JunitCase => ({ className: "shop", name, outcome });
const passed = caseOf("A", { kind: "passed" });
const told = caseOf("B", { kind: "passed", output: "warning: late" });
const failed = caseOf("C public.t", { kind: "failed", type: "C", message: "seen", text: "seen\nwhy\nfix" });
const skipped = caseOf("D", { kind: "skipped", message: "Kafka is away" });

describe("a JUnit report", () => {
  it("has suites of cases with their outcomes and counts", () => {
    const root = parseXml(
      renderJunit("cdc-pipeline doctor", [
        { name: "servers", cases: [passed] },
        { name: "shop", cases: [told, failed, skipped] },
      ]),
    );
    expect(root).toMatchObject({
      name: "testsuites",
      attributes: { name: "cdc-pipeline doctor", tests: "4", failures: "1", errors: "0", skipped: "1" },
    });
    expect(root.children.map(({ name, attributes }) => [name, attributes])).toEqual([
      ["testsuite", { name: "servers", tests: "1", failures: "0", errors: "0", skipped: "0" }],
      ["testsuite", { name: "shop", tests: "3", failures: "1", errors: "0", skipped: "1" }],
    ]);
    const cases = root.children.flatMap(({ children }) => children);
    expect(cases.map(({ name, attributes }) => [name, attributes.classname, attributes.name])).toEqual([
      ["testcase", "shop", "A"],
      ["testcase", "shop", "B"],
      ["testcase", "shop", "C public.t"],
      ["testcase", "shop", "D"],
    ]);
    const inner = cases.map(({ children }) =>
      children.map(({ name, attributes, text }) => [name, attributes, text]),
    );
    expect(inner).toEqual([
      [],
      [["system-out", {}, "warning: late"]],
      [["failure", { type: "C", message: "seen" }, "seen\nwhy\nfix"]],
      [["skipped", { message: "Kafka is away" }, ""]],
    ]);
  });

  it.each([
    `<a href="x">'&amp;'</a>`,
    "]]> <![CDATA[ <!-- -->",
    "\u0000\u0001\u0008\u000b\u001b[31mred\ufffe\uffff",
    "half a pair \ud83d, \udc00",
    'a quote before it "\udc00',
    "🎉 日本語 Größe",
  ])("is XML whatever the texts hold: %j", (text) => {
    const cases = (["passed", "failed", "skipped"] as const).map((kind) => {
      const outcome = {
        passed: { kind, output: text },
        failed: { kind, type: text, message: text, text },
        skipped: { kind, message: text },
      }[kind];
      return { className: text, name: text, outcome: outcome as JunitOutcome };
    });
    const root = parseXml(renderJunit(text, [{ name: text, cases }]));
    expect(root.children[0]?.children).toHaveLength(3);
    const plain = /^[^\p{Cc}\p{Cs}\ufffe\uffff]*$/u.test(text);
    if (plain) expect(root.children[0]?.children[0]?.children[0]?.text).toBe(text);
    else expect(root.attributes.name).not.toBe("");
  });
});
