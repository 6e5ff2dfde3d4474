import { formatCount } from "../../format.js";
import { html, type Markup } from "../html/markup.js";

/** The first items of a list as `render` shows them, and the rest likewise, folded behind `12 more …`. */
export function fold<T>(
  items: readonly T[],
  shown: number,
  more: string,
  render: (items: readonly T[]) => Markup,
): Markup | undefined {
  if (items.length === 0) return undefined;
  const rest = items.slice(shown);
  if (rest.length === 0) return render(items);
  return html`${render(items.slice(0, shown))}
    <details>
      <summary>${formatCount(rest.length)} ${more}</summary>
      ${render(rest)}
    </details>`;
}
