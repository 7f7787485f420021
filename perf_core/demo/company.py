"""The demo company on paper: brands, regions, seats, and who has sat on them.

A *seat* is a job of one brand; its holders follow one another. Everything that a story needs is
bound to a seat (``core/growth_ops/1``), so that the seed changes the figures and never the plot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from perf_core.demo.names import person_names
from perf_core.demo.turnover import GROWTH, MOVES, REASONS, TURNOVER, reason_to_leave

DATA_DAY = date(2026, 6, 17)
"""The last day with data: a Wednesday, three of seven days into its ISO week."""

SHOP_UP_TO = 60
"""Companies of up to so many people are one shop; larger ones are a group of brands."""


@dataclass(frozen=True)
class Brand:
    """A brand: its names, where it stands, and what its orders are worth."""

    code: str
    zh: str
    en: str
    aov: float
    pay: float
    """Factor on the usual pay."""
    regions: tuple[str, ...]
    raw_roles: tuple[str, ...]
    """Roles whose orders come as rows; the others' as daily sums."""
    raw_tickets: bool = True
    price_level: str = "mid"
    """Its group in the catalogue; empty for none."""


_ALL_SALES = ("platform_ops", "product_ops", "user_ops", "growth_ops", "live_ops", "store_ops")
MAIN_BRANDS = (
    Brand(
        "luxe",
        "臻品",
        "Luxe",
        980,
        1.35,
        ("sh", "sh", "gz", "sh", "cd"),
        _ALL_SALES,
        price_level="high_end",
    ),
    Brand(
        "core", "悦选", "Core", 288, 1.0, ("gz", "sh", "cd", "gz", "cd"), ("growth_ops", "user_ops")
    ),
    Brand(
        "value",
        "惠购",
        "Value",
        149,
        0.82,
        ("cd", "cd", "gz", "cd", "sh"),
        ("growth_ops",),
        price_level="low_price",
    ),
    Brand("glow", "光颜美妆", "Glow Beauty", 268, 1.0, ("gz", "gz", "sh", "cd"), _ALL_SALES),
    Brand("home", "暖居家居", "Nest Home", 468, 0.95, ("cd", "sh", "gz", "cd"), _ALL_SALES),
)
SHOP_BRAND = Brand(
    "shop", "木棉衣舍", "Kapok Clothing", 189, 0.8, ("gz",), ("store_ops",), price_level=""
)
REGIONS = {
    "sh": ("上海（一线）", "Shanghai (first tier)"),
    "gz": ("广州（一线）", "Guangzhou (first tier)"),
    "cd": ("成都（二线）", "Chengdu (second tier)"),
}
REGION_TIERS = {"sh": "first_tier", "gz": "first_tier", "cd": "second_tier"}
DEPARTMENTS = {
    "operations": ("运营部", "Operations"),
    "live": ("直播部", "Live streaming"),
    "design": ("设计部", "Design"),
    "service": ("客服部", "Customer service"),
    "warehouse": ("仓储部", "Warehouse"),
    "hr": ("人力行政部", "Human resources"),
    "office": ("总经办", "Head office"),
}
ROLE_NAMES = {
    "platform_ops": "平台运营",
    "product_ops": "产品运营",
    "user_ops": "用户运营",
    "store_ops": "店铺运营",
    "growth_ops": "用户增长",
    "live_ops": "直播运营",
    "design": "设计",
    "service": "客服",
    "warehouse": "仓库",
    "hr": "人力资源",
    "management": "管理",
}
_DEPARTMENT_OF = {
    "live_ops": "live",
    "design": "design",
    "service": "service",
    "warehouse": "warehouse",
    "hr": "hr",
    "management": "office",
}
_BIG = {
    "management": 1,
    "platform_ops": 10,
    "product_ops": 4,
    "user_ops": 3,
    "growth_ops": 3,
    "design": 2,
    "service": 20,
    "warehouse": 2,
    "live_ops": 2,
}
_BEAUTY = {
    "management": 1,
    "platform_ops": 5,
    "product_ops": 3,
    "user_ops": 3,
    "growth_ops": 3,
    "design": 2,
    "service": 4,
    "warehouse": 2,
    "live_ops": 3,
}
_HOME = {**_BEAUTY, "platform_ops": 4, "store_ops": 3, "design": 2, "service": 3}
_HEAD_OFFICE = {"management": 2, "hr": 4}
_SHOP = {"store_ops": 0.33, "service": 0.3, "warehouse": 0.19, "design": 0.18}


@dataclass(frozen=True)
class Seat:
    """A job: ``brand/role/number``; the first of its kind leads the others."""

    brand: str
    role: str
    number: int
    region: str

    @property
    def code(self) -> str:
        """How stories name it."""
        return f"{self.brand}/{self.role}/{self.number}"

    @property
    def department(self) -> str:
        """The department it belongs to."""
        return _DEPARTMENT_OF.get(self.role, "operations")


@dataclass(frozen=True)
class Stint:
    """One person on one seat from a day on; ``end`` is the last day."""

    employee_id: str
    seat: Seat
    start: date
    end: date | None = None


@dataclass(frozen=True)
class Person:
    """Someone of the personnel file."""

    employee_id: str
    name: str
    hired: date
    left: date | None = None
    reason: str = ""
    is_voluntary: bool = True


@dataclass(frozen=True)
class Company:
    """Everything about the company that does not depend on its business.

    Attributes
    ----------
    first_day, last_day : date
        The days with business data.
    managers : dict of seat code to employee_id
        Who leads a seat; the boss has nobody.
    """

    people: int
    months: int
    seed: int
    is_shop: bool
    first_day: date
    last_day: date
    brands: tuple[Brand, ...]
    seats: tuple[Seat, ...]
    persons: tuple[Person, ...]
    stints: tuple[Stint, ...]
    managers: dict[str, str] = field(default_factory=dict)

    def holder(self, seat: str, day: date = DATA_DAY) -> str:
        """Who sits on a seat on a day."""
        for stint in self.stints:
            if stint.seat.code == seat and stint.start <= day and (stint.end or DATA_DAY) >= day:
                return stint.employee_id
        raise KeyError(f"{seat} on {day}")

    def has(self, seat: str) -> bool:
        """Whether the company has that seat."""
        return any(one.code == seat for one in self.seats)

    def brand(self, code: str) -> Brand:
        """The brand of a code."""
        return next(one for one in self.brands if one.code == code)


def make_company(people: int = 200, months: int = 18, seed: int = 618) -> Company:
    """Put the company together: ``people`` employed on the data day, and those who left before.

    Parameters
    ----------
    people : int
        28 gives one shop, 200 the group of five brands, 2,000 one of about forty.
    months : int
        Calendar months with business data, the running one included.
    seed : int
        Of everything drawn at random.
    """
    rng = np.random.default_rng([seed, 1])
    is_shop = people <= SHOP_UP_TO
    brands, seats = _shop(people) if is_shop else _group(people)
    first = DATA_DAY.replace(day=1)
    for _ in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    turnovers = _shop_turnover(seats) if is_shop else _turnover(seats, rng)
    persons, stints = _people(seats, turnovers, {} if is_shop else MOVES, rng)
    made = Company(people, months, seed, is_shop, first, DATA_DAY, brands, seats, persons, stints)
    return Company(**{**vars(made), "managers": _managers(made)})


def _seats(brand: Brand | None, numbers: dict[str, int]) -> list[Seat]:
    code = "" if brand is None else brand.code
    regions = ("sh",) if brand is None else brand.regions
    return [
        Seat(code, role, number, regions[number % len(regions)])
        for role, size in numbers.items()
        for number in range(size)
    ]


def _shop(people: int) -> tuple[tuple[Brand, ...], tuple[Seat, ...]]:
    rest = max(people - 2, 4)
    sizes = {role: max(1, round(share * rest)) for role, share in _SHOP.items()}
    sizes["store_ops"] += rest - sum(sizes.values())
    return (SHOP_BRAND,), tuple(_seats(SHOP_BRAND, {"management": 1, **sizes, "hr": 1}))


def _group(people: int) -> tuple[tuple[Brand, ...], tuple[Seat, ...]]:
    sizes = {"luxe": _BIG, "core": _BIG, "value": _BIG, "glow": _BEAUTY, "home": _HOME}
    brands = list(MAIN_BRANDS)
    seats = _seats(None, _HEAD_OFFICE)
    for brand in MAIN_BRANDS:
        seats += _seats(brand, sizes[brand.code])
    if people < len(seats):
        # Whoever leads stays; then every team gives in proportion.
        seats.sort(key=lambda seat: (seat.number, seat.role != "management"))
        return MAIN_BRANDS, tuple(seats[:people])
    extra = people - len(seats)
    count = round(extra / 51)
    for index in range(count):
        brand = _extra_brand(index)
        brands.append(brand)
        size = extra * (index + 1) // count - extra * index // count
        seats += _seats(brand, _scaled(size))
    if not count:
        seats += [Seat("core", "service", 20 + n, "gz") for n in range(extra)]
    return tuple(brands), tuple(seats)


def _scaled(size: int) -> dict[str, int]:
    numbers = {role: max(1, n * size // sum(_BIG.values())) for role, n in _BIG.items()}
    numbers["management"] = 1
    numbers["service"] += size - sum(numbers.values())
    return numbers


_EXTRA_NAMES = (
    ("晨露", "Dew"),
    ("山野", "Wild Hill"),
    ("青禾", "Green Grain"),
    ("乐活", "Joyful"),
    ("星尘", "Stardust"),
    ("小象", "Little Elephant"),
    ("海风", "Sea Breeze"),
    ("初见", "First Sight"),
    ("果然", "Indeed"),
    ("云朵", "Cloudlet"),
    ("北屿", "North Isle"),
    ("拾光", "Time Finder"),
)
_EXTRA_FIELDS = (("女装", "Womenswear"), ("母婴", "Baby"), ("食品", "Foods"))


def _extra_brand(index: int) -> Brand:
    name, kind = _EXTRA_NAMES[index % 12], _EXTRA_FIELDS[index // 12 % 3]
    aov = (260.0, 320.0, 380.0, 460.0)[index % 4]
    regions = (("sh", "gz", "cd"), ("gz", "cd"), ("cd", "sh"))[index % 3]
    return Brand(
        f"b{index + 6:02d}",
        name[0] + kind[0],
        f"{name[1]} {kind[1]}",
        aov,
        0.95,
        regions,
        (),
        False,
    )


# --- who came and went ----------------------------------------------------------------------------

Turnover = dict[str, tuple[date, date]]


def _turnover(seats: tuple[Seat, ...], rng: np.random.Generator) -> Turnover:
    named = {brand.code for brand in MAIN_BRANDS} | {""}
    turnover = {
        code: (date.fromisoformat(last), date.fromisoformat(first))
        for code, (last, first) in TURNOVER.items()
    }
    for seat in seats:
        if seat.brand not in named and seat.number > 0 and rng.random() < 0.18:
            last = DATA_DAY - timedelta(days=int(rng.integers(40, 500)))
            turnover[seat.code] = (last, last + timedelta(days=int(rng.integers(8, 24))))
    return turnover


def _shop_turnover(seats: tuple[Seat, ...]) -> Turnover:
    """Spring of 2025: three of twenty-eight leave; the year after, one."""
    wanted = {
        "shop/store_ops/4": ("2025-03-21", "2025-04-07"),
        "shop/service/3": ("2025-04-18", "2025-05-06"),
        "shop/design/1": ("2025-05-30", "2025-06-16"),
        "shop/service/5": ("2026-01-23", "2026-02-24"),
    }
    there = {seat.code for seat in seats}
    return {
        code: (date.fromisoformat(last), date.fromisoformat(first))
        for code, (last, first) in wanted.items()
        if code in there
    }


def _people(
    seats: tuple[Seat, ...], turnover: Turnover, moves: dict[str, str], rng: np.random.Generator
) -> tuple[tuple[Person, ...], tuple[Stint, ...]]:
    """First holders by seat, then those who followed, so that ids do not depend on the seed."""
    names = person_names(len(seats) + len(turnover), rng)
    persons: dict[str, Person] = {}
    stints: list[Stint] = []
    holders: dict[str, str] = {}

    def hire(start: date) -> str:
        employee_id = f"E{1001 + len(persons)}"
        persons[employee_id] = Person(employee_id, names[len(persons)], start)
        return employee_id

    for seat in seats:
        start = GROWTH.get(seat.code)
        back = 400 + int(rng.integers(0, 1900)) if seat.number else 1500 + int(rng.integers(0, 900))
        hired = (
            date.fromisoformat(start) if start else date(2025, 1, 1) - timedelta(days=back - 380)
        )
        holders[seat.code] = hire(hired)
        last = turnover[seat.code][0] if seat.code in turnover else None
        stints.append(Stint(holders[seat.code], seat, hired, last))
    there = {seat.code: seat for seat in seats}
    for code, (last, first) in sorted(turnover.items(), key=lambda entry: (entry[1][1], entry[0])):
        if code not in there:
            continue
        origin = moves.get(code, "")
        came = holders[origin] if origin in there else hire(first)
        if code not in moves.values() or not _is_moved(code, moves, there):
            gone = holders[code]
            drawn = int(rng.integers(0, REASONS))
            reason, is_voluntary = reason_to_leave(drawn, days=(last - persons[gone].hired).days)
            persons[gone] = Person(
                gone, persons[gone].name, persons[gone].hired, last, reason, is_voluntary
            )
        stints.append(Stint(came, there[code], first))
    return tuple(persons.values()), tuple(sorted(stints, key=lambda s: (s.employee_id, s.start)))


def _is_moved(code: str, moves: dict[str, str], there: dict[str, Seat]) -> bool:
    return any(origin == code and target in there for target, origin in moves.items())


def _managers(company: Company) -> dict[str, str]:
    """Whom every seat reports to: lead of the team, head of the brand, the boss."""
    boss = company.holder("shop/management/0" if company.is_shop else "/management/0")
    managers: dict[str, str] = {}
    for seat in company.seats:
        lead = {"service": "service", "operations": "platform_ops", "hr": "hr"}.get(
            seat.department, ""
        )
        if company.is_shop and lead == "platform_ops":
            lead = "store_ops"
        head, team = f"{seat.brand}/management/0", f"{seat.brand}/{lead}/0"
        if company.holder(seat.code) == boss:
            managers[seat.code] = ""
        elif seat.role == "management":
            managers[seat.code] = boss
        elif lead and company.has(team) and seat.code != team:
            managers[seat.code] = company.holder(team)
        elif seat.brand and company.has(head):
            managers[seat.code] = company.holder(head)
        else:
            managers[seat.code] = boss
    return managers
