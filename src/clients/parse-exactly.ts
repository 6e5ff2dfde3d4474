/**
 * Parses JSON without rounding: a whole number that a JavaScript number cannot hold, beyond 9007199254740991, comes
 * as text. What is no JSON comes back as it is.
 */
export function parseExactly(json: unknown): unknown {
  if (typeof json !== "string") return json;
  // Strings are matched first, so that digits in them are left alone.
  const exact = json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );
  try {
    return JSON.parse(exact) as unknown;
  } catch {
    return json;
  }
}
