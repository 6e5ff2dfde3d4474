import type { CommandResult, Handler, Session } from "../../../cli/command.js";
import type { ConnectClient, RegisteredConnector } from "../../../clients/connect/connect-client.js";
import type { ConnectEndpoint } from "../../../clients/connect/connect-endpoint.js";
import { type Acted, actOnEach } from "../../../connectors/act-on-each.js";
import { isPattern, matchesAny, suggestName } from "../../../connectors/match-names.js";
import type { PostgresInReach } from "../../../connectors/offsets/read-positions.js";
import { readSlotsInReach } from "../../../connectors/offsets/slots-in-reach.js";
import { findSlotsLeft } from "../../../connectors/offsets/slots-left.js";
import { REMOVALS_AT_ONCE, removeConnector } from "../../../connectors/remove-connector.js";
import { shareLooks } from "../../../connectors/states/share-looks.js";
import { runStage } from "../../../run-stage.js";
import { joinWords, nameArguments } from "../../../shell-words.js";
import { planDeleted, releaseDeleted } from "../../../teardown/release-deleted.js";
import { renderActed } from "../../../ui/render-acted.js";
import { renderDeletionPlan, renderSlotsLeft } from "../../../ui/render-deletion.js";
import { readConnectors } from "./choose-connectors.js";
import { confirmChange } from "./confirm-change.js";
import {
  describeReleasedConnectors,
  NONE_RELEASED,
  renderDroppedSlots,
  requireDropSlots,
} from "./dropped-slots.js";
import { type ConnectArguments, withConnect } from "./with-connect.js";

interface Servers {
  readonly findPostgres: () => Promise<PostgresInReach>;
  readonly connect: ConnectEndpoint;
}

interface DeleteArguments extends ConnectArguments {
  readonly pattern?: readonly string[];
  readonly "reset-offsets"?: boolean | undefined;
  readonly "drop-slots"?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

export const deleteConnectors: Handler<DeleteArguments> = (args, session) => {
  requireDropSlots(args);
  return withConnect(args, session, (client, findPostgres, connect) =>
    deleteWith(client, { findPostgres, connect }, args, session),
  );
};

async function deleteWith(
  client: ConnectClient,
  { findPostgres, connect }: Servers,
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
    const { releases } =
      args["drop-slots"] === true
        ? await planDeleted(doomed, { all, connect, findPostgres })
        : { releases: [] };
    const dropped = releases.map(({ slot }) => slot.name);
    const slots = (await left()).filter(({ slot }) => !dropped.includes(slot));
    const names = doomed.map(({ name }) => name);
    return {
      fields: {
        plan: { changes: names.length, delete: names, dropSlots: dropped },
        slotsLeft: slots,
      },
      text: joinLines(renderDeletionPlan(doomed, slots), renderDroppedSlots(releases), renderActed(gone)),
    };
  }
  if (doomed.length > 0 && args.yes !== true && !(await isConfirmed(doomed, args, session)))
    return { fields: { connectors: [], slotsLeft: [] }, text: "Nothing was deleted." };
  const resetsOffsets = args["reset-offsets"] === true;
  const { released, rest } =
    args["drop-slots"] === true && doomed.length > 0
      ? await runStage("delete", context, (stage) =>
          releaseDeleted(
            doomed,
            {
              all,
              connect,
              findPostgres,
              force: args.force === true,
              forceCommand: deleteCommand({ ...args, force: true }),
            },
            stage,
            context,
          ),
        )
      : { released: NONE_RELEASED, rest: doomed };
  const options = { client, resetsOffsets, look: shareLooks(client, rest.length) };
  const acted = await actOnEach(
    rest.map(({ name }) => name),
    { stage: "delete", atOnce: REMOVALS_AT_ONCE },
    context,
    (name, update) => removeConnector(name, options, context, update),
  );
  const slots = await left();
  const stored =
    rest.length === 0 || resetsOffsets
      ? ""
      : "\nWhat they have read is still stored: a connector of the same name goes on from there, unless --reset-offsets is given.";
  const done = [...describeReleasedConnectors(released), ...acted, ...gone];
  const text = joinLines(renderActed(done), renderSlotsLeft(slots).join("\n"), stored);
  return { fields: { connectors: done, slotsLeft: slots }, text: asCalled(text) };
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
  args: DeleteArguments,
  session: Session,
): Promise<boolean> {
  const names = doomed.map(({ name }) => name).join(", ");
  const more = [
    ...(args["reset-offsets"] === true ? [", with the offsets stored"] : []),
    ...(args["drop-slots"] === true ? [", with their replication slots"] : []),
  ];
  const what = `This deletes ${doomed.length === 1 ? "the connector" : `${doomed.length} connectors:`} ${names}${more.join("")}.`;
  return confirmChange({ what, command: deleteCommand({ ...args, yes: true }) }, session);
}

/** The command with these arguments. */
function deleteCommand({ pattern = [], ...args }: DeleteArguments): string {
  const flags = (["reset-offsets", "drop-slots", "force", "yes"] as const)
    .filter((flag) => args[flag] === true)
    .map((flag) => `--${flag}`);
  return joinWords("cdc-pipeline connectors delete", ...flags, nameArguments(pattern));
}

const joinLines = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n");
