/** Keeps secrets out of whatever is printed. */
export interface Redactor {
  /** From now on `secret` is hidden, also as it looks in JSON, in a URL and in an SQL string. */
  readonly add: (secret: string) => void;
  readonly redact: (text: string) => string;
}

const HIDDEN = "[hidden]";
/** A shorter secret is part of many words, and hiding it there would make the text unreadable. */
const MIN_LENGTH_WITHIN_WORDS = 4;
/** The password in `scheme://user:password@`; both may hold an `@` that should have been encoded. */
const URL_PASSWORD = /(?<=\b[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s:/?#]*:)[^\s/?#]+(?=@)/u.source;
/** The password in `?password=…`, as libpq and JDBC take it. */
const PARAMETER_PASSWORD = /(?<=[?&](?:ssl)?password=)[^\s&#"'<>]+/u.source;

/** Every secret is replaced by `[hidden]`; passwords in URLs are, even when nobody registered them. */
export function createRedactor(): Redactor {
  const forms = new Set<string>();
  let pattern = patternOf(forms);
  return {
    add: (secret) => {
      if (secret === "") return;
      for (const form of formsOf(secret)) forms.add(form);
      pattern = patternOf(forms);
    },
    redact: (text) => text.replace(pattern, HIDDEN),
  };
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    json,
    // JSON within JSON: a server's answer that quotes a configuration.
    JSON.stringify(json).slice(1, -1),
    secret.replaceAll("'", "''"),
    ...urlFormsOf(secret),
  ];
}

function urlFormsOf(secret: string): string[] {
  const form = new URLSearchParams({ secret }).toString().slice("secret=".length);
  const userInfo = new URL("postgres://user@host");
  userInfo.password = secret;
  // encodeURIComponent throws on half a surrogate pair; a Buffer replaces it, as the other two do.
  const wellFormed = Buffer.from(secret).toString();
  const encoded = [encodeURIComponent(wellFormed), form, userInfo.password];
  return encoded.flatMap((text) => [text, text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())]);
}

function patternOf(forms: ReadonlySet<string>): RegExp {
  const longestFirst = [...forms].sort((one, other) => other.length - one.length);
  // What is hidden already comes first, so that it stays as it is when a text is redacted twice.
  const alternatives = [
    escapeRegExp(HIDDEN),
    URL_PASSWORD,
    PARAMETER_PASSWORD,
    ...longestFirst.map(formPattern),
  ];
  return new RegExp(alternatives.join("|"), "gu");
}

function formPattern(form: string): string {
  const escaped = escapeRegExp(form);
  if (form.length >= MIN_LENGTH_WITHIN_WORDS) return escaped;
  return `(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
