import { stripVTControlCharacters } from "node:util";

import { describe, expect, it } from "vitest";

import { createPaint } from "../../../src/ui/paint.js";
import {
  renderRunningStep,
  renderStageEnd,
  renderStep,
  renderText,
  stepSign,
} from "../../../src/ui/render-step.js";

const plain = createPaint(false);
const one = { paint: plain, databases: new Set(["mykart"]) };
const two = { paint: plain, databases: new Set(["mykart", "shop"]) };

describe("a finished step", () => {
  it("reads as name, status, detail and time", () => {
    expect(
      renderStep({ step: "PostgreSQL 15.18", status: "started", detail: "port 5432", ms: 1234 }, one),
    ).toBe("PostgreSQL 15.18                  started    port 5432  1.2 s");
  });

  it("is calm when it found nothing to do: no time, unless it took long", () => {
    const step = { step: "role debezium", status: "unchanged" } as const;
    expect(renderStep({ ...step, ms: 40 }, one)).toBe("role debezium                     unchanged");
    expect(renderStep({ ...step, ms: 2000 }, one)).toMatch(/unchanged {2}2\.0 s$/);
  });

  it("names its database only where the run has several, in columns of one width", () => {
    const step = { step: "publication debezium_publication", status: "created", ms: 12 } as const;
    expect(renderStep({ ...step, database: "mykart" }, one)).not.toContain("mykart");
    const inMykart = renderStep({ ...step, database: "mykart" }, two);
    const inShop = renderStep({ ...step, database: "shop" }, two);
    expect(inMykart).toContain("publication debezium_publication (mykart)  created");
    expect(inShop.indexOf("created")).toBe(inMykart.indexOf("created"));
  });

  it("stays on one line whatever its name and detail hold", () => {
    const report = { step: "a\nb", status: "failed", detail: "c\n\u001b[2Jd", ms: 5 } as const;
    expect(renderStep(report, one)).toMatch(/^a b +failed +c d {2}5 ms$/);
  });

  it("has the same columns with colour and without", () => {
    const report = { step: "slot", status: "created", detail: "at 0/1", ms: 5 } as const;
    const colored = renderStep(report, { ...one, paint: createPaint(true) });
    expect(colored).toContain("\u001b[");
    expect(stripVTControlCharacters(colored)).toBe(renderStep(report, one));
  });
});

it("shows of a step that still runs what was last seen and for how long it has waited", () => {
  const running = { step: "Kafka Connect", startedAtMs: 1000, message: "no answer on 8083" };
  expect(renderRunningStep(running, 13_400, one)).toBe(
    "Kafka Connect                     waiting    no answer on 8083  12 s",
  );
});

it("tells failed, unchanged and done steps apart without colour", () => {
  const signs = (["failed", "unchanged", "created"] as const).map((status) => stepSign(status, plain));
  expect(new Set(signs).size).toBe(3);
});

it("says how a stage ended", () => {
  expect(renderStageEnd("changed", 3200, plain)).toBe("3.2 s");
  expect(renderStageEnd("unchanged", 310, plain)).toBe("unchanged  310 ms");
  expect(renderStageEnd("failed", 12_000, plain)).toBe("failed after 12.0 s");
  expect(renderStageEnd("skipped", 0, plain)).toBe("skipped");
});

it("aligns the lines of a long debug text below its first", () => {
  expect(renderText("debug", "SELECT 1\n  FROM x", plain)).toBe("debug: SELECT 1\n         FROM x");
});
