import { describe, expect, it } from "vitest";

import { checkDatabaseName, type DatabaseNames, namesOf } from "../../src/names.js";

/** Kafka's limit for a topic's name, and PostgreSQL's for the schema and the table in it. */
const TOPIC_MAX_LENGTH = 249;
const IDENTIFIER_MAX_BYTES = 63;

const SYNTAX = {
  slot: /^[a-z0-9_]{1,63}$/,
  topicPrefix: /^[a-zA-Z0-9._-]+$/,
  connector: /^[a-z0-9_-]+$/,
};

const ODD_NAMES = [
  'my "kart"; drop',
  "MyKart",
  "MYKART",
  "my kart",
  "my-kart",
  "my.kart",
  " mykart",
  "mykart ",
  "бюро",
  "магазин",
  "店",
  "🛒",
  "Zoë",
  "'",
  '"',
  ".",
  "..",
  "-",
  "/etc/passwd",
  "a\nb",
  "${database.name}",
  "$&",
  "%I",
  "a".repeat(63),
  "a".repeat(50),
  "é".repeat(31),
  "_".repeat(63),
  "A".repeat(63),
];

const keysOf = ({ slot, topicPrefix, connector }: DatabaseNames) => ({ slot, topicPrefix, connector });

function expectLegal(database: string): void {
  const names = namesOf(database);
  expect(names.database).toBe(database);
  for (const [key, syntax] of Object.entries(SYNTAX)) {
    expect(names[key as keyof typeof SYNTAX], `${key} of ${JSON.stringify(database)}`).toMatch(syntax);
  }
  const longestTopic = `${names.topicPrefix}.`.length + 2 * IDENTIFIER_MAX_BYTES + 1;
  expect(longestTopic).toBeLessThanOrEqual(TOPIC_MAX_LENGTH);
}

/** The same names in every run. */
function* generatedNames(count: number): Generator<string> {
  const alphabet = Array.from("aab01__AB. -\"';é店🛒$");
  let state = 42;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let index = 0; index < count; index++) {
    const length = 1 + next(next(4) === 0 ? 60 : 6);
    let name = "";
    for (let position = 0; position < length; position++) name += alphabet[next(alphabet.length)] ?? "";
    if (Buffer.byteLength(name) <= IDENTIFIER_MAX_BYTES) yield name;
  }
}

describe("namesOf", () => {
  it.each(["mykart", "my_kart", "kart2", "2026", "_", "a", "a".repeat(49), "shop_cafe", "db_0123456789a"])(
    "uses the plain name %s as it is",
    (database) => {
      expect(namesOf(database)).toEqual({
        database,
        connector: `${database}-connector`,
        slot: `debezium_${database}_slot`,
        topicPrefix: `debezium.${database}`,
      });
    },
  );

  it.each(ODD_NAMES)("makes legal names of %j", (database) => {
    expectLegal(database);
  });

  it.each([
    ['my "kart"; drop', "my_kart_drop"],
    ["MyKart", "mykart"],
    ["My Kart (EU)", "my_kart_eu"],
    ["店", "db"],
    ["a".repeat(63), "a".repeat(38)],
  ])("keeps what can be read of %j", (database, readable) => {
    expect(namesOf(database).slot).toMatch(new RegExp(`^debezium_${readable}_[0-9a-f]{10}_slot$`));
  });

  it("never gives a database the names of one whose name looks like the result of hashing", () => {
    for (const database of [...ODD_NAMES, "mykart"]) {
      const impostor = namesOf(database).topicPrefix.replace("debezium.", "");
      if (impostor === database) continue;
      expectLegal(impostor);
      expect(keysOf(namesOf(impostor))).not.toEqual(keysOf(namesOf(database)));
      expect(namesOf(impostor).slot).not.toBe(namesOf(database).slot);
    }
  });

  it("gives names that differ only in case, in signs, or behind the length that fits, names of their own", () => {
    const families = [
      ["mykart", "MyKart", "MYKART", "mykarT"],
      ["my_kart", "my kart", "my-kart", "my.kart", "my__kart", "_my_kart", "my_kart_", 'my"kart'],
      ["店", "铺", "🛒", "бюро", "бюрo"],
      [`${"a".repeat(62)}b`, `${"a".repeat(62)}c`, "a".repeat(63), "a".repeat(62), "a".repeat(50)],
      // One letter, composed and decomposed: two databases to PostgreSQL.
      ["caf\u00e9", "cafe\u0301", "cafe"],
    ];
    for (const family of families) {
      expect(new Set(family.map((database) => namesOf(database).slot)).size).toBe(family.length);
    }
  });

  it("shares no name between any of many thousand databases, and makes legal ones for all", () => {
    const databases = new Set([...generatedNames(20_000), ...ODD_NAMES]);
    // Those that look hashed are where two could meet.
    for (const database of [...databases].slice(0, 5_000)) {
      databases.add(namesOf(database).topicPrefix.replace("debezium.", ""));
    }
    expect(databases.size).toBeGreaterThan(15_000);
    for (const key of ["slot", "topicPrefix", "connector"] as const) {
      const owners = new Map<string, string>();
      for (const database of databases) {
        const name = namesOf(database)[key];
        if (!SYNTAX[key].test(name)) expect.fail(`${key} of ${JSON.stringify(database)} is ${name}`);
        const owner = owners.get(name);
        if (owner !== undefined) expect.fail(`${JSON.stringify([owner, database])} share the ${key} ${name}`);
        owners.set(name, database);
      }
    }
  });
});

it.each(["", "a\0b", "\ud800", "a".repeat(64), "template0"])(
  "a database is not called %j: PostgreSQL would have another name, or none",
  (name) => {
    expect(() => checkDatabaseName(name)).toThrow(expect.objectContaining({ code: "DATABASE_NAME_INVALID" }));
  },
);
