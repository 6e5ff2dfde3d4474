/** A properties file as `java.util.Properties.load` reads it from a stream. */
export function parseJavaProperties(text: string): Map<string, string> {
  // Java reads each byte as a character.
  const bytes = Buffer.from(text).toString("latin1");
  const properties = new Map<string, string>();
  for (const line of logicalLines(bytes)) {
    const [, key = "", value = ""] =
      /^((?:[^\\\s=:]|\\[^])*)[ \t\f]*(?:[=:][ \t\f]*)?([^]*)$/.exec(line) ?? [];
    properties.set(unescape(key), unescape(value));
  }
  return properties;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let open = "";
  for (const natural of text.split(/\r\n|\n|\r/)) {
    const line = natural.replace(/^[ \t\f]+/, "");
    if (open === "" && (line === "" || /^[#!]/.test(line))) continue;
    const isContinued = (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;
    open += isContinued ? line.slice(0, -1) : line;
    if (isContinued) continue;
    lines.push(open);
    open = "";
  }
  return open === "" ? lines : [...lines, open];
}

const ESCAPES: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", f: "\f" };

const unescape = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, code: string | undefined, character: string) =>
    code === undefined ? (ESCAPES[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
