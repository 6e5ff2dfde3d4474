import { create } from "xmlbuilder";

/** What came of one case; texts may hold anything, also what XML forbids. */
export type JunitOutcome =
  | { readonly kind: "passed"; readonly output?: string }
  | { readonly kind: "failed"; readonly type: string; readonly message: string; readonly text: string }
  | { readonly kind: "skipped"; readonly message: string };

export interface JunitCase {
  readonly className: string;
  readonly name: string;
  readonly outcome: JunitOutcome;
}

export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** JUnit's XML as CI servers read it: suites of cases, each passed, failed or skipped. */
export function renderJunit(name: string, suites: readonly JunitSuite[]): string {
  // Not its successor xmlbuilder2, which takes `&amp;` in a text for `&`:
  // https://github.com/oozcitak/xmlbuilder2/issues/117
  // Control characters cannot stand in XML 1.0, not even escaped.
  const root = create("testsuites", { version: "1.0", encoding: "UTF-8", invalidCharReplacement: "\uFFFD" });
  root.att({ name: whole(name), ...counts(suites.flatMap(({ cases }) => cases)) });
  for (const suite of suites) {
    const element = root.ele("testsuite", { name: whole(suite.name), ...counts(suite.cases) });
    for (const { className, name: caseName, outcome } of suite.cases) {
      const one = element.ele("testcase", { classname: whole(className), name: whole(caseName) });
      if (outcome.kind === "failed") {
        const { type, message, text } = outcome;
        one.ele("failure", { type: whole(type), message: whole(message) }).txt(whole(text));
      } else if (outcome.kind === "skipped") one.ele("skipped", { message: whole(outcome.message) });
      else if (outcome.output !== undefined) one.ele("system-out").txt(whole(outcome.output));
    }
  }
  return `${root.end({ pretty: true })}\n`;
}

/** Half of a surrogate pair takes the sign beside it with it when it is replaced, and that may be a part of `&quot;`. */
const whole = (text: string): string => text.replace(/\p{Surrogate}/gu, "\uFFFD");

function counts(cases: readonly JunitCase[]) {
  const count = (kind: JunitOutcome["kind"]) => cases.filter(({ outcome }) => outcome.kind === kind).length;
  return { tests: cases.length, failures: count("failed"), errors: 0, skipped: count("skipped") };
}
