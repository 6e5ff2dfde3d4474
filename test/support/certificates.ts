import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface Authority extends Certificate {
  /** A certificate that it signs: for host names and addresses, as `DNS:localhost` or `IP:127.0.0.1`. */
  issue(
    names: readonly string[],
    options?: { readonly expired?: boolean; readonly commonName?: string },
  ): Promise<Certificate>;
}

/** An authority of the test's own, made with openssl; its files are in `folder`. */
export async function createAuthority(folder: string, name = "authority"): Promise<Authority> {
  const openssl = (...args: readonly string[]) => execa("openssl", args, { cwd: folder });
  const authority = await read(folder, name, () =>
    openssl(...newKey(name), "-x509", "-days", "2", "-subj", `/CN=${name}`, "-out", `${name}.crt`),
  );
  let count = 0;
  return {
    ...authority,
    async issue(names, { expired = false, commonName } = {}) {
      const own = `${name}-${(count += 1)}`;
      await writeFile(join(folder, `${own}.ext`), `subjectAltName=${names.join(",")}\n`);
      const [from, to] = expired
        ? ["20200101000000Z", "20200102000000Z"]
        : ["20200101000000Z", "20991231000000Z"];
      await writeFile(join(folder, `${own}.index`), "");
      await writeFile(join(folder, `${own}.cnf`), settingsOf(own));
      return read(folder, own, async () => {
        await openssl(...newKey(own), "-subj", `/CN=${commonName ?? own}`, "-out", `${own}.csr`);
        const signer = [
          "-cert",
          `${name}.crt`,
          "-keyfile",
          `${name}.key`,
          "-startdate",
          from,
          "-enddate",
          to,
        ];
        const files = ["-in", `${own}.csr`, "-extfile", `${own}.ext`, "-out", `${own}.crt`];
        await openssl(
          "ca",
          "-batch",
          "-notext",
          "-create_serial",
          "-config",
          `${own}.cnf`,
          ...signer,
          ...files,
        );
      });
    },
  };
}

/** `openssl ca` is the one command of OpenSSL 3.0 that makes a certificate which has expired. */
const settingsOf = (name: string): string => `[ca]
default_ca=here
[here]
new_certs_dir=.
database=${name}.index
serial=${name}.serial
default_md=sha256
policy=any
[any]
commonName=supplied
`;

const newKey = (name: string): string[] => [
  ...["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
  ...["-keyout", `${name}.key`],
];

async function read(folder: string, name: string, make: () => Promise<unknown>): Promise<Certificate> {
  await make();
  const [certificateFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const [certificate, key] = await Promise.all([
    readFile(certificateFile, "utf8"),
    readFile(keyFile, "utf8"),
  ]);
  return { certificate, key, certificateFile, keyFile };
}
