"""The tables that can be loaded and exported: columns, types and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["id", "text", "day", "instant", "month", "period", "number", "flag", "choice"]


@dataclass(frozen=True)
class Column:
    """One column of a table a file may bring."""

    name: str
    type: ColumnType
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportTable:
    """A table a file may bring: its columns, and the key that tells its rows apart."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that must be there and filled."""
        return tuple(column.name for column in self.columns if column.required)


def _columns(required: str, optional: str) -> tuple[Column, ...]:
    def one(word: str, *, is_required: bool) -> Column:
        name, _, kind = word.partition(":")
        kind, _, choices = kind.partition("=")
        return Column(
            name,
            kind or "text",  # type: ignore[arg-type]
            is_required,
            tuple(choices.split("/")) if choices else (),
        )

    return tuple(one(word, is_required=True) for word in required.split()) + tuple(
        one(word, is_required=False) for word in optional.split()
    )


IMPORT_TABLES: dict[str, ImportTable] = {
    table.name: table
    for table in (
        ImportTable(
            "rates", _columns("month:month currency:id rate:number", ""), ("month", "currency")
        ),
        ImportTable(
            "employees",
            _columns(
                "employee_id:id name hire_date:day",
                "email leave_date:day leave_reason leave_type:choice=voluntary/involuntary "
                "bonus_base:number brand:id region:id department:id role:id manager_id:id",
            ),
            ("employee_id",),
        ),
        ImportTable(
            "assignments",
            _columns(
                "employee_id:id from_date:day role:id",
                "to_date:day brand:id region:id department:id manager_id:id",
            ),
            ("employee_id", "from_date"),
        ),
        ImportTable(
            "absences",
            _columns("employee_id:id from_day:day to_day:day", "kind"),
            ("employee_id", "from_day"),
        ),
        ImportTable(
            "owners",
            _columns("channel:id employee_id:id from_date:day", "to_date:day brand:id region:id"),
            ("channel", "from_date"),
        ),
        ImportTable(
            "pay",
            _columns(
                "employee_id:id month:month amount:number",
                "currency:id kind:choice=base/bonus/other",
            ),
            ("employee_id", "month", "kind"),
        ),
        ImportTable(
            "orders",
            _columns(
                "order_id:id ordered_at:instant amount:number",
                "employee_id:id brand:id region:id channel:id currency:id buyer_id:id "
                "status:choice=paid/cancelled/refunded/test units:number is_test:flag "
                "updated_at:instant",
            ),
            ("channel", "order_id"),
        ),
        ImportTable(
            "tickets",
            _columns(
                "ticket_id:id opened_at:instant",
                "employee_id:id channel:id response_seconds:number resolved:flag csat:number "
                "status:choice=open/closed/cancelled/test updated_at:instant",
            ),
            ("channel", "ticket_id"),
        ),
        ImportTable(
            "measures",
            _columns(
                "day:day measure:id value:number",
                "employee_id:id brand:id region:id channel:id currency:id",
            ),
            ("day", "employee_id", "brand", "region", "channel", "measure", "currency"),
        ),
        ImportTable(
            "measures_wide",
            _columns("day:day", "employee_id:id brand:id region:id channel:id currency:id"),
            ("day", "employee_id", "brand", "region", "channel", "currency"),
        ),
        ImportTable(
            "targets",
            _columns(
                "period:period indicator:id value:number",
                "employee_id:id brand:id role:id reason revised_on:day currency:id",
            ),
            ("period", "indicator", "employee_id", "brand", "role", "revised_on"),
        ),
        ImportTable(
            "ratings",
            _columns(
                "period:period ratee_id:id rater_id:id "
                "relation:choice=self/peer/subordinate/manager dimension:id score:number",
                "comment",
            ),
            ("period", "ratee_id", "rater_id", "dimension"),
        ),
        ImportTable(
            "veto_events",
            _columns(
                "event_id:id day:day employee_id:id kind:id",
                "source note status:choice=proposed/confirmed/dismissed",
            ),
            ("event_id",),
        ),
        ImportTable(
            "goals",
            _columns(
                "goal_id:id period:period title",
                "parent_id:id owner_kind:choice=company/department/employee owner_id:id "
                "indicator:id start_value:number target_value:number current_value:number "
                "due:day status",
            ),
            ("goal_id",),
        ),
        ImportTable(
            "tasks",
            _columns(
                "task_id:id title employee_id:id",
                "goal_id:id start:day due:day progress:number done_on:day status",
            ),
            ("task_id",),
        ),
        ImportTable(
            "notes",
            _columns(
                "note_id:id written_at:instant author_id:id employee_id:id text",
                "kind corrects_id:id warning_id:id",
            ),
            ("note_id",),
        ),
        ImportTable(
            "trainings",
            _columns(
                "training_id:id employee_id:id course",
                "kind assigned_on:day due:day done_on:day score:number",
            ),
            ("training_id",),
        ),
    )
}

# Loaded in this order, so that what others refer to is there first.
LOAD_ORDER: tuple[str, ...] = tuple(IMPORT_TABLES)
