import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { takeDown } from "../../../src/commands/handlers/take-down.js";
import { loadConfig } from "../../../src/config/load.js";
import { planLayout } from "../../../src/targets/local/layout.js";
import { findServiceUser } from "../../../src/targets/local/service-user.js";
import { makeStateDir } from "../../../src/targets/local/state-dir.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { useSandbox } from "../../support/leaks.js";
import { NO_OUTSIDE } from "../../support/session.js";
import { createStageRecorder } from "../../support/stage.js";

const sandbox = useSandbox();
const stateDir = () => join(sandbox.folder, ".cdc-pipeline");

/** Leaves what a run has left whose servers have stopped. */
async function leaveData(): Promise<void> {
  await makeStateDir(await planLayout(stateDir(), undefined, await findServiceUser()));
}

async function down(
  args: Parameters<typeof takeDown>[0],
  { answer, target = "local" }: { answer?: boolean; target?: string } = {},
) {
  const config = await loadConfig({ cwd: sandbox.folder, env: {}, flags: { target } });
  const recorder = createStageRecorder();
  const asked: string[] = [];
  const confirm =
    answer === undefined
      ? {}
      : {
          confirm: (question: string) => {
            asked.push(question);
            return Promise.resolve(answer);
          },
        };
  const { context } = recorder;
  const session = {
    config,
    context,
    cwd: sandbox.folder,
    asCalled: (text: string) => text.replace("cdc-pipeline", "npx cdc-pipeline"),
    print: () => undefined,
    ...NO_OUTSIDE,
  };
  const result = await takeDown(args, { ...session, ...confirm });
  return { ...result, asked, steps: recorder.steps() };
}

describe("down --volumes", () => {
  it("asks a person, and names what would be removed", async () => {
    await leaveData();
    const { asked, text } = await down({ volumes: true }, { answer: false });
    expect(asked).toEqual([
      `This removes, with all databases, base backups and archived WAL in it: data and logs (${stateDir()}). Go on?`,
    ]);
    expect(text).toBe("Nothing was stopped, and nothing removed.");
    expect(existsSync(stateDir())).toBe(true);
  });

  it("removes it after a yes, or with --yes unasked", async () => {
    await leaveData();
    await down({ volumes: true }, { answer: true });
    expect(existsSync(stateDir())).toBe(false);
    await leaveData();
    expect((await down({ volumes: true, yes: true }, { answer: false })).asked).toEqual([]);
    expect(existsSync(stateDir())).toBe(false);
  });

  it("says the exact command where nobody can be asked", async () => {
    await leaveData();
    const error = await catchCdcError(down({ volumes: true }));
    expect(error).toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(stateDir()) as string,
      hint: "if that is meant: cdc-pipeline down --volumes --yes",
    });
    expect(existsSync(stateDir())).toBe(true);
  });

  it("needs no yes where there is nothing to remove", async () => {
    expect((await down({ volumes: true })).text).toBe("Nothing to stop.");
  });

  it("is planned with what it would remove, and without it with what is kept", async () => {
    await leaveData();
    const statusOf = async (volumes: boolean) =>
      ((await down({ volumes, "dry-run": true })).fields.plan as { down: unknown[] }).down;
    expect(await statusOf(true)).toEqual([{ title: "data and logs", status: "removed", detail: stateDir() }]);
    expect(await statusOf(false)).toEqual([
      { title: "data and logs", status: "unchanged", detail: stateDir() },
    ]);
    expect(existsSync(stateDir())).toBe(true);
  });
});

describe("options that do not go together", () => {
  it.each([
    [{ volumes: true, "keep-postgres": true }, /keeps all data/],
    [{ force: true }, /--force is for --keep-postgres/],
  ])("are refused: %j", async (args, message) => {
    const error = await catchCdcError(down(args));
    expect(error.code).toBe("USAGE");
    expect(error.message).toMatch(message);
  });
});

describe("servers that are somebody else's", () => {
  it.each([{}, { volumes: true }, { "keep-postgres": true }])("are left alone by down %j", async (args) => {
    const { text, steps } = await down(args, { target: "external" });
    expect(text).toMatch(/^Nothing to stop: .* npx cdc-pipeline forget DATABASE$/);
    expect((await down({ ...args, "dry-run": true }, { target: "external" })).text).toBe(text);
    expect(steps).toMatchObject([
      { step: "servers", status: "unchanged", detail: expect.stringContaining("left alone") as string },
    ]);
  });
});

describe("down --keep-postgres where nothing runs", () => {
  it("has nothing to do", async () => {
    const { fields, steps, text } = await down({ "keep-postgres": true });
    expect(text).toBe("Nothing to stop.");
    expect(fields).toEqual({ droppedSlots: [], keptSlots: [] });
    expect(steps.map(({ status }) => status)).toEqual(["unchanged"]);
  });
});
