import { afterAll, beforeAll, expect, it } from "vitest";

import { openPostgres } from "../../../../src/clients/postgres.js";
import { namesOf } from "../../../../src/names.js";
import { dropSlot } from "../../../../src/recovery/drop-slot.js";
import { requireDecodable } from "../../../../src/stages/verify/require-decodable.js";
import { CapturedServer } from "../../../support/captured-server.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createStageRecorder } from "../../../support/stage.js";

const PUBLICATION = "debezium_publication";
const names = namesOf("shop");

let captured: CapturedServer;
beforeAll(async () => {
  captured = await CapturedServer.start();
});
afterAll(() => captured[Symbol.asyncDispose]());

function endpoint() {
  const { host, port, user, password } = captured.server.connection;
  return { host, port, adminUser: user, adminPassword: password, adminDatabase: "postgres" };
}

async function look(): Promise<void> {
  const client = await openPostgres(endpoint(), names.database);
  try {
    await requireDecodable(client, names, PUBLICATION);
  } finally {
    await client.end();
  }
}

it("a slot that was written to without a publication is told from one that is read, or waits to be", async () => {
  await captured.makeSlot();
  await captured.sql("INSERT INTO orders VALUES (1, 'published')");
  await look();
  await captured.whileRead(look);
  await captured.sql(`DROP PUBLICATION ${PUBLICATION}`);
  await captured.sql("INSERT INTO orders VALUES (2, 'of no publication')");
  await captured.sql(`CREATE PUBLICATION ${PUBLICATION} FOR ALL TABLES`);
  const error = await catchCdcError(look());
  expect(error.code).toBe("NOT_STREAMING");
  expect(error.message).toContain(`while there was no publication ${PUBLICATION}`);
  expect(error.hint).toContain("cdc-pipeline recapture shop");

  const { context } = createStageRecorder();
  const drop = () => dropSlot(endpoint(), names, context, () => undefined);
  expect(await drop()).toMatchObject({ status: "removed" });
  expect(await drop()).toMatchObject({ status: "unchanged" });
});

it("a slot that somebody reads is not dropped", async () => {
  await captured.makeSlot();
  const { context } = createStageRecorder({ timeoutMs: 300 });
  const error = await captured.whileRead(() =>
    catchCdcError(dropSlot(endpoint(), names, context, () => undefined)),
  );
  expect(error.code).toBe("SLOT_IN_USE");
  expect(error.hint).toContain("pg_terminate_backend");
});
