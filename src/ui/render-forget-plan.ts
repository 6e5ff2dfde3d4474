import type { ForgetStep } from "../teardown/forget/forget-step.js";
import { createPaint } from "./paint.js";
import { planLine } from "./plan-lines.js";
import { printableLine } from "./printable.js";

/** What `forget` would remove (-) and what stays (=), database by database, and then what belongs to all of them. */
export function renderForgetPlan(plan: readonly ForgetStep[], color: boolean): string {
  const paint = createPaint(color);
  const databases = [...new Set(plan.map(({ database }) => database))];
  const sections = databases.map((database) => {
    const steps = plan.filter((step) => step.database === database);
    const title = paint("bold", printableLine(`forget ${database ?? "what belongs to all databases"}`));
    const lines = steps.map(({ step, status, detail }) =>
      planLine({ name: step, status, ...(detail === undefined ? {} : { detail }) }, paint),
    );
    return [title, ...lines].join("\n");
  });
  const changes = plan.filter(({ status }) => status === "removed").length;
  return [...sections, changes === 1 ? "1 change." : `${changes} changes.`].join("\n\n");
}
