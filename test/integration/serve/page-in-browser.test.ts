import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { History } from "../../../src/observe/history.js";
import type { Observation } from "../../../src/observe/observation.js";
import { type HttpServer, startHttpServer } from "../../../src/serve/http-server.js";
import { answerFor } from "../../../src/serve/routes.js";
import { noChromium, openInChromium } from "../../support/chromium.js";
import { observation } from "../../support/observations.js";

const EVIL = `<img src=x onerror="console.error('run')"><script>console.error('run')</script>`;
const failed = { severity: "error", about: "connector", database: "mykart", what: EVIL, next: null } as const;

let server: HttpServer;
let history: History;
let asked: string[];
/** What is seen at each look, the last one from then on. */
let looks: Observation[];
beforeEach(async () => {
  asked = [];
  history = new History();
  const now = (change: Partial<Observation>) => observation({ time: new Date().toISOString(), ...change });
  looks = [now({}), now({ problems: [failed], unknown: { events: EVIL } })];
  server = await startHttpServer({ host: "127.0.0.1", port: 0 }, (path) => {
    asked.push(path);
    const [seen = observation()] = looks;
    if (looks.length > 1) looks.shift();
    history.add(seen);
    const served = () => ({ observation: seen, everyMs: 200, canary: [] });
    return answerFor(path, { served, history, redact: (text) => text });
  });
});
afterEach(() => server.close());

describe.skipIf(noChromium)("the page of serve, in a browser", () => {
  it("renews itself, charts included, runs nothing else, and breaks no rule of its own", async () => {
    const { html, console } = await openInChromium(`${server.url}/`, 3_000);
    expect(asked[0]).toBe("/");
    expect(new Set(asked)).toEqual(new Set(["/", "/fragment"]));
    expect(html).toContain("<h1>Something is wrong</h1>");
    expect(html).toMatch(/<title>Something is wrong/);
    expect(html).toMatch(/class="line" d="M[\d.]+ [\d.]+L/);
    expect(html).toContain("&lt;img src=x");
    expect(console).toEqual([]);
  });

  it("says that what it shows is old where nobody answers any more", async () => {
    const { html } = await openInChromium(`${server.url}/`, 500);
    expect(html).not.toMatch(/<body[^>]*class="away"/);
    const broken = await startHttpServer({ host: "127.0.0.1", port: 0 }, (path) =>
      path === "/"
        ? answerFor(path, { served: () => ({ everyMs: 100, canary: [] }), history, redact: String })
        : undefined,
    );
    try {
      expect((await openInChromium(`${broken.url}/`, 1_000)).html).toMatch(/<body[^>]*class="away"/);
    } finally {
      await broken.close();
    }
  });
});
