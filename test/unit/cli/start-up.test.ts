import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

import ts from "typescript";
import { describe, expect, it } from "vitest";

import { packagePath } from "../../../src/package-root.js";

interface ImportGraph {
  /** Files of src, such as `cli/main.ts`. */
  readonly files: ReadonlySet<string>;
  /** Other packages, without Node's own modules. */
  readonly packages: ReadonlySet<string>;
}

/** What loads when a module loads: its imports and theirs, without `import()` and without mere types. */
function walkImports(entry: string): ImportGraph {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    const name = relative(packagePath("src"), file);
    if (files.has(name)) return;
    files.add(name);
    for (const specifier of staticImports(file)) {
      if (specifier.startsWith(".")) visit(resolve(dirname(file), specifier.replace(/\.js$/, ".ts")));
      else if (!specifier.startsWith("node:")) packages.add(packageOf(specifier));
    }
  };
  visit(packagePath(`src/${entry}`));
  return { files, packages };
}

/** The imports that are left in the JavaScript of a file. */
function staticImports(file: string): string[] {
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  const { statements } = ts.createSourceFile("out.js", outputText, ts.ScriptTarget.Latest);
  return statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const from = statement.moduleSpecifier;
    return from !== undefined && ts.isStringLiteral(from) ? [from.text] : [];
  });
}

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

describe("help, version, completion and usage errors", () => {
  const { files, packages } = walkImports("cli.ts");

  it("load one package only, the command line's parser", () => {
    expect([...packages]).toEqual(["yargs"]);
  });

  it("load the list of commands, but none of their work", () => {
    expect([...files]).toContain("commands/up.ts");
    expect(
      [...files].filter((file) => /^(commands\/handlers|stages|targets|clients|config)\//.test(file)),
    ).toEqual([]);
    expect([...files]).not.toContain("cli/run-command.ts");
  });
});

describe("the walk over the imports", () => {
  it.each([
    ["config/load.ts", ["zod", "yaml"]],
    ["clients/connect/create-connect-client.ts", ["axios"]],
    ["clients/kafka/create-kafka.ts", ["kafkajs"]],
    ["clients/postgres.ts", ["pg"]],
    ["targets/local/local.ts", ["execa"]],
  ])("finds what %s needs", (entry, needed) => {
    expect([...walkImports(entry).packages]).toEqual(expect.arrayContaining(needed));
  });

  it("does not take types for imports", () => {
    expect([...walkImports("context.ts").files]).toEqual(["context.ts"]);
  });
});
