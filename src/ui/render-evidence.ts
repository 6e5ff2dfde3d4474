import type { StageName } from "../progress.js";
import { nameArguments, shellWord } from "../shell-words.js";
import type { DatabaseDocument, EndpointsDocument } from "./documents.js";

export interface Evidence {
  /** How the program was called: `npx cdc-pipeline` or `cdc-pipeline`. */
  readonly program: string;
  readonly target: string;
  readonly stages: readonly StageName[];
  readonly endpoints: EndpointsDocument;
  readonly databases: readonly DatabaseDocument[];
  /** Where the servers listen on loopback only and have the password that the README names, it is shown. */
  readonly shownPassword?: string | undefined;
  /** The folder with the servers' logs, as the user would name it. */
  readonly logsDir?: string | undefined;
}

/** What a run came to, for a person: the evidence of each database, how to get in, what to do next. */
export function renderEvidence(evidence: Evidence): string {
  const { endpoints, databases, stages } = evidence;
  const blocks = databases.map((database) => databaseBlock(database, evidence));
  if (stages.includes("deploy")) blocks.push(serversBlock(endpoints, evidence.logsDir));
  const next = nextCommands(evidence);
  if (next.length > 0) blocks.push(["next:", ...next.map((command) => `  ${command}`)].join("\n"));
  return blocks.join("\n\n");
}

function databaseBlock(database: DatabaseDocument, { endpoints, shownPassword }: Evidence): string {
  const { name, connector, slot, publication, topicPrefix, event } = database;
  const { host, port, adminUser } = endpoints.postgres;
  const proof =
    event === undefined
      ? []
      : [
          ["event", `${event.topic}, partition ${event.partition}, offset ${event.offset}, op ${event.op}`],
          ["latency", `${event.latencyMs} ms from the row's commit to its event's arrival here`],
        ];
  const password = shownPassword === undefined ? "" : `   (password: ${shownPassword})`;
  const psql = `psql -h ${shellWord(host)} -p ${port} -U ${shellWord(adminUser)} -d ${shellWord(name)}`;
  const rows = [
    ["connector", connector],
    ["slot", slot],
    ["publication", publication],
    ["topics", `${topicPrefix}.*`],
    ...proof,
    ["psql", `${psql}${password}`],
  ];
  const headline =
    event === undefined ? name : `${name}: proved. A committed row came out of Kafka as a change event.`;
  return [headline, ...table(rows)].join("\n");
}

function serversBlock({ postgres, kafka, connect }: EndpointsDocument, logsDir: string | undefined): string {
  const rows = [
    ["PostgreSQL", `${postgres.host}:${postgres.port}`],
    ["Kafka", kafka.join(", ")],
    ["Kafka Connect", connect],
    ...(logsDir === undefined ? [] : [["logs", logsDir]]),
  ];
  return ["servers", ...table(rows)].join("\n");
}

function nextCommands({ program, stages, databases, target }: Evidence): string[] {
  const names = databases.length === 0 ? "mykart" : nameArguments(databases.map(({ name }) => name));
  const last = stages.at(-1);
  if (last === "deploy") return [`${program} up ${names}`, `${program} status`];
  if (last === "prepare") return databases.length === 0 ? [] : [`${program} register ${names}`];
  if (last === "register") return [`${program} verify ${names}`];
  if (!stages.includes("deploy")) return [];
  const commands = [
    ["status", "what runs, and where"],
    ...(target === "local"
      ? [
          ["logs connect", "what Debezium says"],
          ["down", "stop the servers; the data stays"],
        ]
      : [[`verify ${names}`, "prove it again"]]),
  ];
  return table(commands.map(([command = "", what = ""]) => [`${program} ${command}`, what])).map((line) =>
    line.trim(),
  );
}

function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([label = ""]) => label.length));
  return rows.map(([label = "", value = ""]) => `  ${label.padEnd(width)}  ${value}`);
}
