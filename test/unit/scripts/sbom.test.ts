import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { expect, it } from "vitest";
import * as z from "zod";

import { packagePath } from "../../../src/package-root.js";

const component = z.object({
  "bom-ref": z.string().min(1),
  type: z.string(),
  name: z.string().min(1),
  version: z.string().min(1),
  purl: z.string().startsWith("pkg:"),
  hashes: z
    .array(
      z.object({ alg: z.literal(["SHA-256", "SHA-512", "SHA-1"]), content: z.string().regex(/^[0-9a-f]+$/) }),
    )
    .optional(),
});
const billOfMaterials = z.object({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.string().regex(/^1\.\d$/),
  metadata: z.object({ component }),
  components: z.array(component),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

// npm takes its time on a busy machine.
const TIMEOUT_MS = 60_000;

it(
  "the bill of materials names each npm package that is needed, and each jar with its checksum",
  { timeout: TIMEOUT_MS },
  () => {
    const printed = execFileSync(process.execPath, [packagePath("scripts/sbom.mjs")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { metadata, components, dependencies } = billOfMaterials.parse(JSON.parse(printed));
    expect(metadata.component.name).toBe("cdc-pipeline");

    const { dependencies: npm } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(npm)));
    expect(names).not.toContain("vitest");

    const { jars } = JSON.parse(readFileSync(packagePath("servers/checksums.json"), "utf8")) as {
      jars: { sha256: string; purl: string }[];
    };
    expect(
      components
        .filter(({ purl }) => purl.startsWith("pkg:maven/"))
        .map(({ purl, type, hashes }) => ({ purl, type, hashes })),
    ).toEqual(
      jars.map(({ purl, sha256 }) => ({
        purl,
        type: "library",
        hashes: [{ alg: "SHA-256", content: sha256 }],
      })),
    );

    const refs = [metadata.component, ...components].map((one) => one["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
    const told = dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(told.filter((ref) => !refs.includes(ref))).toEqual([]);
  },
);
