/**
 * Parses JSON without rounding: a whole number of 16 digits and more, which a JavaScript number may not hold,
 * comes as text. What is no JSON comes back as it is.
 */
export function parseExactly(json: unknown): unknown {
  if (typeof json !== "string") return json;
  // Strings are matched first, so that digits in them are left alone.
  const exact = json.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  try {
    return JSON.parse(exact) as unknown;
  } catch {
    return json;
  }
}
