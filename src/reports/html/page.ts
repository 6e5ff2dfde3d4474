import { html, type Markup, type MarkupPart, trusted } from "./markup.js";
import { STYLES } from "./styles.js";

/** Nothing is loaded and nothing runs, whatever a text in the page may look like. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A whole page in one file, which needs neither a network nor JavaScript. */
export function renderPage(title: string, body: MarkupPart): string {
  const page: Markup = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      <style>
        ${trusted(STYLES)}
      </style>
    </head>
    <body>
      ${body}
    </body>
  </html>`;
  return `<!doctype html>\n${page.text}\n`;
}
