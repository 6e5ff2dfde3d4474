import { createHash } from "node:crypto";

import { html, type MarkupPart, trusted } from "../../reports/html/markup.js";
import { STYLES } from "../../reports/html/styles.js";
import { LOOK, SCRIPT } from "./look.js";

const css = `${STYLES}${LOOK}`;
const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Byte for byte what stands between the tags. Nothing from elsewhere is loaded, and nothing runs but the one script of the page. */
export const PAGE_POLICY = [
  "default-src 'none'",
  // The icon that the page does not have.
  "img-src data:",
  `style-src ${hash(css)}`,
  `script-src ${hash(SCRIPT)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The whole page. Without JavaScript it is that of the moment. */
export function renderPage(fragment: MarkupPart, everyMs: number): string {
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>cdc-pipeline</title>
      <link rel="icon" href="data:," />
      ${trusted(`<style>${css}</style>`)}
    </head>
    <body data-every="${everyMs}">
      <p id="away" role="status">cdc-pipeline does not answer: what is shown is old</p>
      <main>${fragment}</main>
      <footer>
        <p>
          <a href="metrics">metrics</a> · <a href="api/status">status</a> ·
          <a href="api/history">history</a> · <a href="readyz">readiness</a>
        </p>
      </footer>
      ${trusted(`<script>${SCRIPT}</script>`)}
    </body>
  </html>`;
  return `<!doctype html>\n${page.text}\n`;
}
