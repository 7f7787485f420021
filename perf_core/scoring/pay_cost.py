"""What people cost on the days they were somewhere."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd


def monthly_pay(pay: pd.DataFrame, months: Iterable[pd.Timestamp]) -> pd.DataFrame:
    """Give everybody's pay of each month, the last base pay where the month's is not loaded.

    A month is loaded as soon as it has pay of anybody: who has none in it has no pay.

    Parameters
    ----------
    pay : DataFrame
        ``employee_id``, ``month`` (its first day), ``kind`` (base, bonus, other) and
        ``amount_e4`` in the store's currency: the pay of the months asked for, and of those
        before them at least everybody's last base pay.
    months : iterable of Timestamp
        The first days of the months asked for.

    Returns
    -------
    DataFrame
        One row per person and month that has pay: ``employee_id``, ``month``, ``amount_e4``,
        ``estimated``.

    Examples
    --------
    >>> june, july = pd.Timestamp("2026-06-01"), pd.Timestamp("2026-07-01")
    >>> pay = pd.DataFrame({
    ...     "employee_id": "Lin", "month": june, "kind": ["base", "bonus"],
    ...     "amount_e4": [100_000_000, 20_000_000],
    ... })
    >>> monthly_pay(pay, [june, july])[["amount_e4", "estimated"]].to_dict("list")
    {'amount_e4': [120000000.0, 100000000.0], 'estimated': [False, True]}
    """
    wanted = sorted(set(months))
    paid = pay[pay["month"].isin(wanted)]
    parts: list[pd.DataFrame] = [
        paid.groupby(["employee_id", "month"], as_index=False)["amount_e4"]
        .sum()
        .assign(estimated=False)
    ]
    loaded = set(paid["month"])
    base = pay[pay["kind"] == "base"].sort_values("month")
    for month in wanted:
        if month not in loaded:
            last = base[base["month"] < month].drop_duplicates("employee_id", keep="last")
            parts.append(last[["employee_id", "amount_e4"]].assign(month=month, estimated=True))
    found: pd.DataFrame = pd.concat(parts, ignore_index=True)
    found["amount_e4"] = found["amount_e4"].astype(float)
    found["estimated"] = found["estimated"].astype(bool)
    return found


def pay_of_stays(pieces: pd.DataFrame, paid: pd.DataFrame) -> pd.DataFrame:
    """Spread each month's pay evenly over the days the person was employed in it.

    Parameters
    ----------
    pieces : DataFrame
        Stays cut by month (:func:`perf_core.scoring.stays.split_by_month`).
    paid : DataFrame
        As from :func:`monthly_pay`.

    Returns
    -------
    DataFrame
        On the index of ``pieces``: ``pay_e4``, the share of the month's pay that falls on the
        stay (missing where the person has no pay in the month), ``has_pay``, ``estimated`` and
        ``counts``, whether the stay belongs into a cost ratio: not where the month's pay is
        loaded and the person has none.
    """
    met = pieces[["employee_id", "month", "days", "employed_days"]].merge(
        paid, on=["employee_id", "month"], how="left"
    )
    has_pay = met["amount_e4"].notna().to_numpy()
    loaded = paid.loc[~paid["estimated"], "month"].unique()
    share = met["amount_e4"] * met["days"] / met["employed_days"]
    return pd.DataFrame(
        {
            "pay_e4": share.to_numpy(),
            "has_pay": has_pay,
            "estimated": met["estimated"].eq(True).to_numpy(),
            "counts": has_pay | ~met["month"].isin(loaded).to_numpy(),
        },
        index=pieces.index,
    )


def ratio(cost: pd.Series[float], revenue: pd.Series[float]) -> pd.Series[float]:
    """Divide pay cost by revenue: no data without either of them."""
    return cost.where(cost > 0) / revenue.where(revenue > 0)
