import {
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";

import { unknownKey } from "./problems.js";
import type { Layer, RawSetting } from "./raw-setting.js";
import { keysBelow, settingAt, SETTINGS } from "./setting-list.js";
import { checkYaml } from "./yaml-problems.js";

export interface ConfigFile {
  /** As the user calls it; every problem begins with it. */
  readonly name: string;
  /** Absolute; where relative paths in the file begin. */
  readonly folder: string;
}

/** What the text of a configuration file gives. Throws CONFIG_UNREADABLE if it is not YAML. */
export function parseConfigFile(text: string, file: ConfigFile): Layer {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const lineAt = (offset: number) => lineCounter.linePos(offset).line;
  const positionAt = (offset: number) => `${file.name}:${lineAt(offset)}:${lineCounter.linePos(offset).col}`;

  const settings: RawSetting[] = [];
  const problems = checkYaml(document, file.name, positionAt);

  const readSection = (section: YAMLMap, prefix: string) => {
    const known = keysBelow(prefix);
    for (const pair of section.items) {
      const key = keyOf(pair);
      const path = prefix === "" ? key : `${prefix}.${key}`;
      // Not by path: "local.kafkaPort" written as one key is not the setting of that path.
      if (known.includes(key)) readPair(pair, path);
      else problems.push(`${positionAt(offsetOf(pair.key))} ${path}: ${unknownKey(key, known, ALL_PATHS)}`);
    }
  };

  const readPair = (pair: Pair, path: string) => {
    const keyOffset = offsetOf(pair.key);
    const value = isNode(pair.value) ? pair.value : undefined;
    if (settingAt(path) !== undefined) {
      settings.push({
        path,
        value: value?.toJS(document),
        source: `${file.name}:${lineAt(keyOffset)}`,
        folder: file.folder,
        placeOf: (part) => `${positionAt(offsetOf(nodeAt(value, part), keyOffset))} ${path}${spell(part)}`,
      });
    } else if (isMap(value)) {
      readSection(value, path);
    } else if (!isEmpty(value)) {
      problems.push(`${positionAt(offsetOf(value, keyOffset))} ${path}: ${notSection(value)}`);
    }
  };

  const top = document.contents;
  if (isMap(top)) readSection(top, "");
  else if (!isEmpty(top)) problems.push(`${positionAt(offsetOf(top))}: ${notSection(top)}`);
  return { settings, problems };
}

const ALL_PATHS = SETTINGS.map(({ path }) => path);

/** A section whose every key is commented out, and a file with nothing in it, leave all defaults. */
function isEmpty(node: Node | null | undefined): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** Only the kind is told: `password:x`, without the space after the colon, is text that holds a secret. */
function notSection(node: unknown): string {
  return `expected keys and values, got ${isSeq(node) ? "a list" : "text"}`;
}

/** The key, without what a missing space after a colon made part of it, and fit for a terminal. */
function keyOf(pair: Pair): string {
  const key = isScalar(pair.key) ? String(pair.key.value) : "?";
  return key.replace(/:.*/s, ":…").replace(/\p{C}/gu, "?");
}

function offsetOf(node: unknown, otherwise = 0): number {
  return isNode(node) ? (node.range?.[0] ?? otherwise) : otherwise;
}

/** The node of a part of a value, or the nearest one around it that exists. */
function nodeAt(value: Node | undefined, part: readonly PropertyKey[]): unknown {
  return part.reduce<unknown>(
    (node, step) => (isCollection(node) ? (node.get(step, true) ?? node) : node),
    value,
  );
}

/** `[0, "name"]` -> `[0].name`. */
function spell(part: readonly PropertyKey[]): string {
  return part.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
}
