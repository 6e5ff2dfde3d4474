import type { InitialState } from "../../clients/connect/connect-client.js";

/** A connector as a file has it: its values are text, and what they refer to is not looked up yet. */
export interface ConnectorEntry {
  readonly name: string;
  /** Without `name`. */
  readonly config: Readonly<Record<string, string>>;
  /** Missing where the file says nothing of it. */
  readonly initialState?: InitialState;
  /** Where it begins: `connectors/shop.json:1:1`. */
  readonly place: string;
  /** Where a key of its configuration stands. */
  readonly placeOf: (key: string) => string;
  /** Where relative paths in it begin. */
  readonly folder: string;
}

/** What a file gives. A problem begins with its place and quotes no value. */
export interface ParsedFile {
  readonly entries: readonly ConnectorEntry[];
  readonly problems: readonly string[];
}

/** A file as it was found, or stdin. */
export interface ConnectorFile {
  /** As the user calls it. */
  readonly name: string;
  readonly text: string;
  readonly folder: string;
  /** What a connector without a name of its own is called; missing for stdin. */
  readonly baseName?: string;
}
