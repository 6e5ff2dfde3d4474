import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

import { formattedMark } from "./kafka-server.js";
import type { Layout } from "./layout.js";

/** A lost state file must not orphan the data: Kafka's was formatted with the id that `formatted` holds. */
export async function recoverClusterId(layout: Layout): Promise<string> {
  const id = await readFile(formattedMark(layout), "utf8").catch(() => "");
  return id.trim() === "" ? newClusterId() : id.trim();
}

/** 16 random bytes as Kafka writes ids: base64 for URLs, without padding. */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    // A leading dash would look like an option to Kafka's own tools.
    if (!id.startsWith("-")) return id;
  }
}
