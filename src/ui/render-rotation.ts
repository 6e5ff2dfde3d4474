import type { PasswordSource } from "../rotation/choose-password.js";
import type { RotationResult } from "../rotation/rotate-password.js";
import { printableLine } from "./printable.js";
import { renderColumns } from "./render-columns.js";

/** A rotation, or what it would do, as the JSON document has it: no password is in it. */
export interface RotationDocument {
  readonly user: string;
  readonly source: PasswordSource;
  readonly role: string;
  readonly kept: string | null;
  readonly connectors: readonly {
    readonly name: string;
    readonly database: string;
    readonly status: string;
  }[];
  readonly proved: readonly string[];
  readonly oldPassword: RotationResult["oldPassword"];
}

type Described = Omit<RotationResult, "connectors"> & {
  readonly connectors: readonly { readonly name: string; readonly status: string }[];
};

export function describeRotation(
  user: string,
  source: PasswordSource,
  { rotation, connectors, proved, oldPassword }: Described,
): RotationDocument {
  const databases = new Map(rotation.connectors.map(({ name, database }) => [name, database]));
  return {
    user,
    source,
    role: rotation.role,
    kept: rotation.kept,
    connectors: connectors.map(({ name, status }) => ({ name, database: databases.get(name) ?? "", status })),
    proved,
    oldPassword,
  };
}

export function countChanges({
  role,
  kept,
  connectors,
}: Pick<RotationDocument, "role" | "kept" | "connectors">): number {
  const all = [role, kept ?? "unchanged", ...connectors.map(({ status }) => status)];
  return all.filter((status) => status !== "unchanged").length;
}

const SOURCES: Readonly<Record<PasswordSource, string>> = {
  configuration: "debezium.password of the configuration",
  generated: "a generated one",
  kept: "the one that a run which was cut off had chosen",
  environment: "the one of the variable",
  file: "the one of the file",
};

export function renderRotation(
  { user, source, role, kept, connectors, proved, oldPassword }: RotationDocument,
  { isPlan }: { readonly isPlan: boolean },
): string {
  const rows = [
    [`role ${user}`, role, SOURCES[source]],
    ...(kept === null ? [] : [["password for Kafka Connect", kept, ""]]),
    ...connectors.map(({ name, database, status }) => [`connector ${name}`, status, `of ${database}`]),
  ];
  const isUnchanged = countChanges({ role, kept, connectors }) === 0;
  const lines = [...renderColumns(rows.map((row) => row.map(printableLine))), ""];
  if (isPlan) return [...lines, "Nothing was changed."].join("\n");
  const proof = proved.length === 0 ? [] : [`Proved to stream: ${proved.map(printableLine).join(", ")}.`];
  return [
    ...lines,
    isUnchanged
      ? `${printableLine(user)} has that password already.`
      : `${printableLine(user)} has its new password.`,
    ...proof,
    ...OLD[oldPassword ?? "unknown"],
  ].join("\n");
}

const OLD = {
  refused: ["PostgreSQL refuses the old one."],
  accepted: [
    "PostgreSQL takes the old one as well: pg_hba.conf lets the role in without asking for a password.",
  ],
  unknown: [],
} as const;
