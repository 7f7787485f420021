"""The tables of catalogue, people and loads; measures and access have modules of their own.

Rows stay inside ``store``; its functions hand out frames and records.
Text that belongs to a key is never NULL: an absent brand, region, channel or person is ``""``.
Money is a whole number of 1/10,000 of its currency's unit (``…_e4``).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Double, LargeBinary
from sqlmodel import Field, SQLModel

from perf_core.store.columns import UtcDateTime, amount, instant, json_value

FIRST_VALUE = date(1, 1, 1)
"""``revised_on`` of a target's first value, in force from the period's start."""


class StoreInfo(SQLModel, table=True):
    """Facts of the store itself, such as ``data_version``."""

    __tablename__ = "store_info"
    key: str = Field(primary_key=True)
    value: str


class AxisValueRow(SQLModel, table=True):
    """A named brand, region, department, channel, role, rating dimension or veto kind."""

    __tablename__ = "axis_values"
    kind: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name_zh: str = ""
    name_en: str = ""
    earns: bool = True
    group_code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    origin: str = "company"


class MeasureRow(SQLModel, table=True):
    """A measure that files may bring."""

    __tablename__ = "measures"
    code: str = Field(primary_key=True)
    name_zh: str = ""
    name_en: str = ""
    unit: str = "count"
    origin: str = "company"


class IndicatorRow(SQLModel, table=True):
    """A formula over measures."""

    __tablename__ = "indicators"
    code: str = Field(primary_key=True)
    name_zh: str = ""
    name_en: str = ""
    kind: str = "kpi"
    unit: str = "count"
    direction: str = "higher"
    formula: str = ""
    source: str = ""
    benchmark: float | None = Field(default=None, sa_type=Double)
    caution: str = ""
    origin: str = "company"


class TemplateRow(SQLModel, table=True):
    """One version of a role's template; ``valid_from`` is the first period, empty for always."""

    __tablename__ = "templates"
    role: str = Field(primary_key=True)
    brand: str = Field(default="", primary_key=True)
    valid_from: str = Field(default="", primary_key=True)
    curve: str = "linear"
    no_data: str = "spread"
    kpi_share: float = Field(default=1.0, sa_type=Double)
    review_weights: dict[str, float] = json_value()
    items: dict[str, Any] = json_value()
    """``{"items": [{indicator, weight, group, target, cap, floor, mode, …}]}`` in order."""
    origin: str = "company"
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    published_by: str = ""
    reason: str = ""


class RuleRow(SQLModel, table=True):
    """A warning rule as set for everyone (brand and role empty), a brand, a role, or both."""

    __tablename__ = "rules"
    code: str = Field(primary_key=True)
    brand: str = Field(default="", primary_key=True)
    role: str = Field(default="", primary_key=True)
    indicator: str = Field(default="", primary_key=True)
    name_zh: str = ""
    name_en: str = ""
    level: str = "warning"
    limit: float | None = Field(default=None, sa_type=Double)
    tell: dict[str, Any] = json_value()
    origin: str = "company"


class SettingRow(SQLModel, table=True):
    """Settings of the company as JSON: ``store`` (timezone, currency) and ``grades``."""

    __tablename__ = "settings"
    key: str = Field(primary_key=True)
    value: dict[str, Any] = json_value()


class SourceMapping(SQLModel, table=True):
    """How the files of a named source are read: one ``[source.NAME]`` of a mapping file."""

    __tablename__ = "source_mappings"
    source: str = Field(primary_key=True)
    body: dict[str, Any] = json_value()


class TitleRole(SQLModel, table=True):
    """A job title as files write it, and the role it stands for."""

    __tablename__ = "title_roles"
    title: str = Field(primary_key=True)
    role: str


class Employee(SQLModel, table=True):
    """A person."""

    __tablename__ = "employees"
    employee_id: str = Field(primary_key=True)
    name: str
    hire_date: date
    email: str = ""
    leave_date: date | None = None
    leave_reason: str = ""
    leave_type: str = ""
    bonus_base_e4: int | None = amount(optional=True)


class Assignment(SQLModel, table=True):
    """One person in one role, brand, region and department from a day on.

    ``to_date`` is the last day; NULL means the day before the next one, or open.
    """

    __tablename__ = "assignments"
    employee_id: str = Field(primary_key=True)
    from_date: date = Field(primary_key=True)
    to_date: date | None = None
    role: str
    brand: str = ""
    region: str = ""
    department: str = ""
    manager_id: str = Field(default="", index=True)


class Absence(SQLModel, table=True):
    """Days away, both ends included."""

    __tablename__ = "absences"
    employee_id: str = Field(primary_key=True)
    from_day: date = Field(primary_key=True)
    to_day: date
    kind: str = ""


class ChannelOwner(SQLModel, table=True):
    """Who runs a shop account from a day on; ``to_date`` as in assignments."""

    __tablename__ = "owners"
    channel: str = Field(primary_key=True)
    from_date: date = Field(primary_key=True)
    employee_id: str
    to_date: date | None = None
    brand: str = ""
    region: str = ""


class Pay(SQLModel, table=True):
    """What a person was paid for a month; ``month`` is its first day."""

    __tablename__ = "pay"
    employee_id: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    kind: str = Field(default="base", primary_key=True)
    currency: str = ""
    amount_e4: int = amount()


class Rate(SQLModel, table=True):
    """Store currency per unit of a currency in a month; ``month`` is its first day."""

    __tablename__ = "rates"
    month: date = Field(primary_key=True)
    currency: str = Field(primary_key=True)
    rate: float = Field(sa_type=Double)


class Target(SQLModel, table=True):
    """One revision of a target. The newest made by a day is in force on it."""

    __tablename__ = "targets"
    period: str = Field(primary_key=True)
    indicator: str = Field(primary_key=True)
    employee_id: str = Field(default="", primary_key=True)
    brand: str = Field(default="", primary_key=True)
    role: str = Field(default="", primary_key=True)
    revised_on: date = Field(default=FIRST_VALUE, primary_key=True)
    value: float = Field(sa_type=Double)
    currency: str = ""
    reason: str = ""
    changed_by: str = ""
    recorded_at: datetime = instant()


class Rating(SQLModel, table=True):
    """A mark from 1 to 5 given by a person to a person."""

    __tablename__ = "ratings"
    period: str = Field(primary_key=True)
    ratee_id: str = Field(primary_key=True)
    rater_id: str = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    relation: str
    score: float = Field(sa_type=Double)
    comment: str = ""


class VetoEvent(SQLModel, table=True):
    """A breach; only a confirmed one counts."""

    __tablename__ = "veto_events"
    event_id: str = Field(primary_key=True)
    day: date
    employee_id: str = Field(index=True)
    kind: str
    source: str = ""
    note: str = ""
    status: str = "proposed"


class Goal(SQLModel, table=True):
    """A goal of the company, a department or a person."""

    __tablename__ = "goals"
    goal_id: str = Field(primary_key=True)
    period: str
    title: str
    parent_id: str = ""
    owner_kind: str = ""
    owner_id: str = ""
    indicator: str = ""
    start_value: float | None = Field(default=None, sa_type=Double)
    target_value: float | None = Field(default=None, sa_type=Double)
    current_value: float | None = Field(default=None, sa_type=Double)
    due: date | None = None
    status: str = ""


class Task(SQLModel, table=True):
    """A task of a person."""

    __tablename__ = "tasks"
    task_id: str = Field(primary_key=True)
    title: str
    employee_id: str
    goal_id: str = ""
    start: date | None = None
    due: date | None = None
    progress: float | None = Field(default=None, sa_type=Double)
    done_on: date | None = None
    status: str = ""


class Note(SQLModel, table=True):
    """A dated note about a person, signed by its author."""

    __tablename__ = "notes"
    note_id: str = Field(primary_key=True)
    written_at: datetime = instant()
    author_id: str
    employee_id: str
    text: str
    kind: str = ""
    corrects_id: str = ""
    warning_id: str = ""


class Training(SQLModel, table=True):
    """A course given to a person."""

    __tablename__ = "trainings"
    training_id: str = Field(primary_key=True)
    employee_id: str
    course: str
    kind: str = ""
    assigned_on: date | None = None
    due: date | None = None
    done_on: date | None = None
    score: float | None = Field(default=None, sa_type=Double)


class Load(SQLModel, table=True):
    """One delivery of files."""

    __tablename__ = "loads"
    load_id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant()
    by: str = ""
    kind: str = "files"
    """``files``, ``typed`` (by hand in the app) or ``demo``."""
    status: str = "done"
    """``done``, ``undone`` or ``refused`` (kept so that a failed load is the first thing said)."""
    note: str = ""
    seconds: float = Field(default=0.0, sa_type=Double)


class LoadFile(SQLModel, table=True):
    """The account of one table of one file: read = loaded + excluded + rejected."""

    __tablename__ = "load_files"
    load_id: int = Field(primary_key=True, foreign_key="loads.load_id")
    position: int = Field(primary_key=True)
    file: str
    source: str = ""
    table: str
    sha256: str = ""
    read: int = 0
    loaded: int = 0
    excluded: dict[str, int] = json_value()
    rejected: dict[str, int] = json_value()
    notes: dict[str, int] = json_value()
    set_aside: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """Parquet of the rows that were not loaded: row, reason, advice and the row as it was."""


class LoadMeasure(SQLModel, table=True):
    """The days over which a load brought a measure: what its source is loaded through."""

    __tablename__ = "load_measures"
    load_id: int = Field(primary_key=True, foreign_key="loads.load_id")
    source: str = Field(primary_key=True)
    table: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    """The measure's code; for orders and tickets ``*``, all that is made from them."""
    first_day: date
    last_day: date
    rows: int = 0


class LoadChange(SQLModel, table=True):
    """What a load changed in one table: Parquet of the touched keys and the rows before."""

    __tablename__ = "load_changes"
    load_id: int = Field(primary_key=True, foreign_key="loads.load_id")
    table: str = Field(primary_key=True)
    touched: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    before: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class RawPart(SQLModel, table=True):
    """Cleaned orders or tickets of one load, an immutable Parquet part.

    The current row of a key is that of the newest load that was not undone.
    """

    __tablename__ = "raw_parts"
    part_id: int | None = Field(default=None, primary_key=True)
    load_id: int = Field(foreign_key="loads.load_id", index=True)
    table: str
    rows: int
    first_day: date | None = None
    last_day: date | None = None
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BusinessEventRow(SQLModel, table=True):
    """Something that changed on a day: a training, a pay change, a pilot; before and after it."""

    __tablename__ = "business_events"
    event_id: str = Field(primary_key=True)
    kind: str
    name: str
    day: date
    concerns: dict[str, Any] = json_value()
    """Axis to the codes concerned; an axis that is not there: all of it."""
    note: str = ""
    created_by: str = ""
    created_at: datetime = instant()
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
