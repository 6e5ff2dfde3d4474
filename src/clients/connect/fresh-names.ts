import type { AxiosResponse } from "axios";

import { type ConnectClientOptions, pause } from "./connect-http.js";

/** A worker reads of a new connector in Kafka's topics, as soon as it gets there. */
const FRESH_MS = 5_000;
const INTERVAL_MS = 100;

export interface FreshNames {
  add(name: string): void;
  forget(name: string): void;
  /** Asks again while a connector that was made a moment ago is not known yet (404). */
  find(name: string, ask: () => Promise<AxiosResponse<unknown>>): Promise<AxiosResponse<unknown>>;
}

/** The connectors that were made a moment ago. Without a deadline, nobody waits for them. */
export function createFreshNames({ deadline, signal }: ConnectClientOptions): FreshNames {
  const madeAtMs = new Map<string, number>();
  const isFresh = (name: string) => performance.now() - (madeAtMs.get(name) ?? -Infinity) < FRESH_MS;
  return {
    add: (name) => void madeAtMs.set(name, performance.now()),
    forget: (name) => void madeAtMs.delete(name),
    async find(name, ask) {
      for (;;) {
        const answer = await ask();
        if (answer.status !== 404) {
          if (answer.status === 200) madeAtMs.delete(name);
          return answer;
        }
        if (deadline === undefined || deadline.remainingMs() === 0 || !isFresh(name)) return answer;
        await pause(INTERVAL_MS, signal);
      }
    },
  };
}
