import { Worker } from "node:worker_threads";

import { CdcError } from "../../errors.js";
import type { Comparison, Cut, Engine, EngineOptions, RecordChunk } from "./engine.js";
import { RecordBuffer } from "./record-buffer.js";
import { type EngineAnswer, type EngineRequest, indexBytes, MOST_BYTES } from "./worker-messages.js";

/** How many buffers are under way at most: one is worked on while the next is filled. */
const BUFFERS = 3;
/** It makes next to nothing that has to be collected, and would take 48 for it. */
const YOUNG_MEGABYTES = 8;
const BUFFER_BYTES = indexBytes(0) + MOST_BYTES;

type Request = EngineRequest extends infer R ? (R extends EngineRequest ? Omit<R, "id"> : never) : never;

interface Waiting {
  readonly resolve: (answer: EngineAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** The engine in a thread of its own, so that reading goes on while it works. */
export class WorkerEngine implements Engine {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #free: ArrayBuffer[] = [];
  readonly #wantBuffer: (() => void)[] = [];
  #madeBuffers = 0;
  #nextId = 0;
  #failure: Error | undefined;
  /** How many rows of the table that is copied have been worked on. */
  #rowsDone = 0;
  /** What was not handed over yet: records or rows. */
  #records: RecordBuffer | undefined;
  #rows: { readonly table: number; readonly buffer: ArrayBuffer; length: number } | undefined;

  constructor(file: URL, options: EngineOptions) {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
    this.#worker = new Worker(file, { workerData: options, resourceLimits });
    this.#worker.on("message", (answer: EngineAnswer) => this.#take(answer));
    this.#worker.on("error", (error) =>
      this.#fail(new CdcError("INTERNAL", error.message, { cause: error })),
    );
    this.#worker.on("exit", () => this.#fail(new CdcError("INTERNAL", "the engine's thread has ended")));
  }

  async addRecords(chunk: RecordChunk): Promise<void> {
    if (this.#records?.takes(chunk) === true) {
      this.#records.add(chunk);
      return;
    }
    this.#flush();
    this.#records = new RecordBuffer(await this.#takeBuffer(RecordBuffer.sizeFor(chunk)), chunk);
  }

  async beginRows(table: number): Promise<void> {
    await this.#ask({ kind: "beginRows", table });
    this.#rowsDone = 0;
  }

  async addRows(table: number, bytes: Uint8Array): Promise<number> {
    if (this.#rows !== undefined && this.#rows.length + bytes.length > this.#rows.buffer.byteLength)
      this.#flush();
    this.#rows ??= { table, buffer: await this.#takeBuffer(bytes.length), length: 0 };
    new Uint8Array(this.#rows.buffer).set(bytes, this.#rows.length);
    this.#rows.length += bytes.length;
    return this.#rowsDone;
  }

  async endRows(table: number): Promise<number> {
    // Answers come in the order of the requests.
    await this.#ask({ kind: "endRows", table });
    return this.#rowsDone;
  }

  async compare(cut: Cut): Promise<Comparison> {
    const { comparison } = await this.#ask({ kind: "compare", cut });
    if (comparison === undefined) throw new CdcError("INTERNAL", "the engine gave no comparison");
    return comparison;
  }

  async close(): Promise<void> {
    // Where it has failed there is nothing left to ask.
    if (this.#failure === undefined) await this.#ask({ kind: "close" }).catch(() => undefined);
    await this.#worker.terminate();
  }

  /** Hands over what was collected. */
  #flush(): void {
    const records = this.#records?.request;
    const rows = this.#rows;
    this.#records = undefined;
    this.#rows = undefined;
    if (records !== undefined) this.#send(records, records.buffer);
    if (rows === undefined) return;
    const { table, buffer, length } = rows;
    this.#send({ kind: "rows", buffer, table, byteLength: length }, buffer);
  }

  /** A buffer that nobody works on; waits for one. */
  async #takeBuffer(length: number): Promise<ArrayBuffer> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const free = this.#free.pop();
      if (free !== undefined) {
        if (free.byteLength >= length) return free;
        this.#madeBuffers--;
      } else if (this.#madeBuffers < BUFFERS) {
        this.#madeBuffers++;
        return new ArrayBuffer(Math.max(Math.ceil(length / 8) * 8, BUFFER_BYTES));
      } else await new Promise<void>((resolve) => this.#wantBuffer.push(resolve));
    }
  }

  /** Sends what needs no answer; a failure is told by the next call. */
  #send(request: Request, buffer: ArrayBuffer): void {
    this.#worker.postMessage({ ...request, id: this.#nextId++ }, [buffer]);
  }

  async #ask(request: Request): Promise<EngineAnswer> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#flush();
    const id = this.#nextId++;
    const answer = new Promise<EngineAnswer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ ...request, id });
    return answer;
  }

  #take(answer: EngineAnswer): void {
    const { id, buffer, failure, rows } = answer;
    if (rows !== undefined) this.#rowsDone = rows;
    if (buffer !== undefined) {
      this.#free.push(buffer);
      this.#wantBuffer.shift()?.();
    }
    if (failure !== undefined) {
      const { code, message, hint } = failure;
      this.#fail(new CdcError(code, message, hint === undefined ? {} : { hint }));
    }
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
    for (const wake of this.#wantBuffer.splice(0)) wake();
  }
}
