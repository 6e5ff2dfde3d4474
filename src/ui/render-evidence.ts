import type { StageName } from "../progress.js";
import { nameArguments, shellWord } from "../shell-words.js";
import type { Proof } from "../stages/verify/proof.js";
import type { Deployment, NextCommand } from "../targets/target.js";
import type { DatabaseDocument, EndpointsDocument } from "./documents.js";
import { renderProof } from "./render-proof.js";

export interface Evidence {
  /** Puts each `cdc-pipeline COMMAND` of a text as the user has to call it. */
  readonly asCalled: (text: string) => string;
  readonly stages: readonly StageName[];
  readonly endpoints: EndpointsDocument;
  readonly databases: readonly DatabaseDocument[];
  /** Where only this machine reaches the servers and they have the password that the README names, it is shown. */
  readonly shownPassword?: string | undefined;
  /** The folder with the servers' logs, as the user would name it. */
  readonly logsDir?: string | undefined;
  /** What else the target says of where its servers are. */
  readonly reach?: Deployment["reach"] | undefined;
  /** A command that becomes psql, where none on this machine reaches the server. */
  readonly psql?: string | undefined;
  /** What the target proposes to do with its servers. */
  readonly next?: Deployment["next"] | undefined;
}

/** What a run came to, for a person: the evidence of each database, how to get in, what to do next. */
export function renderEvidence(evidence: Evidence): string {
  const { databases, stages } = evidence;
  const blocks = databases.map((database) => databaseBlock(database, evidence));
  if (stages.includes("deploy")) blocks.push(serversBlock(evidence));
  const next = nextCommands(evidence);
  if (next.length > 0) blocks.push(["next:", ...next].join("\n"));
  return blocks.join("\n\n");
}

function databaseBlock(
  database: DatabaseDocument,
  { endpoints, shownPassword, psql: ownPsql }: Evidence,
): string {
  const { name, connector, slot, publication, topicPrefix, event } = database;
  const { host, port, adminUser } = endpoints.postgres;
  const proof = event === undefined ? [] : renderProof(event);
  const password = shownPassword === undefined ? "" : `   (password: ${shownPassword})`;
  const program = ownPsql ?? `psql -h ${shellWord(host)} -p ${port}`;
  const psql = `${program} -U ${shellWord(adminUser)} -d ${shellWord(name)}`;
  const rows = [
    ["connector", connector],
    ["slot", slot],
    ["publication", publication],
    ["topics", `${topicPrefix}.*`],
    ...proof,
    ["psql", `${psql}${password}`],
  ];
  const headline = event === undefined ? name : `${name}: ${proofHeadline(event)}`;
  return [headline, ...table(rows)].join("\n");
}

const proofHeadline = ({ how }: Proof): string =>
  how === "presence"
    ? "proved, presence only. A committed row came out of Kafka as a record that cannot be decoded here."
    : "proved. A committed row came out of Kafka as a change event.";

function serversBlock({ endpoints: { postgres, kafka, connect }, logsDir, reach = [] }: Evidence): string {
  const rows = [
    ["PostgreSQL", `${postgres.host}:${postgres.port}`],
    ["Kafka", kafka.join(", ")],
    ["Kafka Connect", connect],
    ...(logsDir === undefined ? [] : [["logs", logsDir]]),
    ...reach,
  ];
  return ["servers", ...table(rows)].join("\n");
}

function nextCommands({ asCalled, stages, databases, next }: Evidence): string[] {
  const names = databases.length === 0 ? "mykart" : nameArguments(databases.map(({ name }) => name));
  const whole = (command: string) => asCalled(`cdc-pipeline ${command}`);
  const plain = (...commands: readonly string[]) => commands.map((command) => `  ${whole(command)}`);
  const last = stages.at(-1);
  if (last === "deploy") return plain(`up ${names}`, "status");
  if (last === "prepare") return databases.length === 0 ? [] : plain(`register ${names}`);
  if (last === "register") return plain(`verify ${names}`);
  if (!stages.includes("deploy")) return [];
  const commands: readonly NextCommand[] = [
    { own: "status", what: "what runs, and where" },
    ...databases.slice(0, 1).flatMap(({ name }) => [
      { own: `events --from beginning --max 5 ${nameArguments([name])}`, what: "see what was captured" },
      { own: `events ${nameArguments([name])}`, what: "see changes as they come" },
    ]),
    ...(next ?? [{ own: `verify ${names}`, what: "prove it again" }]),
  ];
  return table(
    commands.map((command) => ["own" in command ? whole(command.own) : command.shell, command.what]),
  );
}

function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([label = ""]) => label.length));
  return rows.map(([label = "", value = ""]) => `  ${label.padEnd(width)}  ${value}`);
}
