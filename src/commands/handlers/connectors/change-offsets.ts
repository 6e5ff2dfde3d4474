import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";

import pMap from "p-map";

import type { CommandResult, Session } from "../../../cli/command.js";
import type {
  ConnectClient,
  RegisteredConnector,
  StoredOffset,
} from "../../../clients/connect/connect-client.js";
import { actOnEach } from "../../../connectors/act-on-each.js";
import { parseOffsets } from "../../../connectors/offsets/parse-offsets.js";
import { type OffsetChange, planOffsets, requireStopped } from "../../../connectors/offsets/plan-offsets.js";
import { storeOffsets } from "../../../connectors/offsets/store-offsets.js";
import { isPostgresConnector } from "../../../doctor/debezium-setting.js";
import { CdcError } from "../../../errors.js";
import { outcome } from "../../../run-stage.js";
import { joinWords, nameArguments, shellWord } from "../../../shell-words.js";
import { renderActed } from "../../../ui/render-acted.js";
import { renderOffsetChanges } from "../../../ui/render-offset-changes.js";
import { confirmChange } from "./confirm-change.js";
import type { OffsetsArguments } from "./show-offsets.js";

const AT_ONCE = 8;

interface Change {
  readonly name: string;
  readonly changes: readonly OffsetChange[];
}

/** Deletes or replaces what stopped connectors have stored, after it was shown. */
export async function changeOffsets(
  client: ConnectClient,
  connectors: readonly RegisteredConnector[],
  args: OffsetsArguments,
  session: Session,
): Promise<CommandResult> {
  const { context, asCalled } = session;
  const wanted = args.set === undefined ? undefined : await readWanted(args.set, connectors, session);
  const planned = await pMap(
    connectors,
    async ({ name }): Promise<Change> => ({
      name,
      changes: planOffsets((await client.offsets(name)) ?? [], wanted),
    }),
    { concurrency: AT_ONCE },
  );
  const shown = planned.map(({ name, changes }) => renderOffsetChanges(name, changes)).join("\n");
  const slotNote = slotNoteOf(connectors);
  if (args["dry-run"] === true) {
    const changes = planned.filter((one) => one.changes.length > 0).length;
    return { fields: { plan: { changes, offsets: planned } }, text: shown + slotNote };
  }
  const changing = new Set(planned.filter(({ changes }) => changes.length > 0).map(({ name }) => name));
  requireStopped(connectors.filter(({ name }) => changing.has(name)));
  if (changing.size > 0 && args.yes !== true && !(await isConfirmed(planned, args, session)))
    return { fields: { connectors: [] }, text: "Nothing was changed." };
  const byName = new Map(connectors.map((connector) => [connector.name, connector]));
  const acted = await actOnEach(
    [...byName.keys()],
    { stage: "offsets", atOnce: AT_ONCE },
    context,
    (name, update) => {
      const connector = byName.get(name);
      return connector === undefined || !changing.has(name)
        ? Promise.resolve(outcome("unchanged"))
        : storeOffsets(client, connector, wanted, context, update);
    },
  );
  const resume = `\nTo go on: cdc-pipeline connectors resume ${nameArguments(connectors.map(({ name }) => name))}`;
  const documents = acted.map((one) => ({ ...one, ...planned.find(({ name }) => name === one.name) }));
  return {
    fields: { connectors: documents },
    text: [shown, renderActed(acted) + slotNote + asCalled(resume)].join("\n"),
  };
}

/** @throws CdcError USAGE */
async function readWanted(
  file: string,
  connectors: readonly RegisteredConnector[],
  { cwd }: Session,
): Promise<readonly StoredOffset[]> {
  const [connector, second] = connectors;
  if (connector === undefined || second !== undefined) {
    throw new CdcError("USAGE", `--set is for one connector; these are ${connectors.length}`, {
      hint: "give the connector's whole name",
    });
  }
  const source = file === "-" ? "stdin" : file;
  try {
    const text = file === "-" ? await readAll(process.stdin) : await readFile(resolve(cwd, file), "utf8");
    return parseOffsets(text, connector.name, source);
  } catch (error) {
    if (error instanceof CdcError) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CdcError("USAGE", `${source} cannot be read: ${why}`, {
      hint: "name a file that exists, or - for stdin",
    });
  }
}

function slotNoteOf(connectors: readonly RegisteredConnector[]): string {
  return connectors.some(({ config }) => isPostgresConnector(config))
    ? "\nThe replication slot is not moved by it: PostgreSQL sends nothing again that the slot has confirmed."
    : "";
}

function isConfirmed(
  planned: readonly Change[],
  { pattern = [], reset = false, set = "" }: OffsetsArguments,
  session: Session,
): Promise<boolean> {
  const changing = planned.filter(({ changes }) => changes.length > 0);
  const shown = changing.map(({ name, changes }) => renderOffsetChanges(name, changes)).join("\n");
  const what = `This ${reset ? "deletes" : "replaces"} what is stored of:\n${shown}\n`;
  const option = reset ? "--reset" : `--set ${shellWord(set)}`;
  const command = joinWords("cdc-pipeline connectors offsets", option, "--yes", nameArguments(pattern));
  return confirmChange({ what, command }, session);
}
