import { CdcError } from "../errors.js";

export const LOG_LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"] as const;

/** The level as Kafka Connect takes it, in any case of letters. @throws CdcError USAGE */
export function parseLogLevel(word: string): string {
  const level = LOG_LEVELS.find((one) => one === word.toUpperCase());
  if (level !== undefined) return level;
  throw new CdcError("USAGE", `${word} is no log level`, {
    hint: `the levels are: ${LOG_LEVELS.join(", ")}`,
  });
}

/**
 * The level that holds for a logger: its own, else that of the nearest above it that has one, at last the root's;
 * undefined where none is known.
 */
export function effectiveLevel(
  logger: string,
  levels: Readonly<Record<string, { readonly level: string | null }>>,
): string | undefined {
  for (let name = logger; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
    const level = levels[name]?.level;
    if (level != null) return level;
  }
  return levels.root?.level ?? undefined;
}
