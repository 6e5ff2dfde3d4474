import { readFile } from "node:fs/promises";

import { format, resolveConfig } from "prettier";

/** A document as it is, and as it is with its generated section made anew. */
export interface RenewedDocument {
  readonly written: string;
  readonly renewed: string;
}

/**
 * Puts `content` between `<!-- NAME:begin -->` and `<!-- NAME:end -->` of a Markdown file, formatted as
 * the project's files are. Throws where the marks are missing.
 */
export async function renewSection(document: URL, name: string, content: string): Promise<RenewedDocument> {
  const written = await readFile(document, "utf8");
  const [begin, end] = [`<!-- ${name}:begin -->\n`, `<!-- ${name}:end -->`];
  const [before, after] = [written.split(begin)[0], written.split(end)[1]];
  if (before === undefined || after === undefined || before === written) {
    throw new Error(`${document.pathname} has no section between ${begin.trim()} and ${end}`);
  }
  const options = await resolveConfig(document);
  const renewed = await format(`${before}${begin}\n${content}\n\n${end}${after}`, {
    ...options,
    parser: "markdown",
  });
  return { written, renewed };
}
