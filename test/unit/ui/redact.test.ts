import { describe, expect, it } from "vitest";

import { createRedactor } from "../../../src/ui/redact.js";

function redact(text: string, ...secrets: string[]): string {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor.redact(text);
}

describe("a registered secret", () => {
  it("is hidden wherever it stands, every time", () => {
    expect(redact("s3cret, as3cretb s3cret", "s3cret")).toBe("[hidden], a[hidden]b [hidden]");
  });

  it("is hidden in the spelling of JSON, also of JSON within JSON", () => {
    const secret = 'p"w\\x\n';
    const json = JSON.stringify({ password: secret });
    expect(redact(json, secret)).toBe('{"password":"[hidden]"}');
    expect(redact(JSON.stringify(json), secret)).toBe('"{\\"password\\":\\"[hidden]\\"}"');
  });

  it("is hidden in every spelling of a URL, with small hexadecimal digits as well", () => {
    const secret = "p w/ä'é&";
    const form = new URLSearchParams({ secret }).toString();
    const encoded = encodeURIComponent(secret);
    expect(redact(`a=${encoded} b=${encoded.toLowerCase()} ${form}`, secret)).toBe(
      "a=[hidden] b=[hidden] secret=[hidden]",
    );
  });

  it("is hidden as an SQL string", () => {
    expect(redact("PASSWORD 'it''s me'", "it's me")).toBe("PASSWORD '[hidden]'");
  });

  it("is taken literally, not as a pattern", () => {
    expect(redact("a.c+ abc+ $& (x", "a.c+", "$&&&", "(xyz")).toBe("[hidden] abc+ $& (x");
  });

  it("is hidden whole when another secret is its beginning", () => {
    expect(redact("secret-long", "secret", "secret-long")).toBe("[hidden]");
  });

  it("is hidden exactly as it is written: other letters are another word", () => {
    expect(redact("Postgres postgres", "postgres")).toBe("Postgres [hidden]");
  });

  it("may hold half a character pair", () => {
    expect(redact("x\ud83dyzw", "x\ud83dyzw")).toBe("[hidden]");
  });
});

describe("a short secret", () => {
  it("is hidden only as a word of its own, so that the text stays readable", () => {
    expect(redact("pw=dbz, 'dbz' dbzium dbz_slot édbz (dbz)", "dbz")).toBe(
      "pw=[hidden], '[hidden]' dbzium dbz_slot édbz ([hidden])",
    );
  });

  it("is ignored when it is empty", () => {
    expect(redact("nothing to hide", "")).toBe("nothing to hide");
  });
});

describe("a password in a URL", () => {
  it.each([
    ["postgres://user:pw@host:5432/db", "postgres://user:[hidden]@host:5432/db"],
    ["postgresql://u:p@ss@host/db", "postgresql://u:[hidden]@host/db"],
    ["postgresql://me@corp:pw@host/db", "postgresql://me@corp:[hidden]@host/db"],
    ["redis://:pw@host", "redis://:[hidden]@host"],
    ["a://u:p@h,b://v:q@i", "a://u:[hidden]@h,b://v:[hidden]@i"],
    [
      "jdbc:postgresql://h/db?user=u&password=pw&ssl=1",
      "jdbc:postgresql://h/db?user=u&password=[hidden]&ssl=1",
    ],
  ])("is hidden though nobody registered it: %s", (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it.each([
    "http://localhost:8083/connectors/a@b",
    "postgres://user@host:5432/db",
    "mail me@host: at 10:30 @home",
  ])("is not seen where there is none: %s", (text) => {
    expect(redact(text)).toBe(text);
  });
});

it("leaves a redacted text as it is when it is redacted again", () => {
  const redactor = createRedactor();
  redactor.add("hidden");
  const once = redactor.redact("hidden postgres://u:hidden@h");
  expect(once).toBe("[hidden] postgres://u:[hidden]@h");
  expect(redactor.redact(once)).toBe(once);
});
