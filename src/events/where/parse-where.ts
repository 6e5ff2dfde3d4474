import type { DecodedEvent } from "../decode-event.js";
import { compareValues, NumberText, textOf } from "./compare-values.js";
import { fieldReader } from "./event-field.js";
import { likeMatcher } from "./match-like.js";
import { type Token, tokensOf, whereError } from "./tokens.js";
import { anyOf, compared, constant, never, not, type Term, type Test, truthOf } from "./truth.js";

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};
const WORDS = new Set([
  "and",
  "or",
  "not",
  "like",
  "ilike",
  "in",
  "is",
  "null",
  "true",
  "false",
  "distinct",
  "from",
] as const);
const MAX_DEPTH = 200;

/**
 * Reads an expression in the manner of SQL's WHERE: `after.price > 10 and before.status != after.status`. An event
 * for which it is not known is none for which it is true.
 * @throws CdcError USAGE, with the column of what is wrong
 */
export function parseWhere(text: string): (event: DecodedEvent) => boolean {
  const test = new WhereParser(text).parse();
  return (event) => test(event) === true;
}

class WhereParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  parse(): Test {
    const test = this.#or();
    if (this.#token.kind !== "end") this.#fail("`and`, `or` or the end is expected");
    return test;
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", at: this.#text.length };
  }

  #fail(expected: string, token = this.#token): never {
    const found = token.kind === "end" ? "the end" : this.#text.slice(token.at).split(/\s/, 1)[0];
    throw whereError(this.#text, token.at, `${expected}, not ${found}`);
  }

  #isWord(word: string): boolean {
    return this.#token.kind === "name" && this.#token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#next++;
    return true;
  }

  #takeSign(sign: string): boolean {
    if (this.#token.kind !== "sign" || this.#token.text !== sign) return false;
    this.#next++;
    return true;
  }

  #or(): Test {
    const tests = [this.#and()];
    while (this.#takeWord("or")) tests.push(this.#and());
    return tests.length === 1 ? (tests[0] ?? never) : anyOf(tests);
  }

  #and(): Test {
    const tests = [this.#not()];
    while (this.#takeWord("and")) tests.push(this.#not());
    return tests.length === 1 ? (tests[0] ?? never) : not(anyOf(tests.map(not)));
  }

  #not(): Test {
    // Each level of an expression is one of the stack.
    if (++this.#depth > MAX_DEPTH) this.#fail("less nesting is expected");
    const test = this.#takeWord("not") ? not(this.#not()) : this.#predicate();
    this.#depth--;
    return test;
  }

  #predicate(): Test {
    if (this.#takeSign("(")) {
      const test = this.#or();
      if (!this.#takeSign(")")) this.#fail("`)` is expected");
      return test;
    }
    const term = this.#term();
    const comparison = this.#token.kind === "sign" ? COMPARISONS[this.#token.text] : undefined;
    if (comparison !== undefined) {
      this.#next++;
      const other = this.#term("`is null` or `is not null` is expected");
      return compared(term, other, comparison);
    }
    if (this.#takeWord("is")) return this.#is(term);
    const isNot = this.#takeWord("not");
    const test = this.#likeOrIn(term);
    if (test !== undefined) return isNot ? not(test) : test;
    if (isNot) this.#fail("`like` or `in` is expected");
    return (event) => truthOf(term(event));
  }

  #is(term: Term): Test {
    const isNot = this.#takeWord("not");
    const positive = this.#isTest(term);
    return isNot ? not(positive) : positive;
  }

  #isTest(term: Term): Test {
    if (this.#takeWord("null")) return (event) => (term(event) ?? null) === null;
    if (!this.#takeWord("distinct") || !this.#takeWord("from")) {
      this.#fail("`null` or `distinct from` is expected");
    }
    const other = this.#takeWord("null") ? constant(null) : this.#term();
    return (event) => {
      const [a, b] = [term(event) ?? null, other(event) ?? null];
      return a === null || b === null ? a !== b : compareValues(a, b) !== 0;
    };
  }

  #likeOrIn(term: Term): Test | undefined {
    if (this.#takeWord("in")) return this.#in(term);
    const ignoresCase = this.#takeWord("ilike");
    if (!ignoresCase && !this.#takeWord("like")) return undefined;
    if (this.#token.kind !== "text") this.#fail("a pattern in '…' is expected");
    const pattern = this.#tokens[this.#next++]?.text ?? "";
    const fold = (text: string) => (ignoresCase ? text.toLowerCase() : text);
    const matches = likeMatcher(fold(pattern));
    return (event) => {
      const value = term(event) ?? null;
      return value === null ? null : matches(fold(textOf(value)));
    };
  }

  #in(term: Term): Test {
    if (!this.#takeSign("(")) this.#fail("`(` is expected");
    const tests: Test[] = [];
    do tests.push(compared(term, this.#term(), (order) => order === 0));
    while (this.#takeSign(","));
    if (!this.#takeSign(")")) this.#fail("`,` or `)` is expected");
    return anyOf(tests);
  }

  /** @param insteadOfNull what to say of a null, which equals nothing */
  #term(insteadOfNull = "a value is expected"): Term {
    const token = this.#token;
    if (this.#isWord("null")) this.#fail(insteadOfNull);
    this.#next++;
    if (token.kind === "text") return () => token.text;
    if (token.kind === "number") return constant(new NumberText(token.text));
    if (token.kind === "sign" && token.text === "-" && this.#token.kind === "number") {
      return constant(new NumberText(`-${this.#tokens[this.#next++]?.text ?? ""}`));
    }
    if (token.kind === "name" || token.kind === "quoted") return this.#field(token);
    this.#fail("a value is expected", token);
  }

  #field(token: Token): Term {
    const word = token.kind === "name" ? token.text.toLowerCase() : "";
    if (word === "true" || word === "false") return constant(word === "true");
    if (WORDS.has(word as never)) this.#fail("a value is expected", token);
    const path = [token.text];
    while (this.#takeSign(".")) {
      if (this.#token.kind !== "name" && this.#token.kind !== "quoted") this.#fail("a name is expected");
      path.push(this.#token.text);
      this.#next++;
    }
    return fieldReader(path, token.kind === "quoted");
  }
}
