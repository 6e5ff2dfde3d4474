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
 * @throws CdcError K8S_CREDENTIALS_DIFFER, without a value
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
  const settings = Object.entries(FIXED)
    .filter(([key]) => given?.[key] !== found?.[key])
    .map(([, setting]) => setting);
  if (settings.length === 0) return;
  throw new CdcError(
    "K8S_CREDENTIALS_DIFFER",
    `the database in namespace ${namespace} was made with other values of ${settings.join(", ")}: Secret ${CREDENTIALS} has them`,
    {
      hint: `set ${settings.join(" and ")} to what it was made with: kubectl get secret -n ${namespace} ${CREDENTIALS} -o jsonpath='{.data.admin-password}' | base64 -d`,
      details: { namespace, settings },
    },
  );
}
