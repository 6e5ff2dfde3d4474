/** The look of the reports: light and dark as the reader's system is, on paper always light. No `<` and no `&`: it stands in XML. */
export const STYLES = `
:root {
  --ground: #f6f7f9; --surface: #ffffff; --sunken: #f1f3f6; --line: #dfe3e9; --grid: #e9ecf1;
  --ink: #16202e; --soft: #566275; --link: #2b5fb8;
  --rows: #2b5fb8; --events: #8db7e8;
  --good: #13794a; --good-ground: #e6f5ec; --warn: #8a5a00; --warn-ground: #fdf3dc;
  --bad: #b3261e; --bad-ground: #fdebe9; --mark: #ffe08a;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e131b; --surface: #171e29; --sunken: #1e2734; --line: #2c3747; --grid: #253040;
    --ink: #e5eaf1; --soft: #9aa7ba; --link: #7fb0ff;
    --rows: #7fb0ff; --events: #3f6294;
    --good: #5fd39a; --good-ground: #12301f; --warn: #f0c062; --warn-ground: #33270c;
    --bad: #ff8f87; --bad-ground: #3a1714; --mark: #6b5310;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
main, footer { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
main { padding-top: 32px; }
h1 { margin: 0; font-size: 27px; line-height: 1.25; letter-spacing: -0.01em; text-wrap: balance; }
h2 { margin: 0 0 4px; font-size: 18px; line-height: 1.35; }
h3 { margin: 0; font-size: 15px; line-height: 1.4; display: inline; }
p { margin: 0 0 8px; max-width: 76ch; }
section, header.verdict {
  background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 22px 24px; margin: 0 0 18px;
}
.lead { color: var(--soft); margin-bottom: 16px; }
.soft { color: var(--soft); }
footer { color: var(--soft); font-size: 13px; padding-bottom: 40px; }
code, .value { font-family: var(--mono); font-size: 0.88em; }
bdi { overflow-wrap: anywhere; }
a { color: var(--link); }

header.verdict { border-left-width: 6px; }
header.verdict p { margin: 8px 0 0; font-size: 16px; }
header.verdict .facts { font-size: 14px; color: var(--soft); }
header.good { border-left-color: var(--good); }
header.warn { border-left-color: var(--warn); }
header.bad { border-left-color: var(--bad); }
.seal { display: flex; gap: 14px; align-items: flex-start; }
.seal svg { flex: none; width: 34px; height: 34px; margin-top: 1px; }
.good .seal svg { color: var(--good); } .warn .seal svg { color: var(--warn); } .bad .seal svg { color: var(--bad); }

.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(138px, 1fr)); gap: 10px; margin: 20px 0 0; padding: 0; }
.tiles div { background: var(--sunken); border-radius: 8px; padding: 10px 12px; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.tiles dt { color: var(--soft); font-size: 13px; }
.tiles dd { margin: 0; font-size: 21px; font-weight: 600; line-height: 1.3; }
.tiles .bad { background: var(--bad-ground); } .tiles .bad dd { color: var(--bad); }
.tiles .warn { background: var(--warn-ground); } .tiles .warn dd { color: var(--warn); }
.tiles .zero dd { color: var(--good); }

figure { margin: 0; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; color: var(--soft); margin: 0 0 10px; padding: 0; list-style: none; }
.legend svg { width: 11px; height: 11px; margin-right: 6px; }
.bars { display: grid; grid-template-columns: fit-content(34%) 1fr; gap: 9px 14px; align-items: center; margin: 0; }
.bars dt { font-size: 14px; overflow-wrap: anywhere; text-align: right; line-height: 1.3; }
.bars dd { margin: 0; display: grid; gap: 2px; min-width: 0; }
.bar { display: grid; grid-template-columns: 1fr 15ch; align-items: center; gap: 10px; font-size: 12.5px; line-height: 14px; color: var(--soft); white-space: nowrap; }
.bar svg { width: 100%; height: 11px; overflow: hidden; border-radius: 3px; background: var(--sunken); }
.fill-rows { fill: var(--rows); } .fill-events { fill: var(--events); } .fill-bad { fill: var(--bad); }

.lead + .tiles { margin: 0 0 18px; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); } .lead + .tiles dd { font-size: 17px; }
.chart { width: 100%; height: auto; display: block; }
.chart text { fill: var(--soft); font-size: 12px; font-family: inherit; }
.chart .grid { stroke: var(--grid); } .chart .axis { stroke: var(--line); }
.chart .quantile { stroke: var(--ink); stroke-dasharray: 3 3; }
.chart .quantile-label { fill: var(--ink); font-weight: 600; }

.scroll { overflow-x: auto; margin: 0 -4px; padding: 0 4px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding-bottom: 6px; }
th, td { text-align: left; vertical-align: top; padding: 7px 12px 7px 0; border-bottom: 1px solid var(--grid); }
thead th { color: var(--soft); font-weight: 500; font-size: 13px; white-space: nowrap; border-bottom-color: var(--line); vertical-align: bottom; }
tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 11em; }
td.number, th.number { text-align: right; white-space: nowrap; }
tr > :last-child { padding-right: 0; }
td.number + td:not(.number), th.number + th:not(.number) { padding-left: 14px; }
figure + .scroll { margin-top: 22px; }
td > bdi { overflow-wrap: break-word; }
td.none { color: var(--soft); opacity: 0.75; } td.some { color: var(--bad); font-weight: 600; } td.doubt { color: var(--warn); font-weight: 600; }
.value { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 9em; }
.value mark { background: var(--mark); color: inherit; border-radius: 2px; padding: 0 1px; }
.value em { color: var(--soft); font-family: system-ui, sans-serif; }
.key { display: block; }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: 6px; padding: 0; margin: 4px 0 0; max-width: none; }
.keys li { margin: 0; padding: 2px 9px; border-radius: 6px; background: var(--sunken); font-size: 13.5px; }
.keys .key { display: inline; } .keys .key + .key { margin-left: 8px; } .keys .value { min-width: 0; }
.pill { display: inline-block; border-radius: 99px; padding: 1px 9px; font-size: 12.5px; margin: 0 4px 2px 0; white-space: nowrap; background: var(--sunken); color: var(--soft); }
.pill.bad { background: var(--bad-ground); color: var(--bad); } .pill.warn { background: var(--warn-ground); color: var(--warn); }
details { margin: 10px 0 0; }
details > summary { cursor: pointer; color: var(--link); padding: 3px 0; }
details.table { border: 1px solid var(--line); border-radius: 8px; margin: 10px 0 0; padding: 0 14px; }
details.table > summary { color: inherit; padding: 9px 0; display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; list-style: none; }
details.table > summary::-webkit-details-marker { display: none; }
details.table > summary::before { content: "\\203A"; color: var(--soft); font-weight: 700; width: 0.7em; transition: transform 0.12s; }
details.table[open] > summary::before { transform: rotate(90deg); }
details.table[open] { padding-bottom: 14px; }
h4 { margin: 12px 0 0; font-size: 14px; }
h4 + p { font-size: 13.5px; color: var(--soft); margin-bottom: 6px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
ol, ul { padding-left: 1.3em; max-width: 78ch; } li { margin: 3px 0; }
.notes { list-style: none; padding: 0; max-width: none; margin: 0; }
.notes li { padding: 7px 0; border-bottom: 1px solid var(--grid); margin: 0; } .notes li:last-child { border: 0; }

@media (max-width: 640px) {
  main, footer { padding-left: 12px; padding-right: 12px; } main { padding-top: 12px; }
  section, header.verdict { padding: 16px 14px; margin-bottom: 12px; border-radius: 10px; }
  h1 { font-size: 22px; }
  .seal { gap: 10px; } .seal svg { width: 26px; height: 26px; }
  .bars { grid-template-columns: 1fr; gap: 2px; } .bars dt { text-align: left; margin-top: 8px; }
  .tiles { grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); gap: 8px; } .tiles dd { font-size: 17px; }
  .chart text { font-size: 25px; } .chart .quantile-label { display: none; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media print {
  :root {
    --ground: #fff; --surface: #fff; --sunken: #f3f4f6; --line: #ccd1d9; --grid: #e3e6eb; --ink: #000; --soft: #444c58; --link: #000;
    --rows: #2b5fb8; --events: #8db7e8; --good: #13794a; --good-ground: #eef8f2; --warn: #8a5a00; --warn-ground: #fdf3dc;
    --bad: #b3261e; --bad-ground: #fdebe9; --mark: #ffe08a;
  }
  body { font-size: 10.5pt; } main, footer { max-width: none; padding: 0; }
  section, header.verdict { border-radius: 0; border-width: 0 0 1px; padding: 10px 0; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  header.verdict { border-left-width: 6px; padding-left: 14px; }
  .scroll { overflow: visible; }
  tr, figure, .tiles div, .bars dt, .bars dd { break-inside: avoid; } h2, h3, h4, summary { break-after: avoid; } thead { display: table-header-group; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .screen { display: none; } details > summary { color: inherit; list-style: none; } details.table { border-width: 0 0 1px; padding: 0; }
}
`;
