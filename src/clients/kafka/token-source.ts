import { readFile } from "node:fs/promises";
import { Agent } from "node:https";
import { rootCertificates } from "node:tls";

import axios from "axios";

import { CdcError } from "../../errors.js";
import { explainTlsError } from "../tls/explain-tls-error.js";

/** Where the token of an OAuth login comes from: a file that somebody renews, or client credentials. */
export type TokenOrigin =
  | { readonly file: string }
  | {
      readonly url: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string;
      /** PEM: an authority that the endpoint's certificate may have besides the well-known ones. */
      readonly ca?: string;
    };

export type ClientCredentials = Exclude<TokenOrigin, { readonly file: string }>;

const TIMEOUT_MS = 10_000;
/** Of a token's life: the rest is for clocks that differ, and for what is under way. */
const USED_SHARE = 0.8;
const HINT = "check kafka.tokenUrl, kafka.tokenClientId, kafka.tokenClientSecret and kafka.tokenScope";

interface Token {
  readonly value: string;
  /** Of `performance.now()`. */
  readonly renewAtMs: number;
}

/** One for each login, however many clients it has: they share its token. */
const tokens = new WeakMap<TokenOrigin, Promise<Token>>();

/**
 * The token to log in with now.
 * @throws CdcError KAFKA_REFUSED
 */
export async function findToken(origin: TokenOrigin): Promise<string> {
  if ("file" in origin) return readToken(origin.file);
  const known = await tokens.get(origin);
  if (known !== undefined && performance.now() < known.renewAtMs) return known.value;
  const asked = requestToken(origin);
  tokens.set(origin, asked);
  // One that did not come is asked for again by whoever comes next.
  asked.catch(() => tokens.delete(origin));
  return (await asked).value;
}

async function readToken(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new CdcError("KAFKA_REFUSED", `the token for Kafka cannot be read from ${file} (${code})`, {
      hint: "check kafka.tokenFile",
      cause: error,
    });
  });
  return text.trim();
}

async function requestToken({ url, clientId, clientSecret, scope, ca }: ClientCredentials): Promise<Token> {
  const form = { grant_type: "client_credentials", ...(scope === undefined ? {} : { scope }) };
  const askedAtMs = performance.now();
  const answer = await axios
    .post<unknown>(url, new URLSearchParams(form).toString(), {
      // RFC 6749, 2.3.1: both are encoded as in a form before they become basic authentication.
      auth: { username: encodeURIComponent(clientId), password: encodeURIComponent(clientSecret) },
      timeout: TIMEOUT_MS,
      proxy: false,
      maxRedirects: 0,
      validateStatus: () => true,
      ...(ca === undefined ? {} : { httpsAgent: new Agent({ ca: [...rootCertificates, ca] }) }),
    })
    .catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = explainTlsError({ code, message }, "kafka")?.why ?? code ?? "no answer";
      throw refusal(url, `does not answer: ${why}`);
    });
  const { access_token: value, expires_in: seconds, error } = record(answer.data);
  if (answer.status !== 200 || typeof value !== "string") {
    // RFC 6749, 5.2: a short word, such as invalid_client.
    const word = typeof error === "string" && /^[\w-]{1,40}$/.test(error) ? `: ${error}` : "";
    throw refusal(url, `answers ${answer.status}${word}, and no token`);
  }
  const lifeMs = Number(seconds) > 0 ? Number(seconds) * 1000 : 0;
  return { value, renewAtMs: askedAtMs + lifeMs * USED_SHARE };
}

// The error of axios holds the request with its secret, so that it is nobody's cause.
const refusal = (url: string, what: string): CdcError =>
  new CdcError("KAFKA_REFUSED", `the token endpoint ${url} ${what}`, { hint: HINT });

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
