import { Readable } from "node:stream";
import { text } from "node:stream/consumers";

import axios from "axios";

import { CdcError } from "../../errors.js";
import { type Deadline, deadlineIn } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";
import type { Login } from "./api-login.js";
import { unreachable } from "./unreachable.js";

/** For how long a request is repeated that a server did not take which has answered before. */
const RETRY_MS = 20_000;
/** The same for one that never answered: its address may be wrong. */
const FIRST_CONTACT_MS = 5_000;
const RETRY_INTERVAL_MS = 500;
const ANSWER_TIMEOUT_MS = 15_000;

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the server's URL, with each part encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** JSON where the server sent JSON, else text. */
  readonly body: unknown;
}

export interface RequestOptions {
  readonly server: string;
  readonly login: Login;
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly onWait?: ((reason: string) => void) | undefined;
}

/** Requests to the API server. Every answer comes back, for the caller to judge, but for those that a moment later may differ. */
export interface ApiRequests {
  /** @throws CdcError CLUSTER_UNREACHABLE once it was repeated long enough */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** The same with the body as it comes, where the status is 200. */
  stream(request: ApiRequest): Promise<Readable | ApiAnswer>;
  /** How often the server did not answer, from the first time to the next answer. */
  absences(): number;
}

/** Every request may be repeated: what is written is a state, or deleted; what is posted is a question. */
export function createRequests(options: RequestOptions): ApiRequests {
  const { server, deadline, signal, onWait } = options;
  let hasAnswered = false;
  let isAway = false;
  let absences = 0;

  /** Many requests may wait for the same: it is told once. */
  function tellAway(reason: string): void {
    if (isAway) return;
    isAway = true;
    absences += 1;
    onWait?.(`${reason}; it is asked again`);
  }

  function tellBack(): void {
    if (!isAway) return;
    isAway = false;
    onWait?.("the API server answers again");
  }

  async function repeat<T extends ApiAnswer | Readable>(
    request: ApiRequest,
    once: () => Promise<T>,
  ): Promise<T> {
    let cause: unknown;
    return waitUntil({
      intervalMs: RETRY_INTERVAL_MS,
      deadline: deadlineIn(Math.min(deadline.remainingMs(), hasAnswered ? RETRY_MS : FIRST_CONTACT_MS)),
      signal,
      onReason: tellAway,
      probe: async () => {
        try {
          const answer = await once();
          const status = answer instanceof Readable ? 200 : answer.status;
          if (!isPassing(status)) {
            hasAnswered = true;
            tellBack();
            return ready(answer);
          }
          return notYet(`the API server answers ${status} to ${request.method} ${request.path}`);
        } catch (error) {
          if (signal.aborted) throw new DOMException("interrupted", "AbortError");
          if (!isOfNetwork(error)) throw error;
          cause = error;
          const failure = unreachable(server, error);
          if (!failure.mayPass) throw failure.error;
          return notYet(failure.error.message);
        }
      },
      onTimeout: (reason) =>
        cause === undefined
          ? new CdcError("CLUSTER_UNREACHABLE", `${reason}, again and again`, {
              hint: "kubectl get --raw /readyz; then run the same command again",
            })
          : unreachable(server, cause).error,
    });
  }

  async function request(
    { method, path, query = {}, body, contentType }: ApiRequest,
    requestSignal: AbortSignal,
  ): Promise<{ status: number; data: Readable }> {
    const { headers, agent } = await options.login.get();
    return axios.request<Readable>({
      method,
      url: `${server.replace(/\/+$/, "")}${path}`,
      params: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)),
      ...(body === undefined ? {} : { data: JSON.stringify(body) }),
      headers: {
        ...headers,
        Accept: "application/json",
        ...(contentType === undefined ? {} : { "Content-Type": contentType }),
      },
      httpAgent: agent,
      httpsAgent: agent,
      // The kubeconfig says what proxy there is.
      proxy: false,
      maxRedirects: 0,
      timeout: ANSWER_TIMEOUT_MS,
      signal: requestSignal,
      responseType: "stream",
      validateStatus: () => true,
    });
  }

  const sendOnce = async (what: ApiRequest): Promise<ApiAnswer> => {
    // The timeout of the request itself ends where the answer begins. A timer of our own holds on to the signal, which
    // may be collected behind AbortSignal.any otherwise: https://github.com/nodejs/node/issues/57736
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_TIMEOUT_MS);
    try {
      const { status, data } = await request(what, AbortSignal.any([signal, late.signal]));
      return { status, body: parseBody(await text(data)) };
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    absences: () => absences,
    send: (what) => repeat(what, () => sendOnce(what)),
    stream: (what) =>
      repeat(what, async () => {
        const { status, data } = await request(what, signal);
        return status === 200 ? data : { status, body: parseBody(await text(data)) };
      }),
  };
}

/** An answer that breaks off in its middle is an error of Node, with a code. */
const isOfNetwork = (error: unknown): boolean =>
  axios.isCancel(error) || (error instanceof Error && !(error instanceof CdcError) && "code" in error);

/** Too many requests, or a server that starts or ends. */
const isPassing = (status: number): boolean => [429, 502, 503, 504].includes(status);

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
