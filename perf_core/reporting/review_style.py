"""The one style sheet of shared reviews: quiet, for screen, phone and paper, light and dark."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --back: #ffffff; --soft: #f4f5f8; --text: #1c2230;
  --quiet: #5b6475; --line: #e3e6ec; --accent: #2f56c8; --signal: #b45309; --on-accent: #ffffff;
  --second: #8a93a6; --mark: #1c2230; }
@media (prefers-color-scheme: dark) { :root { --back: #101319; --soft: #191e27; --text: #e7eaf0;
  --quiet: #98a2b5; --line: #2a303c; --accent: #86a4ff; --signal: #f0a860;
  --on-accent: #101319; --mark: #e7eaf0; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--back); color: var(--text); font-size: 15px; line-height: 1.5;
  font-family: "Source Sans 3", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei",
    "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main, header.top, footer { max-width: 880px; margin: 0 auto; padding: 0 24px; position: relative; }
header.top { display: flex; align-items: center; justify-content: space-between;
  padding-top: 20px; padding-bottom: 8px; color: var(--quiet); }
header.top svg { display: block; }
header.top .word { fill: var(--accent); }
a { color: var(--accent); text-underline-offset: 0.2em; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 18px 0 2px; letter-spacing: -0.01em;
  overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 34px 0 10px; }
p { margin: 0 0 8px; }
.quiet { color: var(--quiet); }
.note { font-size: 0.875rem; color: var(--quiet); }
.told { background: var(--soft); border-radius: 8px; padding: 12px 14px; margin: 18px 0;
  font-size: 0.9rem; overflow-wrap: anywhere; }
.told p:last-child { margin: 0; }
.warn { border-left: 3px solid var(--signal); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 10px;
  margin: 18px 0; padding: 0; }
.tiles div { border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.tiles dt { font-size: 0.82rem; color: var(--quiet); }
.tiles dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.3; }
.tiles dd small { display: block; font-size: 0.82rem; font-weight: 400; color: var(--quiet); }
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; }
caption { text-align: left; color: var(--quiet); font-size: 0.875rem; padding-bottom: 6px; }
th { text-align: left; font-weight: 500; font-size: 0.82rem; color: var(--quiet);
  border-bottom: 1px solid var(--line); padding: 6px 10px 6px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 8px 10px 8px 0; vertical-align: top;
  overflow-wrap: break-word; }
th.n, td.n { text-align: right; white-space: nowrap; }
td.wide, th.wide { padding-left: 12px; }
th:last-child, td:last-child { padding-right: 0; }
td strong { font-weight: 600; }
td .note { display: block; }
.badge { display: inline-block; border: 1px solid var(--line); border-radius: 99px;
  padding: 0 8px; font-size: 0.82rem; white-space: nowrap; }
svg.bar { display: block; width: 100%; min-width: 90px; height: 10px; margin: 5px 0 2px; }
svg .track { fill: var(--second); opacity: 0.2; } svg .way { fill: var(--accent); }
svg .behind { fill: var(--signal); } svg .unknown { fill: var(--second); }
svg .tick { fill: var(--second); }
svg.chart { display: block; width: 100%; max-width: 620px; height: auto; }
svg.chart text { fill: var(--quiet); font-size: 11px; font-family: inherit; }
svg.chart text.value { fill: var(--text); }
svg.chart .axis { stroke: var(--line); } svg.chart .mark { stroke: var(--second); }
svg.chart .own { fill: none; stroke: var(--accent); stroke-width: 2.5; }
svg.chart .dot { fill: var(--accent); }
svg.chart .peers { fill: none; stroke: var(--second); stroke-width: 1.5; stroke-dasharray: 3 3; }
svg.lines text { font-size: 9.5px; }
svg.chart .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
svg.dash .line { fill: none; stroke-width: 2.5; }
.line-0 { stroke: var(--accent); } .line-1 { stroke: var(--signal); stroke-dasharray: 7 3; }
.line-2 { stroke: var(--text); stroke-dasharray: 2 3; }
.line-3 { stroke: var(--second); } .line-4 { stroke: var(--second); stroke-dasharray: 9 3 2 3; }
.key svg.dash { width: 26px; }
.heat { display: inline-block; min-width: 56px; padding: 1px 7px; border-radius: 5px; }
.heat.short-2 { background: color-mix(in srgb, var(--signal) 38%, var(--back)); }
.heat.short-1 { background: color-mix(in srgb, var(--signal) 18%, var(--back)); }
.heat.near { background: var(--soft); }
.heat.beyond-1 { background: color-mix(in srgb, var(--accent) 14%, var(--back)); }
.heat.beyond-2 { background: color-mix(in srgb, var(--accent) 32%, var(--back)); }
.badge.shared, .badge.own { border-color: var(--signal); color: var(--signal); }
ul { margin: 0 0 8px; padding-left: 22px; }
li { margin: 0 0 6px; }
.part-0 { fill: var(--accent); } .part-1 { fill: var(--accent); opacity: 0.5; }
.part-2 { fill: var(--second); opacity: 0.6; } .part-3 { fill: var(--signal); }
.key { display: inline-block; margin-right: 16px; font-size: 0.875rem; color: var(--quiet); }
.key svg { width: 10px; height: 10px; margin-right: 5px; vertical-align: baseline; }
form { margin: 14px 0; }
fieldset { border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px 16px; margin: 0; }
legend { padding: 0 6px; font-weight: 600; }
label { display: block; margin: 10px 0; }
label.choice { margin: 6px 0; }
input[type=text], textarea { display: block; width: 100%; max-width: 460px; margin-top: 4px;
  font: inherit; font-size: 16px; color: inherit; background: var(--back);
  border: 1px solid var(--second); border-radius: 6px; padding: 8px 10px; }
textarea { min-height: 96px; max-width: none; }
input.code { letter-spacing: 0.12em; text-transform: uppercase; max-width: 240px; }
button { font: inherit; font-weight: 600; border: 0; border-radius: 8px; padding: 10px 20px;
  color: var(--on-accent); background: var(--accent); cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.problem { color: var(--signal); font-weight: 600; }
.door { max-width: 460px; padding-top: 9vh; }
.said { border-left: 2px solid var(--line); padding-left: 12px; margin: 10px 0;
  white-space: pre-line; overflow-wrap: anywhere; }
footer { padding-top: 28px; padding-bottom: 40px; font-size: 0.82rem; color: var(--quiet); }
svg.watermark { position: fixed; inset: 0; width: 100%; height: 100%; pointer-events: none;
  z-index: 1; }
svg.watermark text { fill: var(--mark); opacity: 0.06; font-size: 17px; font-family: inherit; }
@media (max-width: 640px) {
  main, header.top, footer { padding-left: 16px; padding-right: 16px; }
  svg.lines text { font-size: 13px; }
  h1 { font-size: 1.4rem; } .tiles { grid-template-columns: 1fr 1fr; }
  .tiles dd { font-size: 1.25rem; }
  table.rows thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  table.rows tbody, table.rows caption { display: block; }
  table.rows tr { display: grid; grid-template-columns: 1fr 1fr; gap: 2px 14px; padding: 10px 0;
    border-bottom: 1px solid var(--line); }
  table.rows td { display: block; border: 0; padding: 1px 0; text-align: left;
    white-space: normal; }
  table.rows td.wide { padding-left: 0; }
  table.rows td:first-child, table.rows td.wide { grid-column: 1 / -1; }
  table.rows td[data-label]:not(:empty)::before { content: attr(data-label) " ";
    color: var(--quiet); font-size: 0.82rem; }
}
@media print {
  :root { color-scheme: light; --back: #ffffff; --soft: #f4f5f8; --text: #000000;
    --quiet: #444444; --line: #cccccc; --accent: #2f56c8; --signal: #b45309; --mark: #000000; }
  body { font-size: 10.5pt; }
  main, header.top, footer { max-width: none; padding-left: 0; padding-right: 0; }
  form, .screen { display: none; }
  h2 { break-after: avoid; } tr, .tiles, .told, svg.chart { break-inside: avoid; }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(100px, 1fr)); }
  svg, .heat { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  @page { margin: 16mm 14mm; }
}
"""

_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

STYLE_SOURCE: Final = f"'sha256-{_DIGEST}'"
"""What the security policy names this sheet by: no other one is applied."""
