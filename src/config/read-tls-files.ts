import { createPrivateKey, X509Certificate } from "node:crypto";

import type { TlsAccess } from "../clients/tls/tls-access.js";
import { codeOf, readUtf8 } from "./read-utf8.js";
import type { Complain } from "./setting-problem.js";

interface TlsFiles {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

const TLS_FILES = ["caFile", "certFile", "keyFile"] as const;

/** Reads the files of certificates that a section names, with absolute paths. */
export async function readTlsFiles(
  section: string,
  { caFile, certFile, keyFile }: TlsFiles,
  wrong: Complain,
): Promise<TlsAccess> {
  const read = async (
    key: string,
    file: string | undefined,
    isPem: (text: string) => boolean,
    what: string,
  ) => readPem(file, isPem, what, (why) => wrong(key, why));
  const ca = await read("caFile", caFile, isCertificate, "a PEM certificate");
  const certificate = await read("certFile", certFile, isCertificate, "a PEM certificate");
  const key = await read("keyFile", keyFile, isKey, "a PEM key without a passphrase");
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [there, missing] = keyFile === undefined ? ["certFile", "keyFile"] : ["keyFile", "certFile"];
    wrong(there, `expected ${section}.${missing} too: a certificate is of no use without its key`);
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { clientCertificate: { certificate, key } }),
  };
}

/** Notes each file of certificates that is named where there is no TLS. */
export function refuseTlsFiles(files: TlsFiles, wrong: Complain, why: string): void {
  for (const key of TLS_FILES) {
    if (files[key] !== undefined) wrong(key, why);
  }
}

/** The same settings with the paths of their certificates made absolute. */
export function withAbsoluteFiles<Given extends TlsFiles>(
  settings: Given,
  absolute: (key: string, file: string) => string,
): Given {
  const files = TLS_FILES.flatMap((key) => {
    const file = settings[key];
    return file === undefined ? [] : [[key, absolute(key, file)] as const];
  });
  return { ...settings, ...Object.fromEntries(files) };
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
