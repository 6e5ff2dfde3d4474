import { describe, expect, it } from "vitest";

import { scramVerifier } from "../../../../src/stages/prepare/scram-verifier.js";

describe("a password on its way to PostgreSQL", () => {
  it("is sent as the verifier of RFC 7677, whose example this is", () => {
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    expect(scramVerifier("pencil", salt)).toBe(
      "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
    );
  });

  it("has another salt each time", () => {
    expect(scramVerifier("pencil")).not.toBe(scramVerifier("pencil"));
    expect(scramVerifier("pencil")).toMatch(/^SCRAM-SHA-256\$4096:[\w+/]{22}==\$[\w+/]{43}=:[\w+/]{43}=$/);
  });

  it("is left to the server where it has to be normalised first", () => {
    expect(scramVerifier("Passwörter")).toBe("Passwörter");
    expect(scramVerifier("tab\tkey")).toBe("tab\tkey");
  });
});
