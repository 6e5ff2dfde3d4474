import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { History } from "../../../src/observe/history.js";
import { paths, thinOut } from "../../../src/serve/page/chart.js";
import { renderFragment } from "../../../src/serve/page/render-fragment.js";
import { PAGE_POLICY, renderPage } from "../../../src/serve/page/render-page.js";
import { reasonsAgainst } from "../../../src/serve/readiness.js";
import { observation } from "../../support/observations.js";
import { parseXml } from "../../support/parse-xml.js";

const NOW = Date.parse(observation().time);
const served = (change: Parameters<typeof observation>[0] = {}) => ({
  ...{ observation: observation(change), everyMs: 5_000, canary: [] },
});
const fragment = (change: Parameters<typeof observation>[0] = {}) => {
  const history = new History();
  history.add(observation(change));
  return renderFragment(served(change), history, NOW);
};

describe("the page", () => {
  it("lets nothing run and nothing look but what it holds itself", () => {
    const page = renderPage(fragment(), 5_000);
    const inner = (tag: string) => new RegExp(`<${tag}>(.*?)</${tag}>`, "s").exec(page)?.[1] ?? "";
    for (const tag of ["style", "script"]) {
      const hash = createHash("sha256").update(inner(tag)).digest("base64");
      expect(PAGE_POLICY).toContain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(page.match(/<script|<style/g)).toHaveLength(2);
    expect(page).not.toMatch(/ style=|https?:|\son\w+=/);
  });

  it("has a script that is one", () => {
    const [, script = ""] = /<script>(.*?)<\/script>/s.exec(renderPage(fragment(), 5_000)) ?? [];
    // Only read, not run.
    expect(() => new Function(`return async () => {${script}}`)).not.toThrow();
  });

  it("is well-formed whatever servers say, and escapes it", () => {
    const evil = `<img src=x onerror=alert(1)>&"'\u0000`;
    const [database] = observation().databases;
    if (database === undefined) throw new Error("no database");
    const change = {
      databases: [{ ...database, name: evil, reason: evil, state: evil }],
      connectors: [{ name: evil, state: evil, tasks: [evil], reason: evil }],
      problems: [{ severity: "error", about: "connector", database: evil, what: evil, next: evil } as const],
      unknown: { events: evil },
    };
    const { text } = fragment(change);
    expect(text).not.toContain("<img");
    expect(() => parseXml(`<main>${text}</main>`)).not.toThrow();
  });

  it("says that it looks before there is anything to show", () => {
    const { text } = renderFragment({ everyMs: 5_000, canary: [] }, new History(), NOW);
    expect(text).toContain("Looking …");
  });
});

describe("a chart", () => {
  const range = { fromMs: 0, toMs: 300, most: 10 };

  it("is a line from the bottom up, and the area below it", () => {
    const points = [
      { atMs: 0, value: 0 },
      { atMs: 300, value: 10 },
    ];
    expect(paths(points, range)).toEqual(["M0 63L300 2", "M0 63L300 2L300 64L0 64Z"]);
  });

  it("has a gap where a value is not known", () => {
    const points = [0, null, 10].map((value, index) => ({ atMs: index * 150, value }));
    expect(paths(points, range)[0]).toBe("M0 63M300 2");
  });

  it("keeps its peaks when there is too much to show", () => {
    const points = Array.from({ length: 700 }, (_, index) => ({
      atMs: index,
      value: index === 333 ? 99 : 1,
    }));
    const shown = thinOut(points);
    expect(shown.length).toBeLessThanOrEqual(150);
    expect(Math.max(...shown.map(({ value }) => value ?? 0))).toBe(99);
    expect(shown.at(-1)?.atMs).toBe(699);
  });
});

describe("readiness", () => {
  it("is given right after a look that found no error", () => {
    const warning = { severity: "warning", about: "slot", database: null, what: "w", next: null } as const;
    expect(reasonsAgainst(served({ problems: [warning] }), NOW)).toEqual([]);
  });

  it("is lost where something is wrong, the look is old, or a probe does not come", () => {
    const error = {
      severity: "error",
      about: "connector",
      database: "shop",
      what: "failed",
      next: null,
    } as const;
    expect(reasonsAgainst(served({ problems: [error] }), NOW)).toEqual(["shop: failed"]);
    expect(reasonsAgainst({ ...served(), failure: "no answer" }, NOW + 30_000)).toEqual([
      "the last look is 30 s old: no answer",
    ]);
    const stalled = {
      time: "",
      database: "shop",
      state: "stalled",
      reason: "no event",
      latencyMs: null,
    } as const;
    const rest = { split: null, lagBytes: null, stalledMs: 1, code: null, hint: null };
    expect(reasonsAgainst({ ...served(), canary: [{ ...stalled, ...rest }] }, NOW)).toEqual([
      "shop: capture stalls: no event",
    ]);
  });

  it("is not given before the first look", () => {
    expect(reasonsAgainst({ everyMs: 5_000, canary: [] }, NOW)).toEqual([
      "the servers were not looked at yet",
    ]);
  });
});
