import { expect, it } from "vitest";

import { javaProperty } from "../../../../src/targets/local/java-property.js";
import { renderKafkaSettings } from "../../../../src/targets/local/kafka-server.js";
import { parseJavaProperties } from "../../../support/java-properties.js";

it.each(["/home/josé/.cdc-pipeline", "/a\\b", "/a b=c:d#e!", "/日本/😀", " /x"])(
  "Java reads %s as it is",
  (path) => {
    expect(parseJavaProperties(`key=${javaProperty(path)}\nnext=1\n`)).toEqual(
      new Map([
        ["key", path],
        ["next", "1"],
      ]),
    );
  },
);

it.each(["/a,b", "/a\nnode.id=2"])(
  "a folder that Kafka would take for two, or for a setting, is refused: %j",
  (folder) => {
    expect(() => renderKafkaSettings(folder, 1, 2)).toThrow(
      expect.objectContaining({ code: "PATH_NOT_WRITABLE" }),
    );
  },
);
