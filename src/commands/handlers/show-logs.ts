import type { Handler } from "../../cli/command.js";
import { CdcError } from "../../errors.js";
import { withTarget } from "../../targets/index.js";
import { type ServerLog, type ServerName, SERVERS } from "../../targets/target.js";

interface LogArguments {
  readonly server?: string | undefined;
  readonly lines: number;
  readonly follow?: boolean | undefined;
  readonly json?: boolean | undefined;
}

export const showLogs: Handler<LogArguments> = async (
  { server, lines, follow, json },
  { config, context, print },
) => {
  if (!Number.isInteger(lines) || lines < 0) {
    throw new CdcError("USAGE", `--lines must be a whole number, not ${lines}`, {
      hint: "cdc-pipeline logs --help",
    });
  }
  const servers = SERVERS.filter((name) => server === undefined || name === server);
  if (follow === true && json === true) {
    throw new CdcError("USAGE", "--follow has no end, and --json prints one document", {
      hint: "leave one of them out",
    });
  }
  if (follow === true && servers.length > 1) {
    throw new CdcError("USAGE", "--follow follows one log", {
      hint: `cdc-pipeline logs ${SERVERS.join("|")} --follow`,
    });
  }
  return withTarget(config, async (target) => {
    const logs: Record<string, { file: string; lines: string[] }> = {};
    for (const name of servers) {
      const log = await target.log(name, { lines, follow: follow === true }, context);
      if (follow !== true) {
        logs[name] = { file: log.source, lines: await linesOf(log) };
        continue;
      }
      for await (const piece of log.pieces) print(piece);
    }
    if (follow === true) return { fields: {}, text: "" };
    return { fields: { logs }, text: renderLogs(servers, logs) };
  });
};

async function linesOf({ pieces }: ServerLog): Promise<string[]> {
  let text = "";
  for await (const piece of pieces) text += piece;
  text = text.trimEnd();
  return text === "" ? [] : text.split("\n");
}

function renderLogs(
  servers: readonly ServerName[],
  logs: Readonly<Record<string, { file: string; lines: string[] }>>,
): string {
  return servers
    .map((name) => {
      const { file = "", lines = [] } = logs[name] ?? {};
      return servers.length === 1 ? lines.join("\n") : [`==> ${name}: ${file}`, ...lines].join("\n");
    })
    .join("\n\n");
}
