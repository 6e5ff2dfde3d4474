import { CdcError } from "../../errors.js";
import type { ReconcileOptions } from "../../reconcile/reconcile-options.js";

export interface ReconcileArguments {
  readonly database?: string | undefined;
  readonly table?: readonly string[] | undefined;
  readonly connector?: string | undefined;
  readonly sample?: string | undefined;
  readonly since?: string | undefined;
  readonly "read-from"?: string | undefined;
  readonly "late-after"?: string | undefined;
  readonly "max-named"?: string | undefined;
  readonly transactions?: boolean | undefined;
}

const DEFAULT_POSTGRES_PORT = 5432;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What the options of `reconcile` mean. @throws CdcError USAGE */
export function reconcileOptionsOf(
  args: ReconcileArguments,
  nowMs: number,
): Omit<ReconcileOptions, "deployment" | "database"> {
  const { table = [], connector, sample, since, "read-from": readFrom, transactions = false } = args;
  const { "late-after": lateAfter, "max-named": maxNamed } = args;
  return {
    tables: table,
    transactions,
    ...(connector === undefined ? {} : { connector }),
    ...(sample === undefined ? {} : { sample: sampleOf(sample) }),
    ...(since === undefined ? {} : { sinceMs: sinceMsOf(since, nowMs) }),
    ...(readFrom === undefined ? {} : { readFrom: addressOf(readFrom) }),
    ...(lateAfter === undefined ? {} : { lateAfterMs: numberOf("late-after", lateAfter) * 1_000 }),
    ...(maxNamed === undefined ? {} : { maxNamed: wholeOf("max-named", maxNamed) }),
  };
}

function sampleOf(text: string): number {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text.trim()) ?? [];
  const part = Number(percent) / 100;
  if (part > 0 && part <= 1) return part;
  throw wrong("sample", "a part of the keys, up to 100%", text, "10%");
}

/** A span back from now, or a time. */
function sinceMsOf(text: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d+)([smhd])$/.exec(text.trim()) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  const hasZone = /(Z|[+-]\d{2}(:?\d{2})?)$/i.test(text.trim()) && /\d{2}:\d{2}/.test(text);
  const ms = Date.parse(text.trim().replace(/([+-]\d{2})$/, "$1:00"));
  if (hasZone && !Number.isNaN(ms) && ms <= nowMs) return ms;
  throw wrong(
    "since",
    "a span of time or a time that has passed, with its zone",
    text,
    "2026-11-23T10:00:00Z",
  );
}

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const [, host = "", port] = /^(\[[0-9a-f:]+\]|[^:/\s]+)(?::(\d{1,5}))?$/i.exec(text.trim()) ?? [];
  const number = port === undefined ? DEFAULT_POSTGRES_PORT : Number(port);
  if (host !== "" && number > 0 && number < 65_536) {
    return { host: host.replace(/^\[|\]$/g, ""), port: number };
  }
  throw wrong("read-from", "the address of a standby", text, "standby.example.com:5432");
}

function numberOf(option: string, text: string): number {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  throw wrong(option, "seconds, 0 or more", text, "5");
}

function wholeOf(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  throw wrong(option, "a whole number", text, "100");
}

const wrong = (option: string, what: string, text: string, example: string): CdcError =>
  new CdcError("USAGE", `--${option} takes ${what}, not ${JSON.stringify(text)}`, {
    hint: `--${option} ${example}`,
  });
