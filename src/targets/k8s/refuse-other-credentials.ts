import { CdcError } from "../../errors.js";
import { CREDENTIALS, type Manifest } from "./manifest.js";

/** Read when the database is made, and never again; Debezium's are looked after by `prepare`. */
const FIXED: Readonly<Record<string, string>> = {
  "admin-user": "postgres.adminUser",
  "admin-password": "postgres.adminPassword",
  "admin-database": "postgres.adminDatabase",
};

/**
 * A Secret that says something else than the database was made with would be a lie.
 * @throws CdcError KUBERNETES_CREDENTIALS_DIFFER, without a value
 */
export function refuseOtherCredentials(
  wanted: Manifest,
  live: Manifest | undefined,
  namespace: string,
): void {
  if (live === undefined) return;
  const [given, found] = [wanted, live].map(
    ({ data }) => data as Readonly<Record<string, string>> | undefined,
  );
  const different = Object.entries(FIXED).filter(([key]) => given?.[key] !== found?.[key]);
  if (different.length === 0) return;
  const settings = different.map(([, setting]) => setting);
  const commands = different.map(
    ([key, setting]) =>
      `kubectl get secret ${CREDENTIALS} -n ${namespace} -o jsonpath='{.data.${key}}' | base64 -d   (${setting})`,
  );
  throw new CdcError(
    "KUBERNETES_CREDENTIALS_DIFFER",
    `the database in namespace ${namespace} was made with other values of ${settings.join(", ")}: Secret ${CREDENTIALS} has them`,
    {
      hint: ["set what it was made with:", ...commands].join("\n"),
      details: { namespace, settings },
    },
  );
}
