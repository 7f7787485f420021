"""The few rules of style that the theme has no setting for. No data ever stands in here."""

from __future__ import annotations

from typing import Final

import streamlit as st

from perf_ui.chart import INK, TONES
from perf_ui.i18n import _

RULES: Final = """<style>
/* Figures line up, everywhere. */
.stApp { font-variant-numeric: tabular-nums; }
/* Room at the top for the content, not for an empty bar; a readable width on wide screens. */
[data-testid="stMainBlockContainer"] { padding: 3.9rem 2.25rem 4rem; max-width: 1240px; }
[data-testid="stSidebar"] [data-testid="stSidebarUserContent"] { padding-bottom: 1.5rem; }
h1 { letter-spacing: -0.015em; padding-bottom: 0.1rem !important; }
h2, h3 { letter-spacing: -0.005em; }
/* Tiles: quiet labels, strong figures. */
[data-testid="stMetricLabel"] { opacity: 0.72; }
[data-testid="stMetricValue"] { line-height: 1.25; }
[data-testid="stMetricValue"], [data-testid="stMetricValue"] * {
  white-space: normal !important; overflow-wrap: break-word; text-overflow: clip; }
[data-testid="stMetricDelta"] { font-size: 0.85rem; }
/* Bars are pictures of one line's height. */
[class*="st-key-why_"] [data-testid="stImage"] img { height: 10px; width: 100%; display: block; }
[class*="st-key-why_"] { min-width: 0; }
/* Files leave through our own buttons, which name the filters and defuse formulas. */
[data-testid="stElementToolbar"] { display: none; }
/* Rows of a list: a hairline between them, no boxes in boxes. */
[class*="st-key-row_"] { padding: 0.55rem 0;
  border-bottom: 1px solid color-mix(in srgb, currentColor 12%, transparent); }
[class*="st-key-row_"] p { margin-bottom: 0; }
[class*="st-key-row_"] [data-testid="stMarkdownContainer"],
[class*="st-key-row_"] [data-testid="stCaptionContainer"] { margin-bottom: 0; }
[class*="st-key-row_"] [data-testid="stPageLink"] a > span:first-child:not(:last-child) {
  display: none; }
[class*="st-key-row_"] [data-testid="stPageLink"] a { background: none;
  text-decoration-line: underline; text-underline-offset: 0.2em;
  text-decoration-color: color-mix(in srgb, currentColor 25%, transparent); }
[class*="st-key-row_"] [data-testid="stPageLink"] a { padding-left: 0; min-height: 0; }
[class*="st-key-row_"] [data-testid="stPageLink"] p { font-weight: 600; }
/* A title stands clear of the tabs below it. */
.st-key-accounts_tab, .st-key-data_tab { margin-top: 0.5rem; }
/* Words that open another view of the same page look like what they are. */
[class*="st-key-view_answer_"] button p, [class*="st-key-view_crumb_"] button p,
[class*="st-key-view_told_"] button p {
  text-decoration-line: underline; text-underline-offset: 0.2em;
  text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); }
[class*="st-key-view_answer_"] button, [class*="st-key-view_crumb_"] button,
[class*="st-key-view_told_"] button {
  padding: 0; min-height: 0; }
[class*="st-key-view_answer_"] button p { font-weight: 600; font-size: 1.1rem; }
[class*="st-key-big_"] p { font-size: 1.6rem; font-weight: 600; line-height: 1.2; }
/* The stand-in for sign-in is marked, so that nobody takes it for one. */
.st-key-view_as { border: 1px dashed color-mix(in srgb, currentColor 35%, transparent);
  border-radius: 0.6rem; padding: 0.75rem 0.85rem 0.9rem; }
.st-key-view_as [data-testid="stWidgetLabel"] p { font-size: 0.8rem; white-space: normal; }
.st-key-view_as, .st-key-signed_in { margin-top: 0.75rem; }
[data-testid="stSidebar"] [data-testid="stPageLink"] a { width: 100%; }
.st-key-filters [data-testid="stWidgetLabel"] p { font-size: 0.8rem; opacity: 0.72; }
/* Letters of charts, light and dark (chart.INK). */
.stPlotlyChart text[style*="INK"] {
  fill: color-mix(in srgb, currentColor 68%, transparent) !important; }
TONES
/* Numbers in the pale cells of a grid are read as text is; on filled ones they are white. */
[class*="st-key-chart_heat"] .textpoint text:not([style*="255, 255, 255"]),
[class*="st-key-heat_"] .textpoint text:not([style*="255, 255, 255"]) {
  fill: currentColor !important; }
/* Streamlit's own word beside the sign that a page is worked out is English in any language. */
[data-testid="stStatusWidget"] button, [data-testid="stStatusWidget"] label { display: none; }
/* Two columns of rows become one on a phone; nothing may be wider than the screen. */
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 4.2rem 1rem 3rem; }
  [data-testid="stMetricValue"] { font-size: 1.35rem; }
  h1 { font-size: 1.5rem !important; }
  .st-key-compare_part button { padding-left: 0.42rem; padding-right: 0.42rem; }
  [class*="st-key-row_"] > div:nth-child(1) { flex: 1 1 60% !important; width: auto !important; }
  [class*="st-key-row_"] > div:nth-child(2) { order: 3; flex: 1 1 100% !important; }
  [class*="st-key-row_"] > div:nth-child(3) { order: 2; flex: 0 0 auto !important;
    width: auto !important; }
  [class*="st-key-row_"] { row-gap: 0.35rem !important; column-gap: 0.5rem !important; }
  /* Ten columns of a grid stand on a phone's width. */
  [class*="st-key-chart_heat"] .textpoint text[style*="size: 10px"] { font-size: 8.5px !important; }
  .st-key-filters > div { flex: 1 1 44% !important; width: auto !important; }
}
/* Streamlit offers tables as files without our safeguards: filters and date in the file, no cell
   that a spreadsheet would run. */
[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]) { display: none; }
</style>""".replace("INK", INK).replace(
    "TONES",
    "\n".join(
        f'.stPlotlyChart text[style*="{tone}"] {{'
        f" fill: color-mix(in srgb, {tone} 70%, currentColor) !important; }}"
        for tone in TONES
    ),
)


# On a phone the menu lies over the page: who has chosen a page wants to see it. And a finger is
# nowhere before it taps: a chart that was never pointed at takes the first tap for pointing only.
MENU_SCRIPT: Final = """
document.addEventListener("click", (event) => {
  const link = event.target.closest(
    '[data-testid="stSidebar"] [data-testid="stPageLink-NavLink"]');
  if (link && window.innerWidth < 768) {
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  }
});
document.addEventListener("pointerdown", (event) => {
  if (event.pointerType === "touch" && event.target.closest?.(".nsewdrag")) {
    event.target.dispatchEvent(new MouseEvent(
      "mousemove", {bubbles: true, clientX: event.clientX, clientY: event.clientY}));
  }
}, true);
"""


# What a table's row leads to: a link that is followed as soon as it is there.
FOLLOWED: Final = "perf_followed"
FOLLOW_SCRIPT: Final = """
(function follow(tries) {
  const link = document.querySelector(".st-key-perf_followed a");
  if (link) { link.click(); } else if (tries) { setTimeout(follow, 30, tries - 1); }
})(40);
"""


# Streamlit words its uploader in English.
_UPLOADER: Final = """<style>
[data-testid="stFileUploaderDropzone"] > span > button [data-testid="stMarkdownContainer"] p,
[data-testid="stFileUploaderDropzoneInstructions"] span { font-size: 0; }
[data-testid="stFileUploaderDropzone"] > span > button [data-testid="stMarkdownContainer"] p::after
  { font-size: 0.95rem; content: "BUTTON"; }
[data-testid="stFileUploaderDropzoneInstructions"] span::after
  { font-size: 0.9rem; content: "HINT"; white-space: normal; }
</style>"""


def word_uploader() -> None:
    """Let the place where files are dropped speak the reader's language."""
    words = {"BUTTON": _("Choose files"), "HINT": _("or drop them here, up to 1 GB each")}
    rules = _UPLOADER
    for place, text in words.items():
        rules = rules.replace(place, text)
    st.html(rules)


def follow_the_link() -> None:
    """Have the browser follow the link in the container ``FOLLOWED``."""
    st.html(f"<script>{FOLLOW_SCRIPT}</script>", unsafe_allow_javascript=True)
