import { isIPv6 } from "node:net";

import * as z from "zod";

import { isPostgresName, NAME_MAX_BYTES } from "../names.js";

const PORT_MAX = 65_535;

/**
 * What a value must be, as zod's message. The value that was found is added where the problem is
 * reported, because only there it is known whether it may be shown.
 */
export const expected = (what: string) => ({ error: `expected ${what}` });

/** A whole number from `min` to `max`, called `what` in messages. */
export function wholeNumber(what: string, min: number, max = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const error = expected(`${what} ${range}`);
  return z.int(error).min(min, error).max(max, error);
}

export const port = () => wholeNumber("a port", 1, PORT_MAX);

export const yesOrNo = () => z.boolean(expected("true or false"));

export const text = () => z.string(expected("text"));

/** A secret that must not be empty. */
export const secret = () => text().min(1, expected("text that is not empty"));

const identifierError = expected(`a name of 1 to ${NAME_MAX_BYTES} bytes`);
/** The name of a database or publication. */
export const identifier = () => z.string(identifierError).refine(isPostgresName, identifierError);

const roleError = expected(`a role's name of 1 to ${NAME_MAX_BYTES} bytes, other than public and none`);
/** The name of a role. In GRANT, `"public"` is everybody, even in quotes. */
export const roleName = () =>
  z
    .string(roleError)
    .refine((name) => isPostgresName(name) && name !== "public" && name !== "none", roleError);

/** Names of schemas. */
export const identifiers = () => z.array(identifier(), expected("a list of names"));

const hostError = expected("a host name or an IP address");
export const host = () => z.string(hostError).refine(isHost, hostError);

const brokerError = expected("host:port");
const broker = z.string(brokerError).refine(isBroker, brokerError);
export const brokers = () =>
  z
    .array(broker, expected("a list of host:port"))
    .min(1, expected("a list of host:port with at least one entry"));

const urlError = expected("a URL like http://host:8083");
/** The base URLs of one server or of several that stand for each other; a user in one is basic authentication. */
export const connectUrls = () =>
  z.union([z.string(), z.array(z.string())], urlError).superRefine((value, context) => {
    const isText = typeof value === "string";
    const urls = splitUrls(value);
    if (urls.length === 0) context.addIssue({ code: "custom", message: urlError.error });
    for (const [index, url] of urls.entries()) {
      const message = urlProblem(url);
      if (message !== undefined) context.addIssue({ code: "custom", path: isText ? [] : [index], message });
    }
  });

/** The URLs of a setting of several: separated by commas where they stand in one text. */
export function splitUrls(value: string | readonly string[]): readonly string[] {
  if (typeof value !== "string") return value;
  return value
    .split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "");
}

function urlProblem(url: string): string | undefined {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return urlError.error;
  return /[?#]/.test(url) ? "expected a URL without ? and #" : undefined;
}

const proxyError = expected("a URL like http://proxy:3128");
/** The URL of an HTTP proxy. */
export const proxyUrl = () =>
  z.string(proxyError).refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), proxyError);

const httpUrlError = expected("a URL like https://host/path");
/** A URL of http or https. */
export const httpUrl = () =>
  z.string(httpUrlError).refine((url) => /^https?:\/\//i.test(url) && URL.canParse(url), httpUrlError);

const headerError = expected("headers like X-Team: payments");
/** Names and values of HTTP headers. */
export const headers = () =>
  z.record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, headerError),
    z.string(headerError).regex(/^[\t\x20-\x7e\x80-\xff]*$/, headerError),
    headerError,
  );

/** The path of a file or folder; made absolute after it was checked. */
export const filePath = () =>
  z
    .string(expected("a path"))
    .min(1, expected("a path"))
    // Taken as it stands, it would silently make a folder called "~".
    .refine(
      (path) => !/^~($|[/\\])/.test(path),
      expected('a path without "~" (it is not expanded here: write the whole path)'),
    );

const nameError = expected("a name of lower-case letters, digits and -, at most 63 long");
/** The name of a Kubernetes namespace. */
export const namespaceName = () => text().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, nameError);

const storageError = expected("a size such as 10Gi");
/** A size as Kubernetes writes it, in bytes with a binary or decimal unit. */
export const storageSize = () => text().regex(/^[1-9]\d*([KMGTP]i?|k)?$/, storageError);

const scheduleError = expected("a schedule such as 15 2 * * * or @daily");
/** A cron schedule in its shape; whether its numbers make sense is the API server's to say. */
export const cronSchedule = () =>
  text().regex(
    /^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[\d*][^\s]*( [\dA-Za-z*?][^\s]*){4})$/,
    scheduleError,
  );

const imageError = expected("an image such as postgres:15, perhaps with @sha256: and 64 digits");
/** The reference of a container image: no spaces, not empty; pinned where it ends in its digest. */
export const imageName = () => text().regex(/^[^\s@]+(@sha256:[0-9a-f]{64})?$/, imageError);

function isHost(value: string): boolean {
  return /^[\p{L}\p{N}._-]+$/u.test(value) || isIPv6(value);
}

function isBroker(value: string): boolean {
  const [, bracketed, plain = "", portText] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(value) ?? [];
  const hasHost = bracketed === undefined ? isHost(plain) : isIPv6(bracketed);
  return hasHost && Number(portText) >= 1 && Number(portText) <= PORT_MAX;
}

export const heapMb = () => wholeNumber("a number of megabytes", 128);

export const choice = <const Choices extends readonly [string, ...string[]]>(choices: Choices) =>
  z.enum(choices, expected(choices.join(" or ")));
