import { hasSchemaPublications } from "../../../catalog/schema-publications.js";
import { CdcError } from "../../../errors.js";
import type { DatabaseFacts } from "../facts/database-facts.js";
import type { PrepareSettings } from "./prepare-settings.js";

/** What a publication is made for: all tables, whole schemas, or tables one by one. */
export type PublicationScope = "all" | "schemas" | "tables";

/**
 * Later tables come by themselves only where a superuser makes the publication; `auto` does so where it can.
 * @throws CdcError SUPERUSER_NEEDED, PUBLICATION_UNSUITABLE
 */
export function publicationScope(
  { admin, publication }: DatabaseFacts,
  { publish, schemas, serverVersion, adminUser }: PrepareSettings,
): PublicationScope {
  if (publish === "tables") return "tables";
  const scope = schemas.length === 0 ? "all" : "schemas";
  const isKnownToServer = scope === "all" || hasSchemaPublications(serverVersion);
  if (publish === "auto") {
    // One that this program made with a list goes on with it, whoever the administrator is today.
    const isListOfOurs =
      publication !== null &&
      publication.isOurs &&
      !publication.allTables &&
      publication.schemas.length === 0;
    return admin.isSuperuser && isKnownToServer && !isListOfOurs ? scope : "tables";
  }
  if (!isKnownToServer) {
    throw new CdcError(
      "PUBLICATION_UNSUITABLE",
      "a publication for whole schemas needs PostgreSQL 15, and the server is older",
      { hint: "set debezium.publish to tables, or leave debezium.schemas out" },
    );
  }
  if (publication === null && !admin.isSuperuser) {
    const what = scope === "all" ? "FOR ALL TABLES" : "FOR TABLES IN SCHEMA";
    throw new CdcError(
      "SUPERUSER_NEEDED",
      `${adminUser} is no superuser, and only one can make a publication ${what}`,
      { hint: "set postgres.adminUser to a superuser, or debezium.publish to tables" },
    );
  }
  return scope;
}
