/**
 * The elements of PostgreSQL's text of an array, undefined for NULL: `{a,NULL,"b \" c"}`. Of what has several
 * dimensions there is one NULL a row.
 */
export function splitArrayText(text: string): (string | undefined)[] {
  // Bounds other than from 1 on stand before it: `[0:1]={1,2}`.
  const elements: (string | undefined)[] = [];
  let at = text.indexOf("{") + 1;
  while (at < text.length && text[at] !== "}") {
    if (text[at] === "{") {
      at = rowEnd(text, at);
      elements.push(undefined);
    } else if (text[at] === '"') {
      let element = "";
      for (at++; at < text.length && text[at] !== '"'; at++) {
        if (text[at] === "\\") at++;
        element += text[at] ?? "";
      }
      at++;
      elements.push(element);
    } else {
      const start = at;
      while (at < text.length && text[at] !== "," && text[at] !== "}") at++;
      const element = text.slice(start, at);
      elements.push(element === "NULL" ? undefined : element);
    }
    if (text[at] === ",") at++;
  }
  return elements;
}

function rowEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    if (text[at] === "{") depth++;
    if (text[at] === "}") depth--;
    if (text[at] === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === "\\") at++;
    }
    at++;
  } while (depth > 0 && at < text.length);
  return at;
}
