import { describe, expect, it } from "vitest";

import { majorOf, parseJavaVersion } from "../../../../src/targets/local/java.js";

const VERSIONS = [
  [
    `openjdk version "17.0.15" 2025-04-15
OpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)
OpenJDK 64-Bit Server VM (build 17.0.15+6-Debian-1deb12u1, mixed mode, sharing)`,
    "17.0.15",
    17,
  ],
  [`openjdk version "21" 2023-09-19\nOpenJDK Runtime Environment (build 21+35-2513)`, "21", 21],
  [`openjdk version "25-ea" 2025-09-16`, "25-ea", 25],
  [`java version "1.8.0_392"\nJava(TM) SE Runtime Environment (build 1.8.0_392-b08)`, "1.8.0_392", 8],
  [`java version "9.0.4"\r\nJava(TM) SE Runtime Environment (build 9.0.4+11)`, "9.0.4", 9],
  [
    `Picked up JAVA_TOOL_OPTIONS: -Dfile.encoding=UTF-8
openjdk version "11.0.24" 2024-07-16 LTS`,
    "11.0.24",
    11,
  ],
  [`openjdk version "22-internal" 2024-03-19`, "22-internal", 22],
] as const;

describe("what `java -version` prints", () => {
  it.each(VERSIONS)("%j is Java %s", (output, version, major) => {
    expect(parseJavaVersion(output)).toBe(version);
    expect(majorOf(version)).toBe(major);
  });

  it.each(["", "The operation couldn't be completed. Unable to locate a Java Runtime.", "version 17"])(
    "%j has no version",
    (output) => {
      expect(parseJavaVersion(output)).toBeUndefined();
    },
  );
});
