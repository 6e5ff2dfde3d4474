import { describe, expect, it } from "vitest";

import { rootCause } from "../../../src/stages/root-cause.js";
import {
  MULTILINE_TRACE,
  NULL_POINTER_TRACE,
  PERMISSION_TRACE,
  SINGLE_TRACE,
  SUPPRESSED_TRACE,
  UNKNOWN_HOST_TRACE,
} from "../../support/java-traces.js";

describe("the root cause of a Java stack trace", () => {
  it("is the innermost of several causes, without its class", () => {
    expect(rootCause(PERMISSION_TRACE)).toBe(
      "ERROR: must be superuser or replication role to use replication slots",
    );
  });

  it("is the exception itself where there is only one", () => {
    expect(rootCause(SINGLE_TRACE)).toBe(
      'Connector configuration is not valid. Unable to connect: FATAL: password authentication failed for user "debezium_user"',
    );
  });

  it("is one line, also when the message has several", () => {
    expect(rootCause(MULTILINE_TRACE)).toBe("ERROR: permission denied for table orders");
  });

  it("is the class of an exception that says nothing", () => {
    expect(rootCause(NULL_POINTER_TRACE)).toBe("java.lang.NullPointerException");
  });

  it("keeps the class where the message is a bare name, which says nothing alone", () => {
    expect(rootCause(UNKNOWN_HOST_TRACE)).toBe("java.net.UnknownHostException: postgres.internal");
  });

  it("is not the cause of what was suppressed on the way", () => {
    expect(rootCause(SUPPRESSED_TRACE)).toBe("FATAL: terminating connection due to administrator command");
  });

  it("is found with the line ends of Windows", () => {
    expect(rootCause(PERMISSION_TRACE.replaceAll("\n", "\r\n"))).toBe(rootCause(PERMISSION_TRACE));
  });

  it("is the text itself where that is no stack trace", () => {
    expect(rootCause("\n  worker went away\n")).toBe("worker went away");
  });

  it("leaves out the objects that a long message is full of, and keeps its point", () => {
    const context = `Offset [info=Schema{a}, lsn=LSN{0/1}, ${"x=1, ".repeat(80)}tx=Tx [id=null], window=W [open=false]]`;
    const message = `trying to read at ${context}, but this is no longer available`;
    expect(rootCause(`io.debezium.DebeziumException: ${message}\n\tat io.debezium.Main`)).toBe(
      "trying to read at Offset […], but this is no longer available",
    );
    const short = "no pg_hba.conf entry [as role]";
    expect(rootCause(short)).toBe(short);
  });

  it("says so where no trace was given", () => {
    expect(rootCause("")).toBe("no trace given");
  });
});
