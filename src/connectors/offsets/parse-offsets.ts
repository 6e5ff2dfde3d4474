import * as z from "zod";

import type { StoredOffset } from "../../clients/connect/connect-client.js";
import { parseExactly } from "../../clients/parse-exactly.js";
import { CdcError } from "../../errors.js";

const offset = z.object({
  partition: z.record(z.string(), z.unknown()),
  offset: z.record(z.string(), z.unknown()).nullable(),
});
const own = z.object({ offsets: z.array(offset).min(1) });
const document = z.object({
  connectors: z.array(z.object({ name: z.string(), offsets: z.array(offset).nullable() })),
});

/**
 * The offsets of a connector in a file: the document of `connectors offsets --json`, or what Kafka Connect answers.
 * Whole numbers beyond 2^53 are text.
 * @param source the file's name, for errors
 * @throws CdcError USAGE
 */
export function parseOffsets(text: string, name: string, source: string): readonly StoredOffset[] {
  const value = parseExactly(text);
  if (typeof value === "string") throw wrong(source, whyNoJson(text));
  const single = own.safeParse(value);
  if (single.success) return single.data.offsets;
  const several = document.safeParse(value);
  if (!several.success) throw wrong(source, firstIssue(value, single.error, several.error));
  const found = several.data.connectors.find((connector) => connector.name === name);
  if (found === undefined || found.offsets === null || found.offsets.length === 0) {
    const names = several.data.connectors.map((connector) => connector.name).join(", ");
    throw wrong(source, `it has no offsets of ${name}${names === "" ? "" : `, only of ${names}`}`);
  }
  return found.offsets;
}

function whyNoJson(text: string): string {
  try {
    JSON.parse(text);
    return "it is a text in quotes";
  } catch (error) {
    return `it is no JSON: ${(error as Error).message.split("\n", 1)[0] ?? ""}`;
  }
}

function firstIssue(value: unknown, ofOwn: z.ZodError, ofDocument: z.ZodError): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) return "an object is expected";
  if (!("offsets" in value) && !("connectors" in value)) return "it has no offsets and no connectors";
  const [issue] = ("offsets" in value ? ofOwn : ofDocument).issues;
  return `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
}

const wrong = (source: string, why: string): CdcError =>
  new CdcError("USAGE", `${source} cannot be used as offsets: ${why}`, {
    hint: "such a file is made by: cdc-pipeline connectors offsets NAME --json > FILE",
  });
