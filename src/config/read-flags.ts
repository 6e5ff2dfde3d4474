import { fromText } from "./from-text.js";
import { unknownKey } from "./problems.js";
import type { Layer, RawSetting } from "./raw-setting.js";
import { settingAt, SETTINGS } from "./setting-list.js";
import { flagNameOf } from "./setting-names.js";

/** Raw values by dotted key: `{ target: "local", "postgres.port": 5433 }`. `undefined` means not given. */
export type ConfigFlags = Readonly<Record<string, unknown>>;

/** What the command line gives. */
export function readFlags(flags: ConfigFlags, cwd: string): Layer {
  const settings: RawSetting[] = [];
  const problems: string[] = [];
  for (const [path, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const name = flagNameOf(path);
    const setting = settingAt(path);
    if (setting === undefined) {
      const allPaths = SETTINGS.map((known) => known.path);
      problems.push(`${name}: ${unknownKey(path, allPaths)}`);
    } else {
      settings.push({
        path,
        value: fromText(value, setting.kind),
        source: name,
        folder: cwd,
        placeOf: () => name,
      });
    }
  }
  return { settings, problems };
}
