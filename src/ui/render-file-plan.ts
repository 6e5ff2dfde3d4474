import type { RegisteredConnector } from "../clients/connect/connect-client.js";
import type { SlotLeft } from "../connectors/offsets/slots-left.js";
import type { PlannedConnector } from "../stages/register/plan-register.js";
import { createPaint } from "./paint.js";
import { connectorLines, planLine } from "./plan-lines.js";
import { renderSlotsLeft } from "./render-deletion.js";

export interface ShownFilePlan {
  readonly connectors: readonly PlannedConnector[];
  readonly pruned: readonly RegisteredConnector[];
  readonly slotsLeft: readonly SlotLeft[];
}

/** How many connectors would be made, changed or removed. */
export const countFileChanges = ({ connectors, pruned }: ShownFilePlan): number =>
  connectors.filter(({ status }) => status !== "unchanged").length + pruned.length;

/** What would be done, without what stays as it is: that is only counted. */
export function renderFilePlan(plan: ShownFilePlan, { color }: { readonly color: boolean }): string {
  const paint = createPaint(color);
  const changing = plan.connectors.filter(({ status }) => status !== "unchanged");
  const unchanged = plan.connectors.length - changing.length;
  const lines = [
    ...changing.flatMap((connector) => connectorLines(connector, paint)),
    ...plan.pruned.map(({ name }) =>
      planLine({ name: `connector ${name}`, status: "removed", detail: "it is in no file" }, paint),
    ),
    ...renderSlotsLeft(plan.slotsLeft),
  ];
  const changes = countFileChanges(plan);
  const verdict = changes === 0 ? "Nothing differs" : `${changes} ${changes === 1 ? "differs" : "differ"}`;
  return [...lines, `${verdict}, ${unchanged} ${unchanged === 1 ? "is" : "are"} as the files say.`].join(
    "\n",
  );
}
