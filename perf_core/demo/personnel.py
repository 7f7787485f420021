"""What HR keeps: people, jobs, pay, marks, targets, breaches, courses; as frames by table."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from perf_core.demo import stories
from perf_core.demo.company import Company, Stint
from perf_core.demo.figures import USUAL_SKILL, Business
from perf_core.demo.raw_rows import OWNED, dollar_rate

_BASE_PAY = {
    "management": 32_000,
    "platform_ops": 9_500,
    "product_ops": 9_800,
    "user_ops": 9_200,
    "store_ops": 7_400,
    "growth_ops": 9_800,
    "live_ops": 10_500,
    "design": 10_200,
    "service": 6_300,
    "warehouse": 6_000,
    "hr": 9_000,
}
_REGION_PAY = {"sh": 1.08, "gz": 1.04, "cd": 0.92}
_COSTLY_BASE = {"2026-03": 46_000, "2026-04": 40_000, "2026-05": 26_000}
_SURVEY = ("attitude", "collaboration")


def employees(company: Company, rng: np.random.Generator) -> pd.DataFrame:
    """Everybody, those who left included."""
    role_of = {stint.employee_id: stint.seat.role for stint in company.stints}
    rows = [
        {
            "employee_id": one.employee_id,
            "name": one.name,
            "hire_date": one.hired,
            "email": f"{one.employee_id.lower()}@example.com",
            "leave_date": one.left,
            "leave_reason": one.reason if one.left else "",
            "leave_type": ("主动" if one.is_voluntary else "被动") if one.left else "",
            "bonus_base": round(_BASE_PAY[role_of[one.employee_id]] * rng.uniform(0.15, 0.25), -2),
        }
        for one in company.persons
    ]
    return pd.DataFrame(rows)


def assignments(company: Company) -> pd.DataFrame:
    """Who held which job from when; two of them changed the region within it."""
    rows = []
    for stint in company.stints:
        row = _assignment(company, stint)
        rows.append(row)
        moves = {"core/warehouse/1": ("2026-04-01", "cd"), "glow/design/1": ("2025-09-01", "sh")}
        if stint.seat.code in moves and stint.end is None:
            day, region = moves[stint.seat.code]
            rows.append({**row, "from_date": date.fromisoformat(day), "region": region})
    return pd.DataFrame(rows)


def _assignment(company: Company, stint: Stint) -> dict[str, object]:
    seat = stint.seat
    return {
        "employee_id": stint.employee_id,
        "from_date": stint.start,
        "role": seat.role,
        "brand": seat.brand,
        "region": seat.region,
        "department": seat.department,
        "manager_id": company.managers[seat.code],
    }


def owners(company: Company) -> pd.DataFrame:
    """Who ran each shop account whose exports name nobody."""
    rows = [
        {
            "channel": OWNED[stint.seat.code],
            "employee_id": stint.employee_id,
            "from_date": stint.start,
            "to_date": stint.end,
            "brand": stint.seat.brand,
        }
        for stint in company.stints
        if stint.seat.code in OWNED
    ]
    return pd.DataFrame(rows, columns=["channel", "employee_id", "from_date", "to_date", "brand"])


def rates(business: Business) -> pd.DataFrame:
    """What a dollar cost, month by month."""
    months = pd.Series(pd.to_datetime(list(business.calendar.months)))
    return pd.DataFrame(
        {"month": months.dt.strftime("%Y-%m"), "currency": "USD", "rate": dollar_rate(months)}
    )


def absences(business: Business) -> pd.DataFrame:
    """Days away."""
    return pd.DataFrame(business.absences, columns=["employee_id", "from_day", "to_day", "kind"])


# --- pay ------------------------------------------------------------------------------------------


def pay(business: Business, orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Base and bonus of every complete month; luxe's operators so that the story holds."""
    company, calendar = business.company, business.calendar
    complete = [
        month
        for month in calendar.months
        if (month + timedelta(days=31)).replace(day=1) <= company.last_day
    ]
    rows: list[dict[str, object]] = []
    told: dict[tuple[str, str], int] = {}
    talent = {one.employee_id: rng.uniform(0.94, 1.08) for one in company.persons}
    costly = {company.holder(seat) for seat in stories.seats_of(company).get("costly_hires", ())}
    skill = business.monthly["skill"]
    spread = {stint: n for n, stint in enumerate(business.stints)}
    for stint in company.stints:
        if stint.end is not None and stint.end < company.first_day:
            continue
        for position, month in enumerate(complete):
            days = _share_of_month(stint, month)
            if not days:
                continue
            code = f"{month:%Y-%m}"
            base = _base(company, stint) * talent[stint.employee_id]
            if stint.employee_id in costly:
                base = _COSTLY_BASE.get(code, base)
            bonus = base * 0.16 * max(0.2, 1 + 4 * (skill[spread[stint], position] - USUAL_SKILL))
            if stint.employee_id in costly:
                bonus = 0.0
            key = (stint.employee_id, code)
            for kind, amount in (("基本工资", base * days), ("奖金", bonus * days)):
                if stint.seat.brand == "luxe" and stint.seat.role == "platform_ops":
                    told[key] = len(rows) if kind == "奖金" else told.get(key, 0)
                rows.append(
                    {
                        "employee_id": stint.employee_id,
                        "month": code,
                        "kind": kind,
                        "amount": float(round(amount, -1)),
                    }
                )
    if costly:
        _to_ratio(rows, told, business, orders)
    frame = pd.DataFrame(rows)
    keys = ["employee_id", "month", "kind"]
    sums = frame.groupby(keys, sort=False)["amount"].sum()
    return sums.reset_index()


def _base(company: Company, stint: Stint) -> float:
    seat = stint.seat
    factor = company.brand(seat.brand).pay if seat.brand else 1.2
    lead = 1.25 if seat.number == 0 and seat.role != "management" else 1.0
    boss = 1.6 if seat.role == "management" and not seat.brand else 1.0
    return _BASE_PAY[seat.role] * factor * _REGION_PAY[seat.region] * lead * boss


def _share_of_month(stint: Stint, month: date) -> float:
    last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    first, end = max(stint.start, month), min(stint.end or last, last)
    return max(0, (end - first).days + 1) / last.day


def _to_ratio(
    rows: list[dict[str, object]],
    bonus_of: dict[tuple[str, str], int],
    business: Business,
    orders: pd.DataFrame,
) -> None:
    """Let bonuses take what the month's wanted cost ratio leaves after base pay."""
    ids = {
        stint.employee_id
        for stint in business.stints
        if stint.seat.brand == "luxe" and stint.seat.role == "platform_ops"
    }
    good = orders[
        orders["status"].isin(["paid", "refunded"])
        & (orders["amount"] > 0)
        & orders["employee_id"].isin(ids)
    ].drop_duplicates("order_id")
    sold = good.groupby(good["at"].dt.strftime("%Y-%m"))["amount"].sum()
    own = good.groupby([good["at"].dt.strftime("%Y-%m"), "employee_id"])["amount"].sum()
    for month in sorted({code for _, code in bonus_of}):
        wanted = stories.COST_RATIOS.get(month, 0.20) * float(sold.get(month, 0.0))
        people = sorted(person for person, code in bonus_of if code == month)
        places = [bonus_of[person, month] for person in people]
        fixed = sum(float(str(rows[place - 1]["amount"])) for place in places)
        parts = np.array([float(own.get((month, person), 0.0)) for person in people]) + 1
        left = max(wanted - fixed, 0.0)
        for place, part in zip(places, left * parts / parts.sum(), strict=True):
            rows[place]["amount"] = float(round(part, -1))
        if wanted < fixed:
            for place in places:
                base = float(str(rows[place - 1]["amount"]))
                rows[place - 1]["amount"] = float(round(base * wanted / fixed, -1))


# --- marks, courses, breaches ---------------------------------------------------------------------


def ratings(business: Business, rng: np.random.Generator) -> pd.DataFrame:
    """A monthly survey: two peers and the manager; user growth also rates itself."""
    company, calendar = business.company, business.calendar
    skill = business.monthly["skill"]
    rows = []
    rated = ("platform_ops", "product_ops", "user_ops", "store_ops", "design", "warehouse")
    for position, month in enumerate(calendar.months[:-1]):
        middle = month + timedelta(days=14)
        here = [
            (n, stint)
            for n, stint in enumerate(business.stints)
            if stint.start <= middle and (stint.end or company.last_day) >= middle
        ]
        teams: dict[tuple[str, str], list[str]] = {}
        for _, stint in here:
            key = (stint.seat.brand, stint.seat.department)
            teams.setdefault(key, []).append(stint.employee_id)
        for n, stint in here:
            seat = stint.seat
            if seat.role not in (*rated, "growth_ops"):
                continue
            marks = {"platform_ops": "attitude", "product_ops": "attitude", "user_ops": "attitude"}
            dimensions = (
                _SURVEY if seat.role == "growth_ops" else (marks.get(seat.role, "collaboration"),)
            )
            others = [one for one in teams[seat.brand, seat.department] if one != stint.employee_id]
            if not others:
                others = [
                    one for _, other in here if (one := other.employee_id) != stint.employee_id
                ]
            peers = [others[(n + position + k) % len(others)] for k in range(min(2, len(others)))]
            raters = [(peer, "同事") for peer in dict.fromkeys(peers)]
            manager = company.managers[seat.code]
            if manager and manager != stint.employee_id:
                raters = [one for one in raters if one[0] != manager] + [(manager, "上级")]
            if seat.role == "growth_ops":
                raters.append((stint.employee_id, "自评"))
            level = 4.0 + 5 * (float(skill[n, position]) - USUAL_SKILL)
            for rater, relation in raters:
                for dimension in dimensions:
                    lift = 0.3 if relation == "自评" else 0.0
                    score = np.clip(round(2 * (level + lift + rng.normal(0, 0.35))) / 2, 1, 5)
                    rows.append(
                        (f"{month:%Y-%m}", stint.employee_id, rater, relation, dimension, score)
                    )
    columns = ["period", "ratee_id", "rater_id", "relation", "dimension", "score"]
    return pd.DataFrame(rows, columns=columns)


def courses(business: Business, rng: np.random.Generator) -> pd.DataFrame:
    """Trainings, tests, tasks and overtime that HR notes once a month, on its tenth day."""
    rows = []
    for position, month in enumerate(business.calendar.months):
        day = month + timedelta(days=9)
        if day > business.company.last_day:
            continue
        skill = business.monthly["skill"][:, position]
        here = business.here[:, business.calendar.position(day)]
        for n, stint in enumerate(business.stints):
            if not here[n] or not stint.seat.brand:
                continue
            values: dict[str, float] = {}
            reached = float(skill[n] + rng.normal(0, 0.03))
            if stint.seat.role in ("design", "store_ops"):
                values["trainings_due"] = 5
                values["trainings_done"] = int(np.clip(round(5 * (reached + 0.01)), 3, 5))
            if stint.seat.role == "service":
                values["tests_taken"] = 1
                values["tests_points"] = float(np.clip(round(90 * reached + 2), 60, 100))
            values["tasks_due"] = 12
            values["tasks_done"] = int(np.clip(round(12 * reached), 6, 12))
            values["overtime_hours"] = float(np.round(rng.gamma(2, 4), 1))
            rows += [(day, stint.employee_id, code, value) for code, value in values.items()]
    return pd.DataFrame(rows, columns=["day", "employee_id", "measure", "value"])


def veto_events(company: Company) -> pd.DataFrame:
    """Breaches: confirmed ones that void a score, one still open, one dismissed."""
    seats = stories.seats_of(company)
    rows = []
    if "fake_orders" in seats:
        person = company.holder(seats["fake_orders"][0])
        rows.append(
            (
                "V001",
                "2026-05-20",
                person,
                "刷单",
                "平台违规记录",
                "后台核实异常订单 46 笔",
                "已确认",
            )
        )
    if "banned_account" in seats:
        person = company.holder(seats["banned_account"][0])
        rows.append(
            ("V002", "2026-04-11", person, "账号被封", "平台通知", "直播间封禁 7 天", "已确认")
        )
    for event, day, seat, kind, note, status in (
        ("V003", "2026-06-09", "luxe/product_ops/1", "虚假宣传", "详情页用语待核实", "待确认"),
        ("V004", "2026-03-18", "core/platform_ops/3", "刷单", "申诉成立,系系统误判", "已驳回"),
    ):
        if company.has(seat):
            rows.append((event, day, company.holder(seat), kind, "平台违规记录", note, status))
    columns = ["event_id", "day", "employee_id", "kind", "source", "note", "status"]
    return pd.DataFrame(rows, columns=columns)
