import { relative } from "node:path";

import type { Handler } from "../../cli/command.js";
import type { Config } from "../../config/config.js";
import { DEFAULT_PASSWORDS } from "../../default-passwords.js";
import { namesOf } from "../../names.js";
import { type PipelineResult, runPipeline } from "../../pipeline.js";
import type { StageName } from "../../progress.js";
import type { DatabaseDocument, EndpointsDocument } from "../../ui/documents.js";
import { renderEvidence } from "../../ui/render-evidence.js";
import { pipelineOptionsOf, type StageArguments } from "./pipeline-options.js";
import { showPlan } from "./show-plan.js";

/** The handler of `up` and of each stage's own command: the same pipeline, whole or a part of it. */
export function runStages(stages: readonly StageName[]): Handler<StageArguments> {
  return async (args, session) => {
    const { config, context, cwd, asCalled } = session;
    const options = await pipelineOptionsOf(args, stages, session);
    if (args["dry-run"] === true) return showPlan(options, args, session);
    const result = await runPipeline(options, context);
    const described = result.databases.map((name) => describeDatabase(name, config, result));
    const endpoints = describeEndpoints(result);
    const { logsDir, isLoopbackOnly = false, reach, next, lasting } = result.deployment;
    // The default is no secret: the README names it.
    const isShown = isLoopbackOnly && config.postgres.adminPassword === DEFAULT_PASSWORDS.admin;
    return {
      fields: { endpoints, databases: described },
      text: renderEvidence({
        asCalled,
        stages,
        endpoints,
        databases: described,
        shownPassword: isShown ? DEFAULT_PASSWORDS.admin : undefined,
        logsDir: logsDir === undefined ? undefined : fromHere(logsDir, cwd),
        reach,
        psql: lasting?.psql,
        next,
      }),
    };
  };
}

/** The `databases` entries of the JSON document. */
function describeDatabase(name: string, config: Config, { proofs }: PipelineResult): DatabaseDocument {
  const { connector, slot, topicPrefix } = namesOf(name);
  const proof = proofs.get(name);
  const event = proof === undefined ? {} : { event: proof };
  return { name, connector, slot, publication: config.debezium.publication, topicPrefix, ...event };
}

/** The `endpoints` of the JSON document: without the password. */
function describeEndpoints({ deployment: { endpoints, lasting } }: PipelineResult): EndpointsDocument {
  const { adminUser } = endpoints.postgres;
  const { host, port } = lasting?.postgres ?? endpoints.postgres;
  const kafka = lasting?.kafka ?? endpoints.kafka.brokers;
  return { postgres: { host, port, adminUser }, kafka, connect: lasting?.connect ?? endpoints.connect.url };
}

/** A path as the user would write it: relative where it lies below the working directory. */
function fromHere(path: string, cwd: string): string {
  const below = relative(cwd, path);
  return below.startsWith("..") ? path : below;
}
