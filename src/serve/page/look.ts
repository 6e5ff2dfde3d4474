/** What the page has beside the look of the reports. */
export const LOOK = `
.row { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; }
.row h2 { margin-right: auto; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 18px 26px; margin-top: 14px; }
figcaption { display: flex; justify-content: space-between; gap: 12px; font-size: 13.5px; color: var(--soft); }
figcaption strong { color: var(--ink); }
svg.live { width: 100%; height: 64px; display: block; background: var(--sunken); border-radius: 6px; margin: 4px 0; }
.live .line { fill: none; stroke: var(--rows); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.live .area { fill: var(--rows); opacity: 0.16; }
.scale { display: flex; justify-content: space-between; font-size: 12px; margin: 0; max-width: none; }
.pill.good { background: var(--good-ground); color: var(--good); }
header.verdict ul { margin: 12px 0 0; } header.verdict code { overflow-wrap: anywhere; }
#away { display: none; position: sticky; top: 0; z-index: 1; margin: 0; max-width: none; padding: 8px 24px; background: var(--warn-ground); color: var(--warn); text-align: center; }
.away #away { display: block; } .away main { opacity: 0.55; }
`;

/** Puts a new state of everything in place of the old one, every so often. All of it was escaped where it was made. */
export const SCRIPT = `
const everyMs = Number(document.body.dataset.every);
const main = document.querySelector("main");
async function renew() {
  try {
    const answer = await fetch("fragment", { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    main.innerHTML = await answer.text();
    document.title = main.querySelector("h1").textContent + " - cdc-pipeline";
    document.body.classList.remove("away");
  } catch {
    document.body.classList.add("away");
  }
  setTimeout(renew, everyMs);
}
setTimeout(renew, everyMs);
`;
