"""Whose problem an indicator is: everybody's, one group's own, or some groups'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from perf_core.domain.catalogue import Indicator
from perf_core.scoring.achievement import limited_achievement, unlimited_achievement
from perf_core.scoring.formulas import read_formula
from perf_core.services.compare_groups import GroupNumbers

Names = npt.NDArray[np.object_]
Values = npt.NDArray[np.float64]
Verdict = Literal["shared", "own", "mixed", "fine", "unknown"]

VERDICTS: Final[tuple[Verdict, ...]] = ("shared", "own", "mixed", "fine", "unknown")
"""In the order in which they are told."""

SHORT_BELOW: Final = 0.95
"""An achievement below it falls short: up to five per cent under a target is no problem yet."""
SHARED_FROM: Final = 0.8
"""A problem is shared from this share of the groups on: all of up to four, four of five."""
FEWEST_TO_TELL: Final = 2
"""One group alone tells nothing of whether others have the problem."""
WORSE_BY: Final = 0.05
"""A change or a distance of less, as a share of what it is compared with, is called alike."""
APART_BY: Final = 0.1
"""The worst group stands apart where it reaches so much less than the median of the others."""
MOST_UNTOLD: Final = 0.5
"""Where a larger share of the indicators cannot be told, the groups are not worth comparing."""
FEW_PEOPLE: Final = 3
"""A figure that fewer people make says little about their group."""
_CAP: Final = 1.2


@dataclass(frozen=True)
class SharedProblems:
    """Every indicator with its verdict, and what the verdict was made of.

    Attributes
    ----------
    axis : str
        What the groups are made by: brand, region …, or ``"person"``.
    has_year_ago : bool
        Whether the same period a year earlier has any data.
    indicators : DataFrame
        One row per indicator, the verdicts in order and the widest shortfall first:
        ``indicator``, ``verdict``, ``n_groups`` (that are measured on it), ``n_short``,
        ``shortfall`` (the mean of 1 − achievement over those that fall short), ``worst`` and
        ``best`` (group codes), ``worst_at`` and ``best_at`` (their achievements), ``mean_at`` (the
        mean of all), ``apart`` (how
        far the worst is below the median of the others; missing for one group alone),
        ``n_short_ago`` (of the same groups a year ago; missing: unknown), ``n_worse`` (than a year
        ago) and ``n_compared`` (groups that were there a year ago, too).
    groups : DataFrame
        One row per indicator and group: ``indicator``, ``group``, ``people``, ``n_roles``,
        ``achievement``, ``is_short``, ``achievement_ago``, ``change`` (of the actual since a year
        ago, as a share, above 0 is better), ``against_all`` and ``against_best`` (the distance
        from all groups together and from the best one, likewise).
    cells : DataFrame
        One row per indicator, group and role: ``indicator``, ``group``, ``role``, ``people``,
        ``actual``, ``target``, ``achievement``, ``attainment``, ``actual_all`` (of the role in all
        groups; missing for sums), ``actual_ago``, ``achievement_ago``.
    """

    axis: str
    has_year_ago: bool
    indicators: pd.DataFrame
    groups: pd.DataFrame
    cells: pd.DataFrame

    @property
    def tells_little(self) -> bool:
        """Whether most indicators are measured in one group alone, so that none can be compared."""
        untold = self.indicators["verdict"] == "unknown"
        return bool(untold.mean() > MOST_UNTOLD) if len(untold) else False


def shared_problems(
    now: GroupNumbers,
    whole: GroupNumbers,
    year_ago: GroupNumbers | None,
    *,
    known: Mapping[str, Indicator],
) -> SharedProblems:
    """Tell shared problems from own ones.

    A group is measured against its own targets, role by role: the achievement of the role's
    people in the group, between 0 and 1.2; several roles on one indicator count by their people.
    Below ``SHORT_BELOW`` the group falls short. A problem is *shared* where at least
    ``SHARED_FROM`` of the groups fall short, *own* where one does (of many groups, at most one in
    ten), *mixed* in between, *fine* where none does, and *unknown* where fewer than
    ``FEWEST_TO_TELL`` groups are measured on it.

    Parameters
    ----------
    now, year_ago : GroupNumbers
        By an axis and by role, of the period and of the same one a year earlier.
    whole : GroupNumbers
        By role alone, of the period.
    known : mapping of str to Indicator
        The catalogue's indicators.
    """
    ago = _cells(year_ago, known) if year_ago is not None else None
    return _told_of(now.by[0], _cells(now, known), ago, whole, known)


def shared_among_people(
    now: pd.DataFrame,
    ago: pd.DataFrame | None,
    whole: GroupNumbers,
    *,
    known: Mapping[str, Indicator],
) -> SharedProblems:
    """Tell what all people of a role fall short of from what one of them does.

    For a company of one brand, whose departments share no indicator: there the same question is
    asked of the people who do the same work. Each stands against the own target, as on the own
    scorecard; of several cards of one person the last one counts.

    Parameters
    ----------
    now, ago : DataFrame
        ``domain.frames.LINES`` with ``role``, of the period and of the same one a year earlier:
        of the people who are compared, and nobody else.
    whole : GroupNumbers
        By role alone, of the period.
    known : mapping of str to Indicator
        The catalogue's indicators.
    """
    before = _cells_of_people(ago, known) if ago is not None else None
    return _told_of("person", _cells_of_people(now, known), before, whole, known)


def roles_to_compare(lines: pd.DataFrame) -> tuple[str, ...]:
    """Give the roles of at least ``FEWEST_TO_TELL`` people, the one furthest behind first.

    Parameters
    ----------
    lines : DataFrame
        ``domain.frames.LINES`` with ``role``.
    """
    by_role = lines.groupby("role")
    people = by_role["employee_id"].nunique()
    behind = by_role["achievement"].mean().sort_values(kind="stable")
    return tuple(str(role) for role in behind.index if people[role] >= FEWEST_TO_TELL)


def _told_of(
    axis: str,
    cells: pd.DataFrame,
    before_cells: pd.DataFrame | None,
    whole: GroupNumbers,
    known: Mapping[str, Indicator],
) -> SharedProblems:
    all_together = _rows(whole).set_index(["indicator", "role"])["actual"]
    key = pd.MultiIndex.from_frame(cells[["indicator", "role"]])
    cells["actual_all"] = all_together.reindex(key).to_numpy()
    additive = [code for code in cells["indicator"].unique() if _is_sum(known, code)]
    # A sum of all groups is larger than any of them: it says nothing about one.
    cells.loc[cells["indicator"].isin(additive), "actual_all"] = np.nan
    ago = before_cells if before_cells is not None else cells.iloc[:0]
    before = ago.set_index(["indicator", "group", "role"])
    key = pd.MultiIndex.from_frame(cells[["indicator", "group", "role"]])
    for name in ("actual", "achievement"):
        cells[f"{name}_ago"] = before[name].reindex(key).to_numpy(dtype=float)
    groups = _groups(cells, known)
    return SharedProblems(
        axis=axis,
        has_year_ago=bool(cells["actual_ago"].notna().any()),
        indicators=verdicts_of(groups),
        groups=groups,
        cells=cells,
    )


def verdict(n_groups: int, n_short: int) -> Verdict:
    """Give the verdict on an indicator.

    Examples
    --------
    >>> [verdict(5, n) for n in range(6)]
    ['fine', 'own', 'mixed', 'mixed', 'shared', 'shared']
    >>> verdict(2, 1), verdict(2, 2), verdict(1, 1), verdict(40, 4), verdict(40, 32)
    ('own', 'shared', 'unknown', 'own', 'shared')
    """
    if n_groups < FEWEST_TO_TELL:
        return "unknown"
    if n_short == 0:
        return "fine"
    if n_short >= SHARED_FROM * n_groups - 1e-9:
        return "shared"
    return "own" if n_short <= max(1, n_groups // 10) else "mixed"


def _rows(numbers: GroupNumbers) -> pd.DataFrame:
    """The indicators of groups with the groups' codes and people."""
    told = numbers.groups[[*numbers.by, "headcount"]]
    return numbers.indicators.merge(told, left_on="group", right_index=True).drop(columns="group")


def _cells(numbers: GroupNumbers, known: Mapping[str, Indicator]) -> pd.DataFrame:
    """A row per indicator, group and role that is measured on it, with its achievement."""
    rows = _rows(numbers).rename(columns={numbers.by[0]: "group", "headcount": "people"})
    rows = rows[(rows["group"] != "") & rows["indicator"].isin(list(known))]
    is_lower = np.array([known[code].direction == "lower" for code in rows["indicator"]], bool)
    size = len(rows)
    way = unlimited_achievement(
        rows["actual"].to_numpy(dtype=np.float64),
        rows["target"].to_numpy(dtype=np.float64),
        is_lower=is_lower,
        is_inverse=np.zeros(size, dtype=np.bool_),
        cap=np.full(size, _CAP),
    )
    cells = rows.assign(
        achievement=limited_achievement(way, cap=np.full(size, _CAP), floor=np.zeros(size))
    )
    names = ["indicator", "group", "role", "people", "actual", "target", "achievement"]
    found: pd.DataFrame = cells[[*names, "attainment"]].reset_index(drop=True)
    return found


def _cells_of_people(lines: pd.DataFrame, known: Mapping[str, Indicator]) -> pd.DataFrame:
    """A row per indicator, person and role, as it stands on the scorecard."""
    rows = lines[lines["indicator"].isin(list(known))]
    rows = rows.drop_duplicates(["indicator", "employee_id", "role"], keep="last")
    achievement = rows["achievement"].clip(0.0, _CAP)
    cells = pd.DataFrame(
        {
            "indicator": rows["indicator"],
            "group": rows["employee_id"],
            "role": rows["role"],
            "people": 1.0,
            "actual": rows["actual"],
            "target": rows["target"],
            "achievement": achievement,
            "attainment": (achievement >= 1 - 1e-9).astype(float).where(achievement.notna()),
        }
    )
    return cells.reset_index(drop=True)


def _is_sum(known: Mapping[str, Indicator], code: str) -> bool:
    return read_formula(known[code].formula).is_additive


def _grows(known: Mapping[str, Indicator], code: str) -> bool:
    return bool(read_formula(known[code].formula).previous_measures)


def _better_by(
    known: Mapping[str, Indicator], code: pd.Series[str], one: pd.Series[float], than: pd.Series
) -> pd.Series[float]:
    """How much better one value is than another, as a share of the other; above 0 is better."""
    # A growth of a growth says nothing: 2 % after 1 % is no doubling of anything.
    grows = {which for which in code.unique() if _grows(known, which)}
    base = than.where((than > 0) & ~code.isin(list(grows)))
    sign = np.array([-1.0 if known[which].direction == "lower" else 1.0 for which in code])
    better: pd.Series[float] = (one / base - 1) * sign
    return better


def _groups(cells: pd.DataFrame, known: Mapping[str, Indicator]) -> pd.DataFrame:
    """Roles put together by their people, each group against its past and against the others."""
    rows = cells.assign(
        change=_better_by(known, cells["indicator"], cells["actual"], cells["actual_ago"]),
        against_all=_better_by(known, cells["indicator"], cells["actual"], cells["actual_all"]),
    )
    key = ["indicator", "group"]
    # Who has left by the last day still stands behind the figures.
    weight = rows["people"].clip(lower=1.0)
    means = _weighted(
        rows[["achievement", "achievement_ago", "change", "against_all"]],
        weight,
        [rows[one] for one in key],
    )
    sizes = rows.groupby(key).agg(people=("people", "sum"), n_roles=("role", "nunique"))
    groups = sizes.join(means).reset_index()
    groups["is_short"] = groups["achievement"] < SHORT_BELOW - 1e-9
    best = groups.groupby("indicator")["achievement"].transform("max")
    groups["against_best"] = groups["achievement"] / best.where(best > 0) - 1
    # Without a comparable actual the distance is that of the achievements.
    middle = groups.groupby("indicator")["achievement"].transform("mean")
    own = groups["achievement"] / middle.where(middle > 0) - 1
    groups["against_all"] = groups["against_all"].where(groups["against_all"].notna(), own)
    return groups


def _weighted(values: pd.DataFrame, weight: pd.Series[float], by: list[pd.Series]) -> pd.DataFrame:
    """The means by people of what is known: a column for each of the values."""
    there = values.notna()
    total = values.where(there, 0.0).mul(weight, axis=0)
    people = pd.DataFrame({name: weight.where(there[name], 0.0) for name in values})
    # One grouping adds all of them up.
    sums = pd.concat([total, people.add_prefix("n_")], axis=1).groupby(by).sum()
    n_people = sums[list(people.add_prefix("n_"))].set_axis(values.columns, axis=1)
    return sums[list(values)] / n_people.where(n_people > 0)


def verdicts_of(groups: pd.DataFrame) -> pd.DataFrame:
    """Give the verdicts on some groups, as :class:`SharedProblems` holds them.

    Parameters
    ----------
    groups : DataFrame
        As there: those that count, and no others.
    """
    # One frame is sorted once, then read as arrays.
    rows = groups.sort_values(["indicator", "achievement", "group"], ignore_index=True)
    codes = rows["indicator"].to_numpy()
    names = rows["group"].to_numpy()
    values = [
        rows[name].to_numpy(dtype=np.float64)
        for name in ("achievement", "achievement_ago", "change")
    ]
    starts = np.unique(codes, return_index=True)[1] if len(codes) else np.array([], np.int64)
    ends = [*starts[1:], len(codes)]
    told = [
        {
            "indicator": codes[start],
            **_told(names[start:end], *(one[start:end] for one in values)),
        }
        for start, end in zip(starts, ends, strict=False)
    ]
    nobody = _told(names[:0], *(one[:0] for one in values))
    found = pd.DataFrame(told, columns=["indicator", *nobody])
    place = found["verdict"].map(VERDICTS.index)
    order = found.assign(place=place).sort_values(
        ["place", "shortfall", "indicator"], ascending=[True, False, True]
    )
    return order.drop(columns="place").reset_index(drop=True)


def _told(names: Names, achievement: Values, ago: Values, change: Values) -> dict[str, object]:
    """What is told of one indicator; its groups come by achievement, the unknown ones last."""
    is_known = ~np.isnan(achievement)
    n = int(is_known.sum())
    reached = achievement[:n]
    short = reached[reached < SHORT_BELOW - 1e-9]
    ago, change = ago[:n], change[:n]
    ago, compared = ago[~np.isnan(ago)], change[~np.isnan(change)]
    return {
        "verdict": verdict(n, len(short)),
        "n_groups": n,
        "n_short": len(short),
        "shortfall": float((1 - short).mean()) if len(short) else 0.0,
        "worst": str(names[0]) if n else "",
        "worst_at": float(reached[0]) if n else np.nan,
        "best": str(names[n - 1]) if n else "",
        "best_at": float(reached[-1]) if n else np.nan,
        "mean_at": float(reached.mean()) if n else np.nan,
        "apart": float(np.median(reached[1:]) - reached[0]) if n > 1 else np.nan,
        "n_short_ago": float((ago < SHORT_BELOW - 1e-9).sum()) if len(ago) else np.nan,
        "n_worse": int((compared < -WORSE_BY).sum()),
        "n_compared": len(compared),
    }
