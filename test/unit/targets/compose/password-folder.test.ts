import { describe, expect, it } from "vitest";

import { passwordFolderOf } from "../../../../src/targets/compose/password-folder.js";

const ENV = [
  "CONNECT_CONFIG_PROVIDERS=file,directory",
  "CONNECT_CONFIG_PROVIDERS_DIRECTORY_PARAM_ALLOWED_PATHS=/run/x",
];
const VOLUME = { Type: "volume", Destination: "/run/x" };

describe("the folder in which a worker looks passwords up", () => {
  it.each([
    ["that of its provider, in a volume", ENV, [VOLUME], "/run/x"],
    ["none where the worker is of an older version", [], [], undefined],
    [
      "none where the provider is another",
      ["CONNECT_CONFIG_PROVIDERS=file", ...ENV.slice(1)],
      [VOLUME],
      undefined,
    ],
    ["none where it may read any folder", ENV.slice(0, 1), [VOLUME], undefined],
    ["none where it would go with the container", ENV, [], undefined],
    ["none of the user's own", ENV, [{ ...VOLUME, Type: "bind" }], undefined],
  ])("is %s", (_title, env, mounts, folder) => {
    expect(passwordFolderOf(env, mounts)).toBe(folder);
  });
});
