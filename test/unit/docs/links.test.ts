import { access, readdir, readFile } from "node:fs/promises";

import { expect, test } from "vitest";

const ROOT = new URL("../../../", import.meta.url);
const FOLDERS = [
  "",
  "docs/",
  "docs/adr/",
  "connectors/",
  "examples/mykart/",
  "examples/vitest-testcontainers/",
];

/** Relative links, without what is in code blocks. */
function linksIn(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```$/gms, "");
  return [...prose.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .flatMap(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

test("every relative link of the documentation leads to a file", async () => {
  const pages = (
    await Promise.all(
      FOLDERS.map(async (folder) => (await readdir(new URL(folder, ROOT))).map((file) => folder + file)),
    )
  )
    .flat()
    .filter((file) => file.endsWith(".md"));
  const links = await Promise.all(
    pages.map(async (page) => {
      const url = new URL(page, ROOT);
      return linksIn(await readFile(url, "utf8")).map((target) => ({
        page,
        target,
        url: new URL(target, url),
      }));
    }),
  );
  const broken = await Promise.all(
    links.flat().map(async ({ page, target, url }) =>
      access(url).then(
        () => [],
        () => [`${page}: ${target}`],
      ),
    ),
  );
  expect(links.flat()).not.toEqual([]);
  expect(broken.flat()).toEqual([]);
});
