/** The parts of the `--json` document that describe what is there. Names may be added, never changed. */
export interface EndpointsDocument {
  readonly postgres: { readonly host: string; readonly port: number; readonly adminUser: string };
  readonly kafka: readonly string[];
  readonly connect: string;
}

export interface DatabaseDocument {
  readonly name: string;
  readonly connector: string;
  readonly slot: string;
  readonly publication: string;
  readonly topicPrefix: string;
  readonly event?: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly op: string;
    readonly latencyMs: number;
  };
}
