import axios, { type AxiosInstance, type AxiosResponse } from "axios";

import { CdcError } from "../errors.js";
import { deadlineIn } from "../wait/deadline.js";
import { notYet, ready, waitUntil } from "../wait/wait-until.js";

const READ_TIMEOUT_MS = 10_000;
/** For how long a worker may turn requests down (409) because its group is rebalancing. */
const REBALANCE_MS = 60_000;
const NEVER_ABORTED = new AbortController().signal;

/** HTTP towards one Connect worker; answers of every status come back, for `expectAnswer` to judge. */
export function createHttp(url: string, signal: AbortSignal = NEVER_ABORTED): AxiosInstance {
  return axios.create({
    baseURL: url,
    timeout: READ_TIMEOUT_MS,
    // A proxy from the environment must not get between us and a worker on loopback.
    proxy: false,
    validateStatus: () => true,
    signal,
  });
}

/** Sends a request, again and again while the worker's group is rebalancing. */
export async function send(http: AxiosInstance, request: Request): Promise<AxiosResponse> {
  return waitUntil({
    intervalMs: 250,
    deadline: deadlineIn(REBALANCE_MS),
    signal: (http.defaults.signal as AbortSignal | undefined) ?? NEVER_ABORTED,
    probe: async () => {
      const answer = await sendOnce(http, request);
      return answer.status === 409 ? notYet(messageOf(answer)) : ready(answer);
    },
    onTimeout: (reason) =>
      new CdcError(
        "CONNECT_FAILED",
        `Kafka Connect at ${http.defaults.baseURL ?? ""} goes on answering 409: ${reason}`,
        {
          hint: "cdc-pipeline logs connect",
          details: { status: 409 },
        },
      ),
  });
}

type Request = Parameters<AxiosInstance["request"]>[0];

/** The request's own error holds the body, with the password in it: only its message goes on. */
async function sendOnce(http: AxiosInstance, request: Request): Promise<AxiosResponse> {
  try {
    return await http.request(request);
  } catch (error) {
    if (axios.isCancel(error)) throw new DOMException("interrupted", "AbortError");
    const why = axios.isAxiosError(error) ? (error.code ?? error.message) : String(error);
    throw new CdcError(
      "CONNECT_UNREACHABLE",
      `Kafka Connect at ${http.defaults.baseURL ?? ""} does not answer: ${why}`,
      {
        hint: "cdc-pipeline status",
      },
    );
  }
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the one place that trusts Connect's shapes
export function expectAnswer<T>(answer: AxiosResponse, url: string): T {
  if (answer.status >= 200 && answer.status < 300 && typeof answer.data !== "string") return answer.data as T;
  if (answer.status >= 200 && answer.status < 300 && answer.data === "") return undefined as T;
  throw new CdcError(
    "CONNECT_FAILED",
    `Kafka Connect at ${url} answers ${answer.status}: ${messageOf(answer)}`,
    {
      details: { status: answer.status },
    },
  );
}

/** What the worker says, never more than one line of it; a proxy's HTML is named as such. */
export function messageOf(answer: AxiosResponse): string {
  const data: unknown = answer.data;
  if (typeof data === "object" && data !== null && "message" in data) return String(data.message);
  if (typeof data === "string" && data.trimStart().startsWith("<"))
    return "an HTML page, not Kafka Connect's JSON";
  return `HTTP ${answer.status}`;
}
