import { html, type Markup } from "../html/markup.js";

/** How much of two long values is shown around the place where they differ, in characters. */
const AROUND = 24;
const SHOWN = 160;

/** A value beside another, with what differs marked; of long values only what is around that. */
export function renderValuePair(value: string | null, other: string | null): Markup {
  if (value === null || value === "" || other === null || value === other) return renderValue(value);
  const start = commonStart(value, other);
  const end = commonEnd(value, other, start);
  const middle = value.slice(start, value.length - end);
  // prettier-ignore
  return html`<bdi class="value">${lastOf(value.slice(0, start))}${middle === "" ? undefined : html`<mark>${firstOf(middle)}</mark>`}${tailOf(value.slice(value.length - end))}</bdi>`;
}

/** One value: NULL and the empty text can be told from others; a long one is cut. */
export function renderValue(value: string | null): Markup {
  if (value === null) return html`<span class="value"><em>NULL</em></span>`;
  if (value === "") return html`<span class="value"><em>empty</em></span>`;
  return html`<bdi class="value">${firstOf(value)}</bdi>`;
}

function commonStart(value: string, other: string): number {
  const most = Math.min(value.length, other.length);
  let length = 0;
  while (length < most && value[length] === other[length]) length++;
  return length;
}

function commonEnd(value: string, other: string, start: number): number {
  const most = Math.min(value.length, other.length) - start;
  let length = 0;
  while (length < most && value.at(-1 - length) === other.at(-1 - length)) length++;
  return length;
}

const firstOf = (text: string): string =>
  text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
const lastOf = (text: string): string => (text.length <= 2 * AROUND ? text : `…${text.slice(-AROUND)}`);
const tailOf = (text: string): string => (text.length <= 2 * AROUND ? text : `${text.slice(0, AROUND)}…`);
