import type { ConnectorPlugin } from "../clients/connect/connect-client.js";
import { didYouMean } from "../config/did-you-mean.js";
import { CdcError } from "../errors.js";

/**
 * The plugin that a word stands for: its class, or the class without its package, in any case of letters.
 * @throws CdcError CONNECTOR_CLASS_MISSING, which names those that there are
 */
export function findPlugin(word: string, plugins: readonly ConnectorPlugin[], url: string): ConnectorPlugin {
  const whole = plugins.find((plugin) => plugin.class === word);
  if (whole !== undefined) return whole;
  const short = (name: string) => name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const fitting = plugins.filter((plugin) => short(plugin.class) === word.toLowerCase());
  const classes = [...new Set(fitting.map((plugin) => plugin.class))];
  const [only] = fitting;
  if (only !== undefined && classes.length === 1) return only;
  if (classes.length > 1) {
    throw new CdcError("USAGE", `${word} is the name of several classes`, {
      hint: `give one of them whole: ${classes.join(", ")}`,
    });
  }
  const names = [...new Set(plugins.map((plugin) => plugin.class))];
  const nearest = didYouMean(
    word,
    names.flatMap((name) => [name, short(name)]),
  );
  const meant = names.find((name) => name === nearest || short(name) === nearest);
  const connectors = plugins.filter(({ type }) => type === "source" || type === "sink");
  const there = [...new Set(connectors.map((plugin) => plugin.class))].join(", ");
  throw new CdcError("CONNECTOR_CLASS_MISSING", `the worker at ${url} has no plugin ${word}`, {
    hint: `${meant === undefined ? "" : `did you mean ${meant}? `}it has: ${there}`,
  });
}
