import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from "axios";
import type * as z from "zod";

import { CdcError } from "../../errors.js";
import type { Deadline } from "../../wait/deadline.js";
import { notYet, ready, waitUntil } from "../../wait/wait-until.js";

const READ_TIMEOUT_MS = 10_000;
const NEVER_ABORTED = new AbortController().signal;

export interface ConnectClientOptions {
  /** Aborts requests that are under way. */
  readonly signal?: AbortSignal;
  /** Until when a request is repeated that a rebalancing worker turns down (409); without it, none is. */
  readonly deadline?: Deadline;
  /** Told why a request is repeated, for progress. */
  readonly onWait?: (reason: string) => void;
}

/** Sends a request; answers of every status come back, for `expectAnswer` to judge. */
export type Send = (request: AxiosRequestConfig) => Promise<AxiosResponse>;

/** HTTP towards one Connect worker. */
export function createSend(url: string, options: ConnectClientOptions = {}): Send {
  const { signal = NEVER_ABORTED, deadline, onWait } = options;
  const http = axios.create({
    baseURL: url,
    timeout: READ_TIMEOUT_MS,
    // A proxy from the environment must not get between us and a worker on loopback.
    proxy: false,
    validateStatus: () => true,
    signal,
  });
  if (deadline === undefined) return (request) => sendOnce(http, url, request);
  return (request) =>
    waitUntil({
      intervalMs: 250,
      deadline,
      signal,
      ...(onWait === undefined ? {} : { onReason: onWait }),
      probe: async () => {
        const answer = await sendOnce(http, url, request);
        const isUnlucky = answer.status === 500 && /rebalance is expected/.test(messageOf(answer));
        if (answer.status !== 409 && !isUnlucky) return ready(answer);
        return notYet(`Kafka Connect is rebalancing (409): ${messageOf(answer)}`);
      },
      onTimeout: (reason) =>
        new CdcError(
          "CONNECT_FAILED",
          `Kafka Connect at ${url} did not take ${nameOf(request)} in time; last seen: ${reason}`,
          {
            hint: "cdc-pipeline logs connect; more time: --timeout SECONDS",
            details: { status: 409 },
          },
        ),
    });
}

/** The request's own error holds the body, with the password in it: only its message goes on. */
async function sendOnce(
  http: AxiosInstance,
  url: string,
  request: AxiosRequestConfig,
): Promise<AxiosResponse> {
  try {
    return await http.request(request);
  } catch (error) {
    if (axios.isCancel(error)) throw new DOMException("interrupted", "AbortError");
    const why = axios.isAxiosError(error) ? (error.code ?? error.message) : String(error);
    throw new CdcError("CONNECT_UNREACHABLE", `Kafka Connect at ${url} does not answer: ${why}`, {
      hint: "cdc-pipeline status; for servers of your own check connect.url (CDC_PIPELINE_CONNECT_URL)",
    });
  }
}

/** What was asked for. @throws CdcError CONNECT_FAILED, also for an answer of another shape */
export function expectAnswer<T>(answer: AxiosResponse, url: string, shape: z.ZodType<T>): T {
  expectDone(answer, url);
  const { success, data } = shape.safeParse(answer.data);
  if (success) return data;
  throw failure(answer, url, `not Kafka Connect's answer to ${nameOf(answer.config)}`);
}

/** That a request was done, whatever the worker says of it. @throws CdcError CONNECT_FAILED */
export function expectDone(answer: AxiosResponse, url: string): void {
  if (answer.status >= 200 && answer.status < 300 && !isHtml(answer.data)) return;
  throw failure(answer, url, messageOf(answer));
}

function failure({ status }: AxiosResponse, url: string, why: string): CdcError {
  const isOther = status >= 200 && status < 300;
  return new CdcError("CONNECT_FAILED", `Kafka Connect at ${url} answers ${status}: ${why}`, {
    ...(isOther
      ? { hint: "is this the REST API of Kafka Connect? For the external target: connect.url" }
      : {}),
    details: { status },
  });
}

/** What the worker says, never more than one line of it; a proxy's HTML is named as such. */
export function messageOf({ status, data }: AxiosResponse<unknown>): string {
  if (isHtml(data)) return "an HTML page, not Kafka Connect's JSON";
  const message = typeof data === "object" && data !== null && "message" in data ? data.message : undefined;
  const lines = typeof message === "string" ? message.split(/[\r\n]+/).map((line) => line.trim()) : [];
  return lines.find((line) => line !== "") ?? `HTTP ${status}`;
}

const isHtml = (data: unknown): boolean => typeof data === "string" && data.trimStart().startsWith("<");

const nameOf = ({ method = "GET", url = "/" }: AxiosRequestConfig): string =>
  `${method.toUpperCase()} ${url}`;
