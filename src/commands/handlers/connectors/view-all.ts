import type { RegisteredConnector } from "../../../clients/connect/connect-client.js";
import { type ConnectorView, inOrderOfConcern, viewConnector } from "../../../connectors/connector-view.js";
import { hideSecretsOf } from "../../../ui/hide-secrets.js";

/** What is not well first, with no secret in a reason. */
export function viewAll(connectors: readonly RegisteredConnector[]): ConnectorView[] {
  const views = connectors.map(viewConnector);
  const failed = connectors.filter((_, index) => views[index]?.condition === "failed");
  const hide = hideSecretsOf(failed.map(({ config }) => config));
  return inOrderOfConcern(
    views.map((view) => ({
      ...hiding(view, hide),
      tasks: view.tasks.map((task) => hiding(task, hide)),
    })),
  );
}

function hiding<T extends { readonly reason?: string }>(view: T, hide: (text: string) => string): T {
  return view.reason === undefined ? view : { ...view, reason: hide(view.reason) };
}
