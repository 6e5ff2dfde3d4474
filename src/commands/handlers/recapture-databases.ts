import type { Handler } from "../../cli/command.js";
import { checkDatabaseName } from "../../names.js";
import { recapture } from "../../recovery/recapture.js";
import { withTarget } from "../../targets/index.js";

export const recaptureDatabases: Handler<{ readonly database?: readonly string[] }> = async (
  { database = [] },
  { config, context },
) => {
  const names = [...new Set(database)];
  for (const name of names) checkDatabaseName(name);
  const deployment = await withTarget(config, (target) => target.find(context));
  await recapture(config, deployment, names, context);
  return {
    fields: { recaptured: names },
    text: `Captured anew: ${names.join(", ")}. Consumers see every row again, as op r.`,
  };
};
