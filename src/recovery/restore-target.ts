import { CdcError } from "../errors.js";
import { parseLsn } from "../lsn.js";
import { formatTime } from "./format-time.js";

/** Where a restore is to end. */
export type RestoreTarget =
  /** With the last change that was archived. */
  | { readonly kind: "latest" }
  /** `text` keeps the microseconds that `ms` does not. */
  | { readonly kind: "time"; readonly ms: number; readonly text: string }
  | { readonly kind: "lsn"; readonly lsn: bigint; readonly text: string };

const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d{1,6})?\s*(.*)$/;
const ZONE = /^([+-]\d{2}):?(\d{2})?$/;

/** @throws CdcError USAGE, also for a time without its zone and for one in the future */
export function parseRestoreTarget(value: string, nowMs: number): RestoreTarget {
  const text = value.trim();
  if (text.toLowerCase() === "latest") return { kind: "latest" };
  if (/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/i.test(text)) return { kind: "lsn", lsn: parseLsn(text), text };
  const target = parseTime(text);
  if (target.ms > nowMs) {
    throw new CdcError("USAGE", `${target.text} is in the future: it is ${formatTime(nowMs)} now`, {
      hint: "name a time that has passed, or say --to latest",
    });
  }
  return target;
}

function parseTime(text: string): Extract<RestoreTarget, { kind: "time" }> {
  const [, date, minutes, seconds = ":00", fraction = "", zoneText = ""] = TIME.exec(text) ?? [];
  if (date === undefined || minutes === undefined) throw notATarget(text);
  if (zoneText === "") {
    throw new CdcError("USAGE", `the time ${text} has no zone, so it could be any of many`, {
      hint: `say which, such as: --to '${text}+00' for UTC`,
    });
  }
  const zone = /^(Z|UTC|GMT)$/i.test(zoneText) ? "+00:00" : zoneOf(zoneText);
  const local = `${date}T${minutes}${seconds}`;
  const ms = Date.parse(`${local}${zone ?? ""}`);
  // JavaScript takes 30 February for 2 March.
  const isReal = zone !== undefined && isDate(local);
  if (!isReal || Number.isNaN(ms)) throw notATarget(text);
  const fractionMs = Math.floor(Number(`0${fraction}`) * 1000);
  const whole = new Date(ms).toISOString().slice(0, 19).replace("T", " ");
  return { kind: "time", ms: ms + fractionMs, text: `${whole}${fraction}+00` };
}

function zoneOf(text: string): string | undefined {
  const [, hours, minutes = "00"] = ZONE.exec(text) ?? [];
  return hours === undefined ? undefined : `${hours}:${minutes}`;
}

function isDate(local: string): boolean {
  const ms = Date.parse(`${local}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(local);
}

function notATarget(text: string): CdcError {
  return new CdcError(
    "USAGE",
    `--to takes a time with its zone, an LSN or latest, and not ${text === "" ? "nothing" : text}`,
    {
      hint: "--to '2026-11-23 10:00:00+00', --to 0/16B3748, or --to latest",
    },
  );
}
