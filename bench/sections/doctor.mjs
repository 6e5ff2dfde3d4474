import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createProgram, findLocalPorts } from "../program.mjs";
import { row } from "../report.mjs";

const DATABASE = "big";
const TABLES = 1_000;

/** `doctor` of a big database whose connector runs; what its time is without the start of Node. */
export async function measureSection({ root, runs, tell, takeDown }) {
  const ports = findLocalPorts();
  const program = await createProgram(root, ports);
  if (!(await program.help()).stdout.includes("doctor")) {
    tell("doctor is left out: there is no such command");
    return { rows: [] };
  }
  const schema = join(root, "big.sql");
  await writeFile(schema, MAKE_TABLES);
  try {
    tell(`up of a database with ${TABLES} tables`);
    await program.run(["up", DATABASE, "--schema", schema, "--json"]);
    const args = ["doctor", DATABASE, "--target", "external", "--json"];
    const env = {
      CDC_PIPELINE_POSTGRES_PORT: String(ports.postgres),
      CDC_PIPELINE_KAFKA_BROKERS: `127.0.0.1:${ports.kafka}`,
      CDC_PIPELINE_CONNECT_URL: `http://127.0.0.1:${ports.connect}`,
    };
    const own = [];
    let checks = 0;
    for (let run = 0; run < runs; run++) {
      tell(`doctor, run ${run + 1} of ${runs}`);
      const startUp = await program.help();
      // What it finds is not measured: 1 says that there was something.
      const { ms, stdout } = await program.run(args, { env, allowedCodes: [0, 1] });
      own.push(ms - startUp.ms);
      checks = countChecks(stdout);
    }
    const underTwo = { goal: "under 2 s", isMet: ({ times }) => times.median < 2000 };
    return {
      rows: [row(`doctor, ${TABLES} tables, without the start`, own, underTwo)],
      text: `doctor: ${checks} checks`,
      data: { doctor: { ownMs: own, checks } },
    };
  } finally {
    await takeDown(() => program.down());
  }
}

/** A check may have several findings; one that found nothing wrong says so. */
function countChecks(stdout) {
  const { findings } = JSON.parse(stdout);
  return new Set(findings.map(({ code }) => code)).size;
}

const MAKE_TABLES = `DO $$ BEGIN
  FOR i IN 1..${TABLES} LOOP
    EXECUTE format('CREATE TABLE table_%s (id bigint PRIMARY KEY, note text, at timestamptz)', i);
  END LOOP;
END $$;
`;
