import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, visit } from "yaml";

import { describeYamlError } from "../../config/yaml-problems.js";
import type { ConnectorEntry, ConnectorFile, ParsedFile } from "./connector-entry.js";
import { findJsonProblem } from "./json-problem.js";
import { readEntry } from "./read-entry.js";

/**
 * The connectors of a file: JSON, or YAML with any number of documents. Each is `{name, config}`, a flat map of a
 * configuration, or a `KafkaConnector` of Strimzi; a list holds several.
 */
export function parseConnectorFile(file: ConnectorFile): ParsedFile {
  const { name, text } = file;
  if (text.trim() === "") return { entries: [], problems: [`${name}: the file is empty`] };
  if (isJson(file)) {
    const problem = findJsonProblem(text, name);
    if (problem !== undefined) return { entries: [], problems: [problem] };
  }
  return parseNodes(file);
}

/** YAML may begin with a bracket as well, but hardly does where a connector is described. */
const isJson = ({ name, text }: ConnectorFile): boolean =>
  name.endsWith(".json") || (!/\.ya?ml$/.test(name) && /^\s*[{[]/.test(text));

function parseNodes(file: ConnectorFile): ParsedFile {
  const lineCounter = new LineCounter();
  const parsed = parseAllDocuments(file.text, { lineCounter, prettyErrors: false, stringKeys: true });
  const documents = Array.isArray(parsed) ? parsed : [];
  const positionAt = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return `${file.name}:${line}:${col}`;
  };
  const placeOf = (node: Node | null | undefined) => positionAt(node?.range?.[0] ?? 0);
  const problems = documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ code, pos }) => `${positionAt(pos[0])}: ${describeYamlError(code)}`),
  );
  for (const document of documents) {
    visit(document, {
      Alias: (_key, alias) => {
        problems.push(`${placeOf(alias)}: aliases (*name) are not supported`);
      },
    });
  }
  if (problems.length > 0) return { entries: [], problems };

  const items = documents.flatMap(({ contents }): (Node | null)[] =>
    isSeq(contents) ? (contents.items as Node[]) : [contents],
  );
  const nodes = items.filter(
    (node): node is Node => node !== null && !(isScalar(node) && node.value === null),
  );
  const named = nodes.length === 1 && documents.every(({ contents }) => !isSeq(contents));
  const entries: ConnectorEntry[] = [];
  for (const node of nodes) {
    if (!isMap(node) || isAlias(node)) {
      problems.push(`${placeOf(node)}: expected a connector with its keys and values, got ${kindOf(node)}`);
      continue;
    }
    const { baseName } = file;
    const fallback = named && baseName !== undefined ? { defaultName: baseName } : {};
    const read = readEntry(node, { placeOf, folder: file.folder, ...fallback });
    problems.push(...read.problems);
    if (read.entry !== undefined) entries.push(read.entry);
  }
  if (nodes.length === 0) problems.push(`${file.name}: no connector is in it`);
  return { entries, problems };
}

const kindOf = (node: Node): string => (isSeq(node) ? "a list" : "a single value");
