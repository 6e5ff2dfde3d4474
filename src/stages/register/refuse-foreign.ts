import { isMask } from "../../connectors/secret-values.js";
import { CdcError } from "../../errors.js";
import { CONNECTOR_MARK_KEY, DATABASE_MARK } from "../own-objects.js";
import type { ConnectorWork } from "./plan-connectors.js";

/**
 * Ends a run that would change what is not its own, before anything is written.
 * @throws CdcError CONNECTOR_NOT_OURS, CONNECTOR_SECRET_UNKNOWN
 */
export function refuseForeign(works: readonly ConnectorWork[], { adopt }: { readonly adopt: boolean }): void {
  const foreign = works.filter(({ plan }) => plan.needsAdoption);
  if (adopt) {
    for (const work of foreign) refuseLostSecret(work);
    return;
  }
  const [first, second] = foreign;
  if (first === undefined) return;
  const names = foreign.map(({ wish }) => wish.connector);
  const details = { connectors: names };
  if (second === undefined) {
    const keys = first.plan.changes.map(({ key }) => key).join(", ");
    throw new CdcError(
      "CONNECTOR_NOT_OURS",
      `a connector ${first.wish.connector} exists and ${ownerOf(first)}`,
      {
        hint: `to let cdc-pipeline change it, say --adopt; it differs in: ${keys}`,
        details,
      },
    );
  }
  const lines = foreign.map((work) => `  ${work.wish.connector} ${ownerOf(work)}`);
  throw new CdcError(
    "CONNECTOR_NOT_OURS",
    ["these connectors exist, and are not changed:", ...lines].join("\n"),
    {
      hint: "to let cdc-pipeline change them, say --adopt; what would change is shown with --dry-run",
      details,
    },
  );
}

function ownerOf({ found }: ConnectorWork): string {
  const mark = found?.config[CONNECTOR_MARK_KEY];
  if (mark === undefined) return "was not made by cdc-pipeline";
  if (mark === DATABASE_MARK) return "is one of a database";
  return mark === "files" ? "is one of files" : `is one of the set ${mark.replace(/^files:/, "")}`;
}

/** What is taken over has a secret that nobody here knows: to write the mask would destroy it, to leave it out as well. */
function refuseLostSecret({ wish, found, wanted }: ConnectorWork): void {
  const lost = Object.entries(found?.config ?? {}).filter(
    ([key, value]) => isMask(value) && !(key in wanted),
  );
  if (lost.length === 0) return;
  const keys = lost.map(([key]) => key).join(", ");
  throw new CdcError(
    "CONNECTOR_SECRET_UNKNOWN",
    `the worker hides ${keys} of the connector ${wish.connector}, and no value is given for it here: it would be lost`,
    {
      hint: "give it, best as a reference: ${env:NAME} or ${file:PATH}",
      details: { connector: wish.connector, keys: lost.map(([key]) => key) },
    },
  );
}
