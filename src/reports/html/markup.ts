/** A piece of HTML that is well-formed as XML too; the only way to make one is `html`, which escapes all else. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type MarkupPart = Markup | string | number | undefined | readonly MarkupPart[];

/** HTML with its texts escaped: html`<p>${text}</p>`. Lists are joined, what is undefined leaves nothing. */
export function html(literals: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  return new Markup(
    literals.map((literal, index) => literal + (index < parts.length ? render(parts[index]) : "")).join(""),
  );
}

/** CSS of the program's own, which a `<style>` takes as it is. */
export const trusted = (text: string): Markup => new Markup(text);

function render(part: MarkupPart): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map(render).join("");
  return escapeText(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "")
      // Control characters get their pictures (U+2400 and on): HTML and XML cannot hold them.
      .replace(/[^\P{Cc}\t\n]/gu, (control) => controlPicture(control.charCodeAt(0)))
      .replace(/\p{Cs}|[\uFFFE\uFFFF]/gu, "\uFFFD")
      // What turns the direction of writing round would make a text look like another.
      .replace(
        /\p{Bidi_Control}/gu,
        (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
      )
  );
}

function controlPicture(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\uFFFD";
}
