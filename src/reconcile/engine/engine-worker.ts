// The engine in a thread of its own; worker-engine.ts starts it and speaks with it.
import { parentPort, workerData } from "node:worker_threads";

import { CdcError } from "../../errors.js";
import { createThreadEngine } from "./create-thread-engine.js";
import type { Comparison, Engine, EngineOptions } from "./engine.js";
import { type EngineAnswer, type EngineRequest, INDEX_FIELDS, indexBytes } from "./worker-messages.js";

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
    const comparison = await work(engine, request);
    return { id, ...buffer, ...(comparison === undefined ? {} : { comparison }) };
  } catch (error) {
    const failure =
      error instanceof CdcError
        ? { code: error.code, message: error.message, hint: error.hint }
        : { code: "INTERNAL" as const, message: String(error), hint: undefined };
    return { id, ...buffer, failure };
  }
}

async function work(engine: Engine, request: EngineRequest): Promise<Comparison | undefined> {
  switch (request.kind) {
    case "records": {
      const { buffer, table, partition, count, connectorRun, byteLength } = request;
      const index = new Float64Array(buffer, 0, count * INDEX_FIELDS);
      const bytes = new Uint8Array(buffer, indexBytes(count), byteLength);
      await engine.addRecords({ table, partition, bytes, index, count, connectorRun });
      break;
    }
    case "rows":
      await engine.addRows(request.table, new Uint8Array(request.buffer, 0, request.byteLength));
      break;
    case "beginRows":
      await engine.beginRows(request.table);
      break;
    case "endRows":
      await engine.endRows(request.table);
      break;
    case "compare":
      return await engine.compare(request.cut);
    case "close":
      await engine.close();
      break;
  }
  return undefined;
}
