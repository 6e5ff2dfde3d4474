import type { AxiosResponse } from "axios";

import { CdcError } from "../../errors.js";
import { messageOf } from "./answer-text.js";
import type { ConnectorConfig, InitialState } from "./connect-client.js";
import { expectDone } from "./connect-failures.js";
import type { Send } from "./connect-http.js";
import { sameConfig } from "./same-config.js";

interface WriteOptions {
  readonly send: Send;
  readonly url: string;
  readonly timeoutMs: number;
  readonly readConfig: (name: string) => Promise<ConnectorConfig | undefined>;
}

const ALREADY_EXISTS = /already exists/i;

/** The requests that change something; those of which the truth can be read back do so before they are sent again. */
export function createWrites({ send, url, timeoutMs, readConfig }: WriteOptions) {
  const request = (method: string, where: string, data?: object) => ({
    method,
    url: where,
    timeout: timeoutMs,
    ...(data === undefined ? {} : { data }),
  });
  return {
    /**
     * A request without a body of its own needs an empty one: without it axios names a form's type, which the
     * worker refuses. One that may have been done is sent again: each of these does the same twice.
     */
    send: (method: string, where: string, data?: object): Promise<AxiosResponse<unknown>> =>
      send(request(method, where, data), { isWrite: true }),

    /** @returns whether it is a new one, as far as the worker tells */
    async putConfig(where: string, name: string, config: ConnectorConfig): Promise<boolean> {
      let wasUnsure = false;
      const isDone = async () => {
        wasUnsure = true;
        return isSame(await readConfig(name), name, config);
      };
      const answer = await send(request("PUT", where, config), { isWrite: true, isDone });
      expectDone(answer, url);
      return answer.status === 201 || wasUnsure;
    },

    /** @throws CdcError CONNECTOR_EXISTS */
    async create(name: string, config: ConnectorConfig, initialState?: InitialState): Promise<void> {
      const doubt = { wasThere: false };
      const isDone = async () => {
        doubt.wasThere = true;
        const found = await readConfig(name);
        if (found !== undefined && !isSame(found, name, config)) throw exists(name, url);
        return found !== undefined;
      };
      const state = initialState === undefined ? {} : { initial_state: initialState };
      const body = { name, config, ...state };
      const answer = await send(request("POST", "/connectors", body), { isWrite: true, isDone });
      if (answer.status === 409 && ALREADY_EXISTS.test(messageOf(answer))) {
        // The one that was sent before has arrived after it was looked for.
        if (doubt.wasThere && (await isDone())) return;
        throw exists(name, url);
      }
      expectDone(answer, url);
    },

    /** @returns whether it was there */
    async deleteConnector(where: string, name: string): Promise<boolean> {
      let wasUnsure = false;
      const isDone = async () => {
        wasUnsure = true;
        return (await readConfig(name)) === undefined;
      };
      const answer = await send(request("DELETE", where), { isWrite: true, isDone });
      // What is gone at the second attempt was there at the first.
      if (answer.status === 404) return wasUnsure;
      expectDone(answer, url);
      return true;
    },
  };
}

const exists = (name: string, url: string): CdcError =>
  new CdcError(
    "CONNECTOR_EXISTS",
    `Kafka Connect at ${url} has a connector ${name} already, with another configuration`,
    { hint: `look at it: cdc-pipeline connectors get ${name}; or take another name` },
  );

/** The worker adds the name to what it was given. */
const isSame = (found: ConnectorConfig | undefined, name: string, wanted: ConnectorConfig): boolean =>
  sameConfig(found, { ...wanted, name });
