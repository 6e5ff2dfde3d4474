import type { ContainerWishes } from "./container-plan.js";
import type { NetworkLike } from "./network-like.js";

/** All that was asked for. */
export interface ContainersOptions extends ContainerWishes {
  readonly databases: readonly ContainerDatabase[];
  /** The schemas to capture; empty for all. */
  readonly schemas: readonly string[];
  /** One that exists; undefined for a network of their own. */
  readonly network: NetworkLike | undefined;
  readonly startupTimeoutMs: number;
}

export interface ContainerDatabase {
  readonly name: string;
  /** An SQL file's path or `file:` URL. */
  readonly schema?: string | URL;
  /** SQL text, where there is no file. */
  readonly sql?: string;
}
