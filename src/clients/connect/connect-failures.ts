import type { AxiosRequestConfig, AxiosResponse } from "axios";

import { CdcError } from "../../errors.js";
import { isHtml, messageOf } from "./answer-text.js";
import type { Attempt } from "./judge-attempt.js";

const UNREACHABLE_HINT =
  "cdc-pipeline status; for servers of your own check connect.url (CDC_PIPELINE_CONNECT_URL)";

/** That a request was done, whatever the worker says of it. @throws CdcError CONNECT_FAILED */
export function expectDone(answer: AxiosResponse<unknown>, url: string): void {
  if (answer.status >= 200 && answer.status < 300 && !isHtml(answer.data)) return;
  throw failure(answer, url, messageOf(answer));
}

/** The error for an answer that is not what was asked for. */
export function failure({ status }: AxiosResponse<unknown>, url: string, why: string): CdcError {
  const hint = HINTS[status] ?? (status >= 200 && status < 400 ? WRONG_SERVER : undefined);
  return new CdcError("CONNECT_FAILED", `Kafka Connect at ${url} answers ${status}: ${why}`, {
    ...(hint === undefined ? {} : { hint }),
    details: { status },
  });
}

const WRONG_SERVER = "is this the REST API of Kafka Connect? For the external target: connect.url";
const HINTS: Readonly<Record<number, string>> = {
  401: "it asks for a login: set connect.username and connect.password, or connect.token; if they are set, check them",
  403: "the login may not do this: check the rights of connect.username, of connect.token or of the client's certificate",
  407: "the proxy asks for a login: put user and password into connect.proxy, http://USER:PASSWORD@HOST:PORT",
};

/**
 * The end of a request that is not made again: the answer there is, for the caller to judge, or an error that
 * names each worker with what it came to.
 * @param isOver it was waited for, and not long enough
 */
export function giveUp(
  attempts: readonly Attempt[],
  last: Attempt,
  request: AxiosRequestConfig,
  isOver: boolean,
): AxiosResponse<unknown> {
  if (attempts.length > 1) throw noneAnswered(attempts, request, isOver);
  const { url, answer } = last;
  if (isOver) {
    const why = answer === undefined ? last.failure.why : `${answer.status}: ${messageOf(answer)}`;
    const reason = answer?.status === 409 ? `Kafka Connect is rebalancing (409): ${messageOf(answer)}` : why;
    throw new CdcError(
      answer === undefined ? "CONNECT_UNREACHABLE" : "CONNECT_FAILED",
      `Kafka Connect at ${url} did not take ${nameOf(request)} in time; last seen: ${reason}`,
      {
        hint: `${last.failure?.hint ?? "cdc-pipeline logs connect"}; more time: --timeout SECONDS`,
        ...(answer === undefined ? {} : { details: { status: answer.status } }),
      },
    );
  }
  if (answer !== undefined) return answer;
  const { why, hint = UNREACHABLE_HINT } = last.failure;
  throw new CdcError("CONNECT_UNREACHABLE", `Kafka Connect at ${url} does not answer: ${why}`, { hint });
}

function noneAnswered(attempts: readonly Attempt[], request: AxiosRequestConfig, isOver: boolean): CdcError {
  const seen = attempts.map(({ url, answer, failure: why }) =>
    answer === undefined ? `${url}: ${why.why}` : `${url}: ${answer.status}: ${messageOf(answer)}`,
  );
  const what = isOver ? `none did ${nameOf(request)} in time` : "none answers";
  const hint = attempts.flatMap(({ failure: why }) => why?.hint ?? [])[0] ?? UNREACHABLE_HINT;
  const status = attempts.findLast(({ answer }) => answer !== undefined)?.answer?.status;
  return new CdcError(
    status === undefined ? "CONNECT_UNREACHABLE" : "CONNECT_FAILED",
    `of ${attempts.length} workers of Kafka Connect ${what}: ${seen.join("; ")}`,
    { hint, ...(status === undefined ? {} : { details: { status } }) },
  );
}

export const nameOf = ({ method = "GET", url = "/" }: AxiosRequestConfig): string =>
  `${method.toUpperCase()} ${url}`;
