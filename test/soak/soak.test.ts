import { cp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { afterAll, beforeAll, expect, it } from "vitest";

import { seedOf } from "../support/random.js";
import { check, checkAtTheEnd } from "./check.js";
import { describeFault, describeSoak } from "./describe-soak.js";
import { Field } from "./field.js";
import { heal } from "./heal.js";
import { planFaults } from "./plan-faults.js";
import type { PlannedFault } from "./planned-fault.js";
import { strike } from "./strikes.js";

/* An hour by hand: `SOAK_SECONDS=3600 npm run test:soak`; with `SOAK_SEED=…` the faults of a run that was before; SOAK_LOGS=FOLDER keeps the servers' logs. */

const SECONDS = Number(process.env.SOAK_SECONDS ?? 300);
const SEED = seedOf(process.env.SOAK_SEED);
const DATABASES = ["shop", "books", "stock"];
const CHECK_EVERY = 5;
/** More than can happen: none takes less than two seconds. */
const MOST_FAULTS = Math.ceil(SECONDS / 2);

let field: Field | undefined;

beforeAll(async () => {
  field = await Field.start(DATABASES, SEED);
});
afterAll(async () => {
  const { SOAK_LOGS: logs } = process.env;
  // They go with the servers.
  if (logs !== undefined && field !== undefined) {
    await cp(join(field.stack.workspace.stateDir, "logs"), logs, { recursive: true });
  }
  expect(await field?.stop()).toEqual([]);
});

it(
  "loses nothing and raises no false alarm, whatever goes wrong",
  async () => {
    if (field === undefined) throw new Error("there are no servers");
    const startedMs = performance.now();
    const passedS = () => Math.round((performance.now() - startedMs) / 1_000);
    console.log(`soak: SOAK_SEED=${SEED} SOAK_SECONDS=${SECONDS}`);
    const met: PlannedFault[] = [];
    const allSaid: string[] = [];
    let checks = 0;
    for (const fault of planFaults(SEED, MOST_FAULTS, DATABASES)) {
      if (passedS() >= SECONDS) break;
      await delay(fault.afterMs);
      console.log(`${passedS()} s: ${met.length + 1}. ${describeFault(fault)}`);
      const end = await strike(field, fault);
      const said = await heal(field);
      await end?.();
      met.push(fault);
      allSaid.push(...said.map((sight) => (sight === "nothing" ? "all well" : sight)));
      console.log(`${passedS()} s: up: ${said.join(", then ")}`);
      if (met.length % CHECK_EVERY === 0) {
        const totals = await check(field);
        console.log(`${passedS()} s: check ${++checks}: ${JSON.stringify(totals)}`);
      }
    }
    const totals = await checkAtTheEnd(field);
    const { transactions } = field;
    console.log(
      describeSoak({
        seed: SEED,
        seconds: passedS(),
        faults: met,
        said: allSaid,
        transactions,
        checks: checks + 1,
        ...totals,
      }),
    );
    expect(met.length).toBeGreaterThan(0);
  },
  (SECONDS + 900) * 1_000,
);
