import type { CommandResult, Handler, Session } from "../../../cli/command.js";
import type { ConnectClient, RegisteredConnector } from "../../../clients/connect/connect-client.js";
import { type Acted, actOnEach } from "../../../connectors/act-on-each.js";
import { isPattern, matchesAny, suggestName } from "../../../connectors/match-names.js";
import type { PostgresInReach } from "../../../connectors/offsets/read-positions.js";
import { readSlotsInReach } from "../../../connectors/offsets/slots-in-reach.js";
import { findSlotsLeft } from "../../../connectors/offsets/slots-left.js";
import { REMOVALS_AT_ONCE, removeConnector } from "../../../connectors/remove-connector.js";
import { shareLooks } from "../../../connectors/states/share-looks.js";
import { joinWords, nameArguments } from "../../../shell-words.js";
import { renderActed } from "../../../ui/render-acted.js";
import { renderDeletionPlan, renderSlotsLeft } from "../../../ui/render-deletion.js";
import { readConnectors } from "./choose-connectors.js";
import { confirmChange } from "./confirm-change.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface DeleteArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly "reset-offsets"?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

export const deleteConnectors: Handler<DeleteArguments> = (args, session) =>
  withConnect(args, session, (client, findPostgres) => deleteWith(client, findPostgres, args, session));

async function deleteWith(
  client: ConnectClient,
  findPostgres: () => Promise<PostgresInReach>,
  args: DeleteArguments,
  session: Session,
): Promise<CommandResult> {
  const { context, asCalled } = session;
  const { pattern = [] } = args;
  const all = await readConnectors(client);
  const doomed = all.filter(({ name }) => matchesAny(pattern, name));
  const gone = findGone(pattern, all);
  const left = async () =>
    findSlotsLeft(doomed, await readSlotsInReach(client.url, doomed, findPostgres, context));
  if (args["dry-run"] === true) {
    const slots = await left();
    const names = doomed.map(({ name }) => name);
    return {
      fields: { plan: { changes: names.length, delete: names }, slotsLeft: slots },
      text: joinLines(renderDeletionPlan(doomed, slots), renderActed(gone)),
    };
  }
  if (doomed.length > 0 && args.yes !== true && !(await isConfirmed(doomed, args, session)))
    return { fields: { connectors: [], slotsLeft: [] }, text: "Nothing was deleted." };
  const resetsOffsets = args["reset-offsets"] === true;
  const options = { client, resetsOffsets, look: shareLooks(client, doomed.length) };
  const acted = await actOnEach(
    doomed.map(({ name }) => name),
    { stage: "delete", atOnce: REMOVALS_AT_ONCE },
    context,
    (name, update) => removeConnector(name, options, context, update),
  );
  const slots = await left();
  const stored =
    doomed.length === 0 || resetsOffsets
      ? ""
      : "\nWhat they have read is still stored: a connector of the same name goes on from there, unless --reset-offsets is given.";
  const text = joinLines(renderActed([...acted, ...gone]), renderSlotsLeft(slots).join("\n"), stored);
  return { fields: { connectors: [...acted, ...gone], slotsLeft: slots }, text: asCalled(text) };
}

/** The words that stand for no connector: what was to be deleted is gone already. */
function findGone(words: readonly string[], all: readonly RegisteredConnector[]): readonly Acted[] {
  const names = all.map(({ name }) => name);
  return words
    .filter((word) => !names.some((name) => matchesAny([word], name)))
    .map((word) => {
      const meant = suggestName(word, names);
      const detail = isPattern(word) ? "no connector matches it" : "there is none";
      return {
        name: word,
        status: "unchanged",
        detail: meant === undefined ? detail : `${detail}; did you mean ${meant}?`,
      };
    });
}

function isConfirmed(
  doomed: readonly RegisteredConnector[],
  { pattern = [], "reset-offsets": resets = false }: DeleteArguments,
  session: Session,
): Promise<boolean> {
  const names = doomed.map(({ name }) => name).join(", ");
  const what = `This deletes ${doomed.length === 1 ? "the connector" : `${doomed.length} connectors:`} ${names}${resets ? ", with the offsets stored" : ""}.`;
  const command = joinWords(
    "cdc-pipeline connectors delete",
    resets ? "--reset-offsets" : "",
    "--yes",
    nameArguments(pattern),
  );
  return confirmChange({ what, command }, session);
}

const joinLines = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n");
