import { didYouMean } from "./did-you-mean.js";
import { fromText } from "./from-text.js";
import type { Layer, RawSetting } from "./raw-setting.js";
import { SETTINGS } from "./setting-list.js";
import { ENVIRONMENT_PREFIX, FILE_VARIABLE } from "./setting-names.js";

const settingsByName = new Map(SETTINGS.map((setting) => [setting.environmentName, setting]));
const names = [...settingsByName.keys(), FILE_VARIABLE].map((name) => name.slice(ENVIRONMENT_PREFIX.length));

/** What the environment gives; an empty variable counts as not set. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>, cwd: string): Layer {
  const settings: RawSetting[] = [];
  const problems: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(ENVIRONMENT_PREFIX) || name === FILE_VARIABLE) continue;
    const setting = settingsByName.get(name);
    if (setting === undefined) {
      problems.push(`${name}: ${unknownVariable(name)}`);
    } else if (text !== undefined && text !== "") {
      settings.push({
        path: setting.path,
        value: fromText(text, setting.kind),
        source: name,
        folder: cwd,
        placeOf: () => name,
      });
    }
  }
  return { settings, problems };
}

function unknownVariable(name: string): string {
  // Without the prefix, which all share and which would make far names look near.
  const nearest = didYouMean(name.slice(ENVIRONMENT_PREFIX.length), names);
  return nearest === undefined
    ? "unknown environment variable"
    : `unknown environment variable, did you mean ${ENVIRONMENT_PREFIX}${nearest}?`;
}
