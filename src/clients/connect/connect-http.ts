import { setTimeout as delay } from "node:timers/promises";

import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosResponse } from "axios";
import type * as z from "zod";

import { CdcError } from "../../errors.js";
import type { Deadline } from "../../wait/deadline.js";
import { messageOf } from "./answer-text.js";
import type { ConnectEndpoint } from "./connect-endpoint.js";
import { expectDone, failure, giveUp, nameOf } from "./connect-failures.js";
import { httpAccess } from "./http-access.js";
import { type Attempt, judgeAttempt, patienceMs, pauseMs } from "./judge-attempt.js";
import { explainNetworkError } from "./network-failure.js";

const READ_TIMEOUT_MS = 10_000;
const NEVER_ABORTED = new AbortController().signal;

export interface ConnectClientOptions {
  /** Aborts requests that are under way. */
  readonly signal?: AbortSignal;
  /** Until when a request is made again; without it, only other workers are asked. */
  readonly deadline?: Deadline;
  /** Told why a request is made again, for progress. */
  readonly onWait?: (reason: string) => void;
  /** A worker that does not answer is waited for from the first request on: it was started a moment ago. */
  readonly isPatient?: boolean;
  /** How long one write or validation may take, in milliseconds; less where the deadline comes before. */
  readonly writeTimeoutMs?: number;
}

export interface SendOptions {
  /** It changes something. */
  readonly isWrite?: boolean;
  /** Every answer is taken as it is. */
  readonly asIs?: boolean;
  /** Whether what was asked for is so by now; asked when an attempt may have been done and was not answered. */
  readonly isDone?: () => Promise<boolean>;
}

/** Sends a request, again where that is right; answers of every status come back, for `expectAnswer` to judge. */
export type Send = (request: AxiosRequestConfig, options?: SendOptions) => Promise<AxiosResponse<unknown>>;

/** HTTP towards the workers of one Connect. Stays with the worker that answered last. */
export function createSend(
  { url, others = [], access }: ConnectEndpoint,
  { signal = NEVER_ABORTED, deadline, onWait, isPatient = false }: ConnectClientOptions = {},
): Send {
  const urls = [url, ...others];
  let current = 0;
  let isExpected = isPatient;
  const http = axios.create({
    validateStatus: () => true,
    // A redirected PUT would arrive as a GET.
    maxRedirects: 0,
    signal,
    ...httpAccess(access),
  });
  const attempt = (request: AxiosRequestConfig): Promise<Attempt> => {
    const wanted = request.timeout ?? READ_TIMEOUT_MS;
    const timeout = Math.max(1, Math.min(wanted, deadline?.remainingMs() ?? wanted));
    return tryOnce(http, { ...request, timeout, baseURL: urls[current] ?? url });
  };
  /** Whether a worker is there that only needs more time. */
  const isStarting = async (): Promise<string | undefined> => {
    const { answer } = await attempt({ method: "GET", url: "/health" });
    return answer?.status === 503 && hasStatus(answer.data) ? messageOf(answer) : undefined;
  };
  return async (request, { isWrite = false, asIs = false, isDone } = {}) => {
    const startedMs = performance.now();
    const seen = new Map<string, Attempt>();
    let lastReason = "";
    let before: Attempt | undefined;
    for (let attempts = 1; ; attempts += 1) {
      const made = await attempt(request);
      const verdict = asIs && made.answer !== undefined ? TAKE : judgeAttempt(made, isWrite);
      if (verdict.kind === "take") {
        isExpected = true;
        return made.answer ?? fail(made);
      }
      seen.set(made.url, made);
      if (verdict.elsewhere) current = (current + 1) % urls.length;
      if (verdict.isUnsure && isDone !== undefined && deadline !== undefined && deadline.remainingMs() > 0) {
        onWait?.(`${nameOf(request)}: ${verdict.reason}; it is looked whether it was done`);
        if (await isDone()) return { ...DONE, config: { ...request, headers: axios.AxiosHeaders.from({}) } };
      }
      const isElsewhereUntried =
        verdict.elsewhere && seen.size < urls.length && !seen.has(urls[current] ?? url);
      if (isElsewhereUntried) continue;
      const isAnswered = made.answer !== undefined;
      const mayStart = verdict.isStarting !== true && /^(return|few)$/.test(verdict.patience);
      const isAsked = deadline !== undefined && isAnswered && mayStart && !isExpected;
      const starting = isAsked ? await isStarting() : undefined;
      if (starting !== undefined || verdict.isStarting === true) isExpected = true;
      const situation = { isExpected, isAnswered, attempts, elapsedMs: performance.now() - startedMs };
      const isLate = deadline?.remainingMs() === 0;
      const leftMs = Math.min(patienceMs(verdict.patience, situation), deadline?.remainingMs() ?? 0);
      if (asIs || deadline === undefined || leftMs === 0) {
        const isOver = isLate || (verdict.patience === "return" && isExpected);
        // An attempt that the deadline cut off says less than the one before it.
        const last = isLate && made.failure !== undefined ? (before ?? made) : made;
        const all = seen.size > 1 ? [...seen.values()] : [last];
        return giveUp(all, last, request, deadline !== undefined && isOver);
      }
      const reason = starting === undefined ? verdict.reason : `Kafka Connect is still starting: ${starting}`;
      if (reason !== lastReason) onWait?.(reason);
      lastReason = reason;
      await pause(Math.min(pauseMs(attempts, Math.random()), leftMs), signal);
      before = made;
      seen.clear();
    }
  };
}

const TAKE = { kind: "take" } as const;
const DONE = { status: 200, statusText: "", data: {}, headers: {} } as const;

const hasStatus = (data: unknown): boolean => typeof data === "object" && data !== null && "status" in data;

function fail({ url }: Attempt): never {
  throw new CdcError("CONNECT_UNREACHABLE", `Kafka Connect at ${url} does not answer`);
}

/** A wait between two attempts, ended by the run's interrupt. */
export async function pause(ms: number, signal: AbortSignal = NEVER_ABORTED): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) throw new DOMException("interrupted", "AbortError");
}

/** A leader's 404 comes as a 500 where another worker has passed the request on. */
const FORWARDED_404 = /connector \S+ not found/i;

/** The request's own error holds the body, with the password in it: only its message goes on. */
async function tryOnce(
  http: AxiosInstance,
  request: AxiosRequestConfig & { readonly baseURL: string; readonly timeout: number },
): Promise<Attempt> {
  const { baseURL: url, timeout } = request;
  try {
    const answer = await http.request<unknown>(request);
    if (answer.status === 500 && FORWARDED_404.test(messageOf(answer))) answer.status = 404;
    return { url, answer };
  } catch (error) {
    if (axios.isCancel(error)) throw new DOMException("interrupted", "AbortError");
    const { code, message } = axios.isAxiosError(error) ? error : { code: undefined, message: String(error) };
    const isTimeout = code === "ECONNABORTED" && message.includes("timeout");
    return { url, failure: explainNetworkError({ code, message, isTimeout }, timeout) };
  }
}

/** What was asked for. @throws CdcError CONNECT_FAILED, also for an answer of another shape */
export function expectAnswer<T>(answer: AxiosResponse<unknown>, url: string, shape: z.ZodType<T>): T {
  expectDone(answer, url);
  const { success, data } = shape.safeParse(answer.data);
  if (success) return data;
  throw failure(answer, url, `not Kafka Connect's answer to ${nameOf(answer.config)}`);
}
