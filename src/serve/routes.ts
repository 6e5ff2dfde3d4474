import type { History } from "../observe/history.js";
import type { CanaryRecord } from "./canary-record.js";
import type { Answer } from "./http-server.js";
import { METRICS_TYPE, metricText } from "./metric-text.js";
import { renderFragment } from "./page/render-fragment.js";
import { PAGE_POLICY, renderPage } from "./page/render-page.js";
import { reasonsAgainst, type Served } from "./readiness.js";
import { statusMetrics } from "./status-metrics.js";

export interface Sources {
  readonly served: () => Served;
  readonly history: History;
  /** Missing without a canary. */
  readonly canary?: CanaryRecord;
  /** Takes the known secrets out of a text. */
  readonly redact: (text: string) => string;
}

const TEXT = "text/plain; charset=utf-8";
const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json; charset=utf-8";
const PAGE_HEADERS = { "content-security-policy": PAGE_POLICY };

/** What is answered at which path; undefined where there is nothing. */
export function answerFor(path: string, sources: Sources): Answer | undefined {
  const { served, history, canary, redact } = sources;
  const now = served();
  const ok = (type: string, body: string, headers = {}): Answer => ({
    ...{ status: 200, type, body: redact(body), headers },
  });
  switch (path) {
    case "/":
      return ok(HTML, renderPage(renderFragment(now, history, Date.now()), now.everyMs), PAGE_HEADERS);
    case "/fragment":
      return ok(HTML, renderFragment(now, history, Date.now()).text, PAGE_HEADERS);
    case "/metrics": {
      const ofStatus = now.observation === undefined ? [] : statusMetrics(now.observation);
      return ok(METRICS_TYPE, metricText([...ofStatus, ...(canary?.metrics() ?? [])]));
    }
    case "/api/status":
      return ok(JSON_TYPE, JSON.stringify({ ...(now.observation ?? {}), canary: now.canary }));
    case "/api/history":
      return ok(JSON_TYPE, JSON.stringify({ everyMs: now.everyMs, connectors: history.since(0) }));
    case "/healthz":
      return ok(TEXT, "alive\n");
    case "/readyz": {
      const reasons = reasonsAgainst(now, Date.now());
      if (reasons.length === 0) return ok(TEXT, "ready\n");
      return { ...ok(TEXT, `${reasons.join("\n")}\n`), status: 503 };
    }
    default:
      return undefined;
  }
}
