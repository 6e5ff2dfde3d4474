import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

const load = (module) => import(new URL(`../dist/${module}.js`, import.meta.url).href);

/** How often somebody else asks the worker for the one connector: so exact is when it first said so. */
const ASK_MS = 5;

/**
 * Pauses and resumes a connector, and takes the time from the worker first saying so, to whoever asks it all the
 * time for that one connector, until the program notices it, which follows all of them.
 * @returns milliseconds, one for each change
 */
export async function noticeChanges(url, name, changes) {
  const { createConnectClient } = await load("clients/connect/create-connect-client");
  const { followStatuses } = await load("connectors/states/follow-statuses");
  const abort = new AbortController();
  const noticed = createSightings();
  const client = createConnectClient({ url }, { signal: abort.signal });
  const following = (async () => {
    for await (const event of followStatuses(client, abort.signal)) {
      const status = event.statuses?.find((one) => one.name === name);
      if (status !== undefined) noticed.see(status.tasks[0]?.state);
    }
  })();
  const said = createSightings();
  const asking = (async () => {
    while (!abort.signal.aborted) {
      const answer = await fetch(`${url}/connectors/${encodeURIComponent(name)}/status`);
      if (answer.ok) said.see((await answer.json()).tasks[0]?.state);
      await delay(ASK_MS);
    }
  })();
  try {
    const taken = [];
    await Promise.all([said.first("RUNNING"), noticed.first("RUNNING")]);
    for (let change = 0; change < changes; change += 1) {
      const [wish, state] = change % 2 === 0 ? ["pause", "PAUSED"] : ["resume", "RUNNING"];
      // At any moment of the pause between two looks.
      await delay(Math.random() * 400);
      const both = Promise.all([said.first(state), noticed.first(state)]);
      await fetch(`${url}/connectors/${encodeURIComponent(name)}/${wish}`, { method: "PUT" });
      const [saidAtMs, noticedAtMs] = await both;
      taken.push(Math.max(0, noticedAtMs - saidAtMs));
    }
    return taken;
  } finally {
    abort.abort();
    await Promise.all([following, asking]);
  }
}

/** Who waits for a state is told when it was first seen. */
function createSightings() {
  const waiting = new Set();
  return {
    see(state) {
      for (const entry of waiting) {
        if (entry.state !== state) continue;
        waiting.delete(entry);
        entry.resolve(performance.now());
      }
    },
    first: (state) => new Promise((resolve) => waiting.add({ state, resolve })),
  };
}
