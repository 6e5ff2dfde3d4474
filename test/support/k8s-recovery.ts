import { execa } from "execa";

import type { JsonDocument } from "./cli.js";
import { createNamespace, kubectl, removeNamespaces } from "./kube.js";
import { Workspace } from "./workspace.js";

/** The document of `restore --json`. */
export interface RestoreDocument extends JsonDocument {
  readonly restored: {
    readonly instance: string;
    readonly timeline: number;
    readonly keptAside: string | null;
  };
}

/** The document of `backup --json` and `backup list --json`. */
export interface BackupDocument extends JsonDocument {
  readonly backup: { readonly id: string; readonly sizeBytes: number; readonly startLsn: string };
  readonly backups: readonly { readonly id: string; readonly sizeBytes: number }[];
}

/** All that a restore may make or change. */
const KINDS = "statefulset,service,configmap,secret,persistentvolumeclaim,poddisruptionbudget,lease,pod";

/** A namespace with PostgreSQL alone: Kafka and Kafka Connect are named, and nobody is there. */
export class K8sRecovery {
  readonly namespace: string;
  readonly workspace: Workspace;

  private constructor(namespace: string, workspace: Workspace) {
    this.namespace = namespace;
    this.workspace = workspace;
  }

  static async deploy(): Promise<K8sRecovery> {
    const namespace = await createNamespace("recovery");
    const workspace = await Workspace.create({
      CDC_PIPELINE_TARGET: "k8s",
      CDC_PIPELINE_K8S_NAMESPACE: namespace,
      CDC_PIPELINE_K8S_DATA_SIZE: "1Gi",
      CDC_PIPELINE_K8S_ARCHIVE_SIZE: "1Gi",
      CDC_PIPELINE_K8S_LOAD_BALANCER: "false",
      CDC_PIPELINE_CONNECT_URL: "http://127.0.0.1:1",
      CDC_PIPELINE_KAFKA_BROKERS: "127.0.0.1:1",
    });
    const made = new K8sRecovery(namespace, workspace);
    const { exitCode, stderr } = await workspace.run("deploy");
    if (exitCode !== 0) throw new Error(stderr);
    return made;
  }

  /** @returns what was left behind */
  async remove(): Promise<string[]> {
    const left = await this.workspace.remove();
    const objects = await this.names();
    await removeNamespaces(this.namespace);
    return [...left, ...objects.filter((name) => name !== "configmap/kube-root-ca.crt")];
  }

  kubectl(...words: readonly string[]): Promise<string> {
    return kubectl("-n", this.namespace, ...words);
  }

  async psql(sql: string, pod = "postgres-wal-0"): Promise<string> {
    const words = ["exec", pod, "-c", "postgres", "--", "psql", "-XqAt", "-U", "admin", "-d", "mydb"];
    return (await this.kubectl(...words, "-c", sql)).trim();
  }

  shell(script: string): Promise<string> {
    return this.kubectl("exec", "postgres-wal-0", "-c", "postgres", "--", "bash", "-c", script);
  }

  notes(pod?: string): Promise<string> {
    return this.psql("SELECT string_agg(note, ' ' ORDER BY note) FROM notes", pod);
  }

  /** Writes one, two and three, a second apart. @returns a time between two and three */
  async writeThree(): Promise<string> {
    const seconds = (text: string) => ["-c", text, "-c", "SELECT pg_sleep(1)"];
    const words = ["exec", "postgres-wal-0", "--", "psql", "-XqAt", "-U", "admin", "-d", "mydb"];
    const said = await this.kubectl(
      ...words,
      ...["-c", "DROP TABLE IF EXISTS notes", "-c", "CREATE TABLE notes (note text)"],
      ...seconds("INSERT INTO notes VALUES ('1')"),
      ...["-c", "INSERT INTO notes VALUES ('2')"],
      ...["-c", "SELECT pg_sleep(0.5)", "-c", "SELECT clock_timestamp()", "-c", "SELECT pg_sleep(0.5)"],
      ...seconds("INSERT INTO notes VALUES ('3')"),
    );
    const between = said.split("\n").find((line) => line.startsWith("20")) ?? "";
    return between;
  }

  async names(): Promise<string[]> {
    return (await this.kubectl("get", KINDS, "-o", "name")).split("\n").filter((name) => name !== "");
  }

  /** Every object with its version, but the pods and what follows from them. */
  versions(): Promise<string> {
    return this.kubectl(
      ...["get", KINDS.replace(/,pod$/, ""), "-o"],
      "jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{'\\n'}{end}",
    );
  }

  /** Runs a line that the program has printed, as a user would. */
  async runPrinted(line: string): Promise<void> {
    await execa("bash", ["-c", line]);
  }

  async restore(...args: readonly string[]): Promise<RestoreDocument> {
    return (await this.workspace.json("restore", ...args)).document as RestoreDocument;
  }

  async backup(...args: readonly string[]): Promise<BackupDocument> {
    return (await this.workspace.json("backup", ...args)).document as unknown as BackupDocument;
  }
}
