import type { ConnectAccess, ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import { decodeUserInfo } from "./decode-user-info.js";
import { readTlsFiles } from "./read-tls-files.js";
import type { ConnectSettings } from "./sections/connect.js";
import { collectProblems, type Complain, type SettingProblem } from "./setting-problem.js";
import { splitUrls } from "./value-types.js";

/**
 * How Kafka Connect is reached, by settings that are right one by one: what each needs of the others is looked
 * at, and the files are read.
 * @param settings with absolute paths
 */
export async function readConnect(
  settings: ConnectSettings,
): Promise<{ endpoint: ConnectEndpoint; problems: readonly SettingProblem[] }> {
  const urls = splitUrls(settings.url).map((url) => new URL(url));
  const [url = "", ...others] = urls.map(withoutUser);
  const { problems, wrong } = collectProblems("connect");
  const basic = readBasic(settings, urls, wrong);
  const files = await readTlsFiles("connect", settings, wrong);
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
    ...files,
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
  wrong: Complain,
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
