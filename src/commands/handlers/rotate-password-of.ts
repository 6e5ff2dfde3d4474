import type { Handler } from "../../cli/command.js";
import { choosePassword } from "../../rotation/choose-password.js";
import { planRotation } from "../../rotation/plan-rotation.js";
import { rotatePassword } from "../../rotation/rotate-password.js";
import { withTarget } from "../../targets/index.js";
import { countChanges, describeRotation, renderRotation } from "../../ui/render-rotation.js";

interface RotationArguments {
  readonly "new-password-from"?: string | undefined;
  readonly adopt?: boolean | undefined;
  readonly "dry-run"?: boolean | undefined;
}

export const rotatePasswordOf: Handler<RotationArguments> = async (args, session) => {
  const { config, context, env, cwd, hide } = session;
  const { user, publication } = config.debezium;
  return withTarget(config, async (target) => {
    const deployment = await target.find(context);
    const chosen = await choosePassword(args["new-password-from"], { config, deployment, env, cwd });
    hide(chosen.password);
    const options = { deployment, user, chosen, adopt: args.adopt === true, hide };
    if (args["dry-run"] === true) {
      const rotation = await planRotation(options, context);
      const rotated = { rotation, connectors: rotation.connectors, proved: [], oldPassword: null };
      const document = describeRotation(user, chosen.source, rotated);
      return {
        fields: { plan: { changes: countChanges(document), rotation: document } },
        text: renderRotation(document, { isPlan: true }),
      };
    }
    const result = await rotatePassword({ ...options, publication }, context);
    const document = describeRotation(user, chosen.source, result);
    return { fields: { rotation: document }, text: renderRotation(document, { isPlan: false }) };
  });
};
