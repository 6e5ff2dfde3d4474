// The engine in a thread of its own; worker-engine.ts starts it and speaks with it.
import { parentPort, workerData } from "node:worker_threads";

import { CdcError } from "../../errors.js";
import { createThreadEngine } from "./create-thread-engine.js";
import type { Engine, EngineOptions } from "./engine.js";
import { RECORD_FIELDS } from "./record-index.js";
import { type EngineAnswer, type EngineRequest } from "./worker-messages.js";

const engine = createThreadEngine(workerData as EngineOptions);

parentPort?.on("message", (request: EngineRequest) => {
  void answer(request).then((reply) => {
    parentPort?.postMessage(reply, reply.buffer === undefined ? [] : [reply.buffer]);
    if (request.kind === "close") parentPort?.close();
  });
});

async function answer(request: EngineRequest): Promise<EngineAnswer> {
  const { id } = request;
  const buffer = "buffer" in request ? { buffer: request.buffer } : {};
  try {
    return { id, ...buffer, ...(await work(engine, request)) };
  } catch (error) {
    const failure =
      error instanceof CdcError
        ? { code: error.code, message: error.message, hint: error.hint }
        : { code: "INTERNAL" as const, message: String(error), hint: undefined };
    return { id, ...buffer, failure };
  }
}

type Found = Pick<EngineAnswer, "comparison" | "rows">;

async function work(engine: Engine, request: EngineRequest): Promise<Found> {
  switch (request.kind) {
    case "records": {
      const { buffer, table, partition, count, connectorRun, bytesAt, byteLength } = request;
      const index = new Float64Array(buffer, 0, count * RECORD_FIELDS);
      const bytes = new Uint8Array(buffer, bytesAt, byteLength);
      await engine.addRecords({ table, partition, bytes, index, count, connectorRun });
      break;
    }
    case "rows":
      return {
        rows: await engine.addRows(request.table, new Uint8Array(request.buffer, 0, request.byteLength)),
      };
    case "beginRows":
      await engine.beginRows(request.table);
      break;
    case "endRows":
      await engine.endRows(request.table);
      break;
    case "compare":
      return { comparison: await engine.compare(request.cut) };
    case "close":
      await engine.close();
      break;
  }
  return {};
}
