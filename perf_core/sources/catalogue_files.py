"""The catalogue as TOML: text to records with problems, and records to text (catalogue.md).

What stands in a file is checked here as far as the file alone can tell: types, choices, weights
that sum to 100. Whether a formula's names exist is known only beside the store (services).
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_args

from perf_core.domain.catalogue import (
    GROUPED,
    AxisKind,
    AxisValue,
    Curve,
    Direction,
    Grade,
    GradeRule,
    Indicator,
    LowerMode,
    Measure,
    Names,
    NoData,
    Rule,
    Template,
    TemplateItem,
    Unit,
)
from perf_core.domain.catalogue_entries import (
    REVIEW_RELATIONS,
    RULE_CODES,
    RULE_LEVELS,
    RULE_LISTENERS,
    CatalogueEntries,
    CatalogueProblem,
    GradeChanges,
    ParsedCatalogue,
    SettingChanges,
)
from perf_core.domain.errors import BadPeriod
from perf_core.domain.period import parse_period

# Sections of the same files that others read: mappings of sources, headers, job titles.
_NOT_HERE = frozenset({"source", "header", "headers", "title", "titles", "alias", "aliases"})
# The names of columns lie beside the catalogue and are none of its entries.
_HEADERS_FILE = "headers.toml"
_AXES: tuple[str, ...] = get_args(AxisKind)
_MEASURE_UNITS = ("count", "money", "seconds", "points")
_WEIGHTS_WITHIN = 1e-9

_Choice = TypeVar("_Choice", bound=StrEnum)


def read_catalogue_files(paths: Sequence[Path]) -> ParsedCatalogue:
    """Read the entries of TOML files, in the order given.

    A file that is no TOML is a problem of its own; sections that are not of the catalogue
    (``[source.…]`` of a mapping) are left to whom they belong.
    """
    parsed = ParsedCatalogue()
    for path in paths:
        try:
            document = tomllib.loads(_text(path))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            problem = CatalogueProblem(
                path.name, "", f"the file is not readable TOML ({error})", "Correct it there"
            )
            parsed += ParsedCatalogue(problems=(problem,))
            continue
        parsed += parse_catalogue(document, file=path.name)
    return parsed


def shipped_files(folder: Path) -> list[Path]:
    """List the catalogue files of a folder and its sub-folders, in a fixed order."""
    return sorted(path for path in folder.rglob("*.toml") if path.name != _HEADERS_FILE)


def _text(path: Path) -> str:
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return content.decode("gb18030").replace("\r\n", "\n")


def parse_catalogue(document: Mapping[str, Any], *, file: str = "") -> ParsedCatalogue:
    """Turn a TOML document into entries, and what is wrong into problems.

    Examples
    --------
    >>> parsed = parse_catalogue({"measure": {"calls": {"name": {"en": "Calls"}, "unit": "count"}}})
    >>> parsed.entries.measures[0].names.en, parsed.problems
    ('Calls', ())
    >>> wrong = parse_catalogue({"measure": {"calls": {"unit": "hours"}}}, file="own.toml")
    >>> print(wrong.problems[0])
    own.toml: measure.calls: unit is "hours". Write one of count, money, seconds, points.
    """
    problems: list[CatalogueProblem] = []
    measures: list[Measure] = []
    indicators: list[Indicator] = []
    axes: list[AxisValue] = []
    templates: list[Template] = []
    rules: list[Rule] = []
    grades: GradeChanges | None = None
    settings: SettingChanges | None = None
    for section, body in document.items():
        if section in _NOT_HERE:
            continue
        if section == "measure":
            measures += [_measure(c, e) for c, e in _named(section, body, file, problems)]
        elif section == "indicator":
            indicators += [_indicator(c, e) for c, e in _named(section, body, file, problems)]
        elif section in _AXES:
            axes += [_axis(section, c, e) for c, e in _named(section, body, file, problems)]
        elif section == "template":
            templates += [_template(e) for e in _listed(section, body, file, problems)]
        elif section == "rule":
            rules += [_rule(e) for e in _listed(section, body, file, problems)]
        elif section == "grades":
            grades = _grades(_Entry(body, file, section, problems))
        elif section == "store":
            settings = _settings(_Entry(body, file, section, problems))
        else:
            problems.append(
                CatalogueProblem(
                    file,
                    section,
                    "there is no such section",
                    "Sections are measure, indicator, template, rule, grades, store, "
                    + ", ".join(_AXES),
                )
            )
    entries = CatalogueEntries(
        tuple(measures),
        tuple(indicators),
        tuple(axes),
        tuple(templates),
        tuple(rules),
        grades,
        settings,
    )
    return ParsedCatalogue(entries, tuple(problems))


class _Entry:
    """One entry being read: gives its values and notes what is wrong or unknown in it."""

    def __init__(self, body: Any, file: str, place: str, problems: list[CatalogueProblem]) -> None:
        self.file, self.place, self.problems = file, place, problems
        self.asked: set[str] = set()
        self.body: Mapping[str, Any] = {}
        if isinstance(body, Mapping):
            self.body = body
        else:
            self.wrong("this is no table of values", f"Write [{place}] with its lines below")

    def wrong(self, reason: str, advice: str = "") -> None:
        self.problems.append(CatalogueProblem(self.file, self.place, reason, advice))

    def has(self, key: str) -> bool:
        return key in self.body

    def raw(self, key: str) -> Any:
        self.asked.add(key)
        return self.body.get(key)

    def text(self, key: str, default: str = "", *, choices: Collection[str] = ()) -> str:
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, date):
            value = value.isoformat()
        if not isinstance(value, str):
            self.wrong(f"{key} is {value!r}", "Write it as text between quotes")
            return default
        value = value.strip()
        if choices and value not in choices:
            self.wrong(f'{key} is "{value}"', f"Write one of {', '.join(choices)}")
            return default
        return value

    def required(self, key: str, *, choices: Collection[str] = (), default: str = "") -> str:
        value = self.text(key, default, choices=choices)
        if not self.has(key) or not (value or self.body.get(key)):
            self.wrong(f"{key} is missing", f"Add a line {key} = …")
        return value

    def choice(self, key: str, default: _Choice) -> _Choice:
        kind = type(default)
        return kind(self.text(key, default.value, choices=[one.value for one in kind]))

    def number(
        self, key: str, *, low: float | None = None, high: float | None = None
    ) -> float | None:
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            self.wrong(f"{key} is {value!r}", "Write a number without quotes")
            return None
        value = float(value)
        if not math.isfinite(value) or abs(value) > 1e12:
            self.wrong(f"{key} is {value}", "Write an ordinary number")
            return None
        if (low is not None and value < low) or (high is not None and value > high):
            span = f"{low:g} or more" if high is None else f"from {low:g} to {high:g}"
            self.wrong(f"{key} is {value:g}", f"It must be {span}")
            return None
        return value

    def whole(self, key: str) -> int | None:
        value = self.number(key, low=0)
        return None if value is None else int(value)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(f"{key} is {value!r}", "Write true or false")
            return default
        return value

    def names(self) -> Names:
        value = self.raw("name")
        if value is None:
            return Names()
        if isinstance(value, str):
            return Names(value, value)
        if isinstance(value, Mapping) and all(isinstance(v, str) for v in value.values()):
            return Names(str(value.get("zh", "")), str(value.get("en", "")))
        self.wrong("name is not readable", 'Write name = { zh = "…", en = "…" }')
        return Names()

    def done(self) -> None:
        for key in self.body:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                self.wrong(f"{key} is no known setting", f"Known here are {known}")


def _named(
    section: str, body: Any, file: str, problems: list[CatalogueProblem]
) -> list[tuple[str, _Entry]]:
    if not isinstance(body, Mapping):
        problems.append(
            CatalogueProblem(file, section, "entries need a code", f"Write [{section}.code]")
        )
        return []
    entries = []
    for code, entry in body.items():
        place = f"{section}.{code}"
        if not code.strip():
            problems.append(CatalogueProblem(file, place, "the code is empty"))
        else:
            entries.append((code.strip(), _Entry(entry, file, place, problems)))
    return entries


def _listed(section: str, body: Any, file: str, problems: list[CatalogueProblem]) -> list[_Entry]:
    if not isinstance(body, list):
        problems.append(CatalogueProblem(file, section, "it is not a list", f"Write [[{section}]]"))
        return []
    return [_Entry(one, file, f"{section} {n}", problems) for n, one in enumerate(body, start=1)]


def _measure(code: str, entry: _Entry) -> Measure:
    if not code.isidentifier():
        entry.wrong(
            "the code cannot stand in a formula", "Use letters, digits and _, not a digit first"
        )
    names, unit = entry.names(), entry.text("unit", "count", choices=_MEASURE_UNITS)
    entry.done()
    return Measure(code, names, unit)  # type: ignore[arg-type]


def _indicator(code: str, entry: _Entry) -> Indicator:
    kind = entry.text("kind", "kpi", choices=("kpi", "cpi", "veto"))
    formula = entry.text("formula") if kind == "veto" else entry.required("formula")
    made = Indicator(
        code,
        entry.names(),
        kind,  # type: ignore[arg-type]
        entry.text("unit", "count", choices=get_args(Unit)),  # type: ignore[arg-type]
        entry.text("direction", "higher", choices=get_args(Direction)),  # type: ignore[arg-type]
        formula,
        entry.text("source"),
        entry.number("benchmark"),
        entry.text("caution", choices=("", "spend", "outcome")),  # type: ignore[arg-type]
    )
    entry.done()
    return made


def _axis(kind: str, code: str, entry: _Entry) -> AxisValue:
    names = entry.names()
    earns = entry.flag("earns", default=True) if kind == "role" else True
    group = entry.text("group") if kind in GROUPED.values() else ""
    entry.done()
    return AxisValue(kind, code, names, earns, group)  # type: ignore[arg-type]


def _template(entry: _Entry) -> Template:
    role, brand = entry.required("role"), entry.text("brand")
    if role:
        entry.place = f"template {role}@{brand}" if brand else f"template {role}"
    raw_items = entry.raw("item")
    items: list[TemplateItem] = []
    if not isinstance(raw_items, list) or not raw_items:
        entry.wrong("it has no items", "Add [[template.item]] with indicator and weight")
    else:
        for n, raw in enumerate(raw_items, start=1):
            item = _item(_Entry(raw, entry.file, f"{entry.place}, item {n}", entry.problems))
            if item.indicator in {other.indicator for other in items}:
                entry.wrong(f"{item.indicator} stands in it twice", "Keep one of the two")
            items.append(item)
        total = math.fsum(item.weight for item in items)
        if abs(total - 100) > _WEIGHTS_WITHIN:
            entry.wrong(
                f"the weights sum to {total:.12g}, not to 100", "Change them until the sum is 100"
            )
    share = entry.number("kpi_share", low=0, high=1)
    made = Template(
        role,
        tuple(items),
        brand,
        _period_code(entry),
        entry.choice("curve", Curve.LINEAR),
        entry.choice("no_data", NoData.SPREAD),
        1.0 if share is None else share,
        _review_weights(entry),
    )
    entry.done()
    return made


def _period_code(entry: _Entry) -> str:
    text = entry.text("from")
    if not text:
        return ""
    try:
        return parse_period(text).code
    except BadPeriod:
        entry.wrong(f'from is "{text}"', 'Write a period such as from = "2026-01"')
        return ""


def _review_weights(entry: _Entry) -> dict[str, float]:
    raw = entry.raw("review_weights")
    if raw is None:
        return {}
    weights = _Entry(raw, entry.file, f"{entry.place}, review_weights", entry.problems)
    read = {relation: weights.number(relation, low=0) for relation in REVIEW_RELATIONS}
    weights.done()
    return {relation: weight for relation, weight in read.items() if weight is not None}


def _item(entry: _Entry) -> TemplateItem:
    weight = entry.number("weight", low=0, high=100)
    if not entry.has("weight"):
        entry.wrong("weight is missing", "Add a line weight = …")
    target = entry.number("target")
    if target is not None and target <= 0:
        entry.wrong(f"target is {target:g}", "A target must be above 0")
    cap, floor = entry.number("cap", low=0), entry.number("floor", low=0)
    low, high = entry.number("min_weight", low=0), entry.number("max_weight", low=0)
    if low is not None and high is not None and low > high:
        entry.wrong("min_weight is above max_weight", "Exchange the two")
    made = TemplateItem(
        entry.required("indicator"),
        0.0 if weight is None else weight,
        entry.text("group", "fixed") or "fixed",
        target,
        1.2 if cap is None else cap,
        0.0 if floor is None else floor,
        entry.choice("mode", LowerMode.LINEAR),
        low,
        high,
    )
    entry.done()
    return made


def _rule(entry: _Entry) -> Rule:
    code = entry.required("code", choices=RULE_CODES)
    if code:
        entry.place = f"rule {code}"
    tell = entry.raw("tell")
    listeners: tuple[str, ...] = ()
    if tell is not None:
        if isinstance(tell, list) and all(one in RULE_LISTENERS for one in tell):
            listeners = tuple(tell)
        else:
            entry.wrong(f"tell is {tell!r}", f"List some of {', '.join(RULE_LISTENERS)}")
    made = Rule(
        code,
        entry.text("level", "warning", choices=RULE_LEVELS),
        entry.number("limit"),
        entry.names(),
        entry.text("brand"),
        entry.text("role"),
        entry.text("indicator"),
        listeners,
    )
    entry.done()
    return made


def _grades(entry: _Entry) -> GradeChanges:
    raw = entry.raw("grade")
    grades: tuple[Grade, ...] | None = None
    if raw is not None:
        listed = _listed("grades.grade", raw, entry.file, entry.problems)
        grades = tuple(_grade(one) for one in listed)
        _check_grades(entry, grades)
    rule = entry.choice("scheme", GradeRule.AUTO) if entry.has("scheme") else None
    made = GradeChanges(
        rule,
        grades,
        entry.whole("auto_from"),
        entry.whole("auto_company"),
        entry.number("pass_mark", low=0),
        entry.number("vetoed_bonus_factor", low=0),
    )
    entry.done()
    return made


def _grade(entry: _Entry) -> Grade:
    code = entry.required("code")
    share = entry.number("share", low=0, high=1)
    at_least, factor = entry.number("at_least", low=0), entry.number("bonus_factor", low=0)
    made = Grade(
        code,
        entry.names(),
        # Through its shortest text, so that 0.20 of 10 people is exactly 2.
        None if share is None else Decimal(repr(share)),
        0.0 if at_least is None else at_least,
        1.0 if factor is None else factor,
    )
    entry.done()
    return made


def _check_grades(entry: _Entry, grades: tuple[Grade, ...]) -> None:
    if not grades:
        entry.wrong("there is no grade", "Add [[grades.grade]], the best one first")
        return
    if len({grade.code for grade in grades}) < len(grades):
        entry.wrong("two grades have the same code")
    if any(grade.share is None for grade in grades[:-1]):
        entry.wrong("a grade has no share", "Only the last one may leave it out: it is the rest")
    if sum((grade.share or Decimal(0)) for grade in grades) > 1:
        entry.wrong("the shares sum to more than 1")
    limits = [grade.at_least for grade in grades]
    if limits != sorted(limits, reverse=True):
        entry.wrong("at_least does not fall from grade to grade", "List the best grade first")


def _settings(entry: _Entry) -> SettingChanges:
    timezone, currency = entry.text("timezone"), entry.text("currency").upper()
    entry.done()
    return SettingChanges(timezone or None, currency or None)
