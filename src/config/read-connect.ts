import { createPrivateKey, X509Certificate } from "node:crypto";

import type { ConnectAccess, ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import { decodeUserInfo } from "./decode-user-info.js";
import { codeOf, readUtf8 } from "./read-utf8.js";
import type { ConnectSettings } from "./sections/connect.js";
import { splitUrls } from "./value-types.js";

interface Problem {
  /** The dotted key of the setting that is wrong. */
  readonly path: string;
  readonly message: string;
}

/**
 * How Kafka Connect is reached, by settings that are right one by one: what each needs of the others is looked
 * at, and the files are read.
 * @param settings with absolute paths
 */
export async function readConnect(
  settings: ConnectSettings,
): Promise<{ endpoint: ConnectEndpoint; problems: readonly Problem[] }> {
  const urls = splitUrls(settings.url).map((url) => new URL(url));
  const [url = "", ...others] = urls.map(withoutUser);
  const problems: Problem[] = [];
  const wrong = (key: string, message: string) => void problems.push({ path: `connect.${key}`, message });
  const basic = readBasic(settings, urls, wrong);
  const ca = await readPem(settings.caFile, isCertificate, "a PEM certificate", (why) =>
    wrong("caFile", why),
  );
  const certificate = await readPem(settings.certFile, isCertificate, "a PEM certificate", (why) =>
    wrong("certFile", why),
  );
  const key = await readPem(settings.keyFile, isKey, "a PEM key without a passphrase", (why) =>
    wrong("keyFile", why),
  );
  if ((settings.certFile === undefined) !== (settings.keyFile === undefined)) {
    const [there, missing] =
      settings.keyFile === undefined ? ["certFile", "keyFile"] : ["keyFile", "certFile"];
    wrong(there, `expected connect.${missing} too: a certificate is of no use without its key`);
  }
  if (urls.every(({ protocol }) => protocol === "http:")) {
    for (const file of ["caFile", "certFile"] as const) {
      if (settings[file] !== undefined)
        wrong(file, "expected an https URL in connect.url: http has no certificates");
    }
  }
  const access: ConnectAccess = {
    ...(basic === undefined ? {} : { basic }),
    ...(settings.token === undefined ? {} : { token: settings.token }),
    ...(settings.headers === undefined ? {} : { headers: settings.headers }),
    ...(settings.proxy === undefined ? {} : { proxy: settings.proxy }),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { clientCertificate: { certificate, key } }),
  };
  const endpoint = {
    url,
    ...(others.length === 0 ? {} : { others }),
    ...(Object.keys(access).length === 0 ? {} : { access }),
  };
  return { endpoint, problems };
}

/** A user may stand in the URLs or in settings of its own. */
function readBasic(
  { username, password, token }: ConnectSettings,
  urls: readonly URL[],
  wrong: (key: string, message: string) => void,
): ConnectAccess["basic"] {
  const inUrls = new Set(
    urls.filter((url) => url.username !== "").map((url) => `${url.username}:${url.password}`),
  );
  if (inUrls.size > 1) wrong("url", "expected the same user in all URLs");
  if (inUrls.size > 0 && username !== undefined)
    wrong("username", "expected no user in connect.url beside it");
  if (username !== undefined && password === undefined) wrong("username", "expected connect.password too");
  if (password !== undefined && username === undefined) wrong("password", "expected connect.username too");
  if (token !== undefined && (username !== undefined || inUrls.size > 0)) {
    wrong("token", "expected no user beside it: a request is either basic or bearer");
  }
  if (username !== undefined) return { username, password: password ?? "" };
  const found = urls.find((url) => url.username !== "");
  return found && { username: decodeUserInfo(found.username), password: decodeUserInfo(found.password) };
}

function withoutUser(url: URL): string {
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  return bare.href.replace(/\/+$/, "");
}

async function readPem(
  file: string | undefined,
  isPem: (text: string) => boolean,
  what: string,
  wrong: (why: string) => void,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    const text = await readUtf8(file);
    if (isPem(text)) return text;
    wrong(`expected ${what} in ${file}`);
  } catch (error) {
    wrong(`the file ${file} cannot be read (${codeOf(error)})`);
  }
  return undefined;
}

const isCertificate = (text: string): boolean => parses(() => new X509Certificate(text));
const isKey = (text: string): boolean => parses(() => createPrivateKey(text));

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
