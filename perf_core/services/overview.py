"""Where do we stand: who keeps up with time, who is behind, and what explains it."""

from __future__ import annotations

from typing import Final

import pandas as pd

from perf_core.services.score_period import PeriodScores
from perf_core.services.team import CARD_KEY

GREAT_FALL: Final = 10.0
"""From how many points less than the period before a card is listed for its fall."""

ON_PACE: Final = 1.0


def on_track_share(table: pd.DataFrame) -> float | None:
    """The share of cards whose pace keeps up with time, of those that have a pace."""
    pace = table["pace"].dropna()
    return float((pace >= ON_PACE - 1e-9).mean()) if len(pace) else None


def attention(
    table: pd.DataFrame, *, lines: pd.DataFrame, before: pd.DataFrame | None
) -> pd.DataFrame:
    """List who is behind and who fell, the worst first, each with the indicator that explains it.

    Parameters
    ----------
    table : DataFrame
        ``services.team.team_table``.
    lines : DataFrame
        ``domain.frames.LINES`` of the same cards.
    before : DataFrame, optional
        The lines of the period before, with ``brand`` and ``role``.

    Returns
    -------
    DataFrame
        Rows of ``table`` with ``reason``: ``vetoed``, ``fell`` or ``behind``; and ``indicator``,
        ``actual``, ``target``, ``achievement``, ``points_change`` of the line behind it.
    """
    listed = table[table["is_behind"] | (table["change"] <= -GREAT_FALL) | table["vetoed"]].copy()
    fell = listed["change"] <= -GREAT_FALL
    listed["reason"] = "behind"
    listed.loc[fell, "reason"] = "fell"
    listed.loc[listed["vetoed"], "reason"] = "vetoed"
    change = points_change(table, lines, before)
    worst_fall = change.sort_values("points_change").drop_duplicates("card_id")
    worst_fall = worst_fall.set_index("card_id")
    listed["indicator"] = listed["weakest"].astype("str")
    fallen = listed["card_id"].map(worst_fall["indicator"]).astype("str")
    # Nobody listed, or nobody with a scored line, leaves columns of missing numbers.
    named = fallen.where(fell & fallen.notna(), listed["indicator"])
    listed["indicator"] = named.astype(lines["indicator"].dtype)
    detail = lines[["card_id", "indicator", "actual", "target", "achievement"]]
    listed = listed.merge(detail, on=["card_id", "indicator"], how="left")
    listed = listed.merge(
        change[["card_id", "indicator", "points_change"]], on=["card_id", "indicator"], how="left"
    )
    severity = listed["change"].clip(upper=0).fillna(0) + listed["total"].clip(upper=100) - 100
    return listed.assign(severity=severity).sort_values(
        ["vetoed", "severity", "employee_id"], ascending=[False, True, True], ignore_index=True
    )


def points_change(
    table: pd.DataFrame, lines: pd.DataFrame, before: pd.DataFrame | None
) -> pd.DataFrame:
    """What each line of a card earns more or less than in the period before.

    Returns
    -------
    DataFrame
        ``card_id``, ``indicator``, ``points_change``; empty without a period before.
    """
    if before is None or before.empty:
        return pd.DataFrame(
            {
                "card_id": pd.Series(dtype="int64"),
                "indicator": pd.Series(dtype="str"),
                "points_change": pd.Series(dtype="float64"),
            }
        )
    scored = lines.loc[lines["status"] == "scored", ["card_id", "indicator", "points"]]
    now = scored.merge(table[["card_id", *CARD_KEY]], on="card_id")
    joined = now.merge(
        before[[*CARD_KEY, "indicator", "points"]],
        on=[*CARD_KEY, "indicator"],
        suffixes=("", "_before"),
    )
    joined["points_change"] = joined["points"] - joined["points_before"]
    return joined.loc[joined["points_change"].notna(), ["card_id", "indicator", "points_change"]]


def lines_with_place(scores: PeriodScores) -> pd.DataFrame:
    """The scored lines of a period with brand and role, to compare across periods."""
    scored = scores.lines["status"] == "scored"
    lines = scores.lines.loc[scored, ["card_id", "indicator", "points"]]
    return lines.merge(scores.cards[["card_id", *CARD_KEY]], on="card_id")
