import type { ConnectorConfig, ConnectorStatus } from "../../clients/connect.js";
import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { DatabaseNames } from "../../names.js";

export interface ConnectorFacts {
  readonly name: string;
  readonly config: ConnectorConfig;
  readonly status: ConnectorStatus | undefined;
  /** The LSN that Connect will go on from, as a number; null where it has stored none; undefined where it cannot be read. */
  readonly offsetLsn: bigint | null | undefined;
}

/** One Connect cluster, read in a fixed number of requests. */
export interface ConnectFacts {
  readonly version: string;
  readonly kafkaClusterId: string;
  readonly isHealthy: boolean;
  readonly healthMessage: string;
  readonly plugins: readonly { readonly class: string; readonly version: string }[];
  /** Every connector there is, ours or not. */
  readonly connectors: readonly ConnectorFacts[];
}

/** Reads all connectors, and the offsets of those of the given databases. */
export function readConnect(
  url: string,
  names: readonly DatabaseNames[],
  context: Context,
): Promise<ConnectFacts> {
  [url, names, context];
  return Promise.reject(new CdcError("CONNECT_UNREACHABLE", "not written yet"));
}
