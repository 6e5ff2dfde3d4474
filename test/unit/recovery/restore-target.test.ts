import { describe, expect, it } from "vitest";

import { formatTime } from "../../../src/recovery/format-time.js";
import { parseRestoreTarget } from "../../../src/recovery/restore-target.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const parse = (text: string) => parseRestoreTarget(text, NOW);
const refused = (text: string) => catchCdcError(Promise.resolve().then(() => parse(text)));

describe("where a restore is to end", () => {
  it.each([
    ["2026-11-23 10:00:00+00", "2026-11-23 10:00:00+00"],
    ["2026-11-23T10:00:00Z", "2026-11-23 10:00:00+00"],
    ["2026-11-23 10:00 UTC", "2026-11-23 10:00:00+00"],
    ["2026-11-23 12:30:00+02:30", "2026-11-23 10:00:00+00"],
    ["2026-11-23 01:00:00-0900", "2026-11-23 10:00:00+00"],
    ["2026-11-24 00:30:00.25+14", "2026-11-23 10:30:00.25+00"],
    ["  2026-11-23 10:00:00.123456+00 ", "2026-11-23 10:00:00.123456+00"],
  ])("is a time with its zone: %s", (text, utc) => {
    expect(parse(text)).toMatchObject({ kind: "time", text: utc });
  });

  it("keeps microseconds in words, and no more than whole milliseconds in the number", () => {
    expect(parse("2026-11-23 10:00:00.123999+00")).toMatchObject({
      ms: Date.parse("2026-11-23T10:00:00.123Z"),
    });
  });

  it("is a position, or the latest change", () => {
    expect(parse("0/16b3748")).toEqual({ kind: "lsn", lsn: 0x16b3748n, text: "0/16b3748" });
    expect(parse("FF/0")).toMatchObject({ lsn: 0xff_0000_0000n });
    expect(parse("Latest")).toEqual({ kind: "latest" });
  });

  it("is not a time without its zone, which could be any of many", async () => {
    const error = await refused("2026-11-23 10:00:00");
    expect(error.code).toBe("USAGE");
    expect(error.message).toContain("has no zone");
    expect(error.hint).toContain("--to '2026-11-23 10:00:00+00'");
  });

  it("is not in the future, by any zone", async () => {
    expect((await refused("2026-11-23 12:00:01+00")).message).toContain("is in the future");
    expect((await refused("2026-11-23 10:30:00-02")).message).toContain(
      "2026-11-23 12:30:00+00 is in the future",
    );
  });

  it.each([
    "",
    "yesterday",
    "2026-02-30 10:00:00+00",
    "2026-11-23 25:00:00+00",
    "2026-11-23",
    "0/",
    "1/123456789",
    "2026-11-23 10:00:00 Europe/Berlin",
    "2026-11-23 10:00:00+00; DROP",
  ])("is not %j", async (text) => {
    expect((await refused(text)).message).toContain("--to takes a time with its zone, an LSN or latest");
  });
});

describe("a time as PostgreSQL reads it", () => {
  it("is in UTC, with as many digits as it needs", () => {
    expect(formatTime(NOW)).toBe("2026-11-23 12:00:00+00");
    expect(formatTime(NOW + 250)).toBe("2026-11-23 12:00:00.25+00");
    expect(formatTime(NOW + 1)).toBe("2026-11-23 12:00:00.001+00");
  });
});
