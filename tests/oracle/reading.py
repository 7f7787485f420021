"""Files to records: the import of import-format.md for files in canonical form.

A company is read from folders, one folder per load, in the order they were loaded. Each holds
CSV files named for their table (`orders.csv`, `orders_2.csv`) and TOML files of the catalogue.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.oracle import periods
from tests.oracle.catalogue import read_catalogue
from tests.oracle.company import Company, Fact
from tests.oracle.credit import facts_of_orders, facts_of_tickets, holder
from tests.oracle.tables import NOT_MEASURES, TABLES, FileAccount, table_of

Row = dict[str, Any]
_TRUE = ("1", "true", "yes", "y", "是")


class Reader:
    """Loads one folder after the other into a company."""

    def __init__(self, company: Company, *, today: date) -> None:
        self.company = company
        self.today = today
        self.orders: dict[tuple[str, str], Row] = {}
        self.tickets: dict[tuple[str, str], Row] = {}
        self.measure_rows: dict[tuple[str, ...], Row] = {}
        self.seen_order_days: set[date] = set()
        self.seen_ticket_days: set[date] = set()
        self.n_loads = 0

    def load(self, folder: Path) -> list[FileAccount]:
        """Load a folder; the account of each of its tables."""
        self.n_loads += 1
        for path in sorted(folder.glob("*.toml")):
            read_catalogue(self.company, tomllib.loads(path.read_text(encoding="utf-8")))
        accounts: list[FileAccount] = []
        for table in TABLES:
            files = [path for path in sorted(folder.glob("*.csv")) if table_of(path) == table]
            rows = [
                {
                    "_account": account,
                    **{name: (cell or "").strip() for name, cell in record.items()},
                }
                for path in files
                for account in [FileAccount(path.name, table)]
                for record in self._open(path, account, accounts)
            ]
            self._load_table(table, rows)
        self._finish()
        return accounts

    @staticmethod
    def _open(path: Path, account: FileAccount, accounts: list[FileAccount]) -> list[Row]:
        accounts.append(account)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows: list[Row] = list(csv.DictReader(file))
        account.read = len(rows)
        return rows

    def _load_table(self, table: str, rows: list[Row]) -> None:
        """ "Every row that is not loaded counts once, under the first that holds"."""
        fit = []
        for row in rows:
            if row.get(TABLES[table][0][0]) in ("合计", "总计", "Total"):
                row["_account"].exclude("totals_row")
                continue
            reason = self._misread(table, row)
            if reason:
                row["_account"].reject(reason)
            else:
                fit.append(row)
        for row in self._without_duplicates(table, fit):
            account: FileAccount = row["_account"]
            excluded = _excluded(table, row)
            if excluded:
                account.exclude(excluded)
                self._keep_excluded(table, row)
                continue
            reason = self._refused(table, row)
            if reason:
                account.reject(reason)
                continue
            account.loaded += 1
            self._apply(table, row)

    # --- 1. rejected: what cannot be read ----------------------------------------------------

    def _misread(self, table: str, row: Row) -> str:
        required, types = TABLES[table]
        for column in required:
            if not row.get(column):
                return f"missing_{column}"
        if self._nobody(table, row):
            return "missing_employee_id"
        kinds = dict(types)
        if table == "measures_wide":
            kinds |= {c: "number" for c in row if c not in NOT_MEASURES and c != "_account"}
        faults = {self._read_cell(row, column, kind) for column, kind in kinds.items()}
        for reason in ("bad_date", "bad_number", "bad_choice", "bad_rating", "too_large"):
            if reason in faults:
                return reason
        return ""

    def _nobody(self, table: str, row: Row) -> bool:
        """ "and employee_id, brand or an owned channel"; of measures "employee_id or brand"."""
        if table not in ("orders", "tickets", "measures", "measures_wide"):
            return False
        if row.get("employee_id") or (table != "tickets" and row.get("brand")):
            return False
        return not (row.get("channel") and row["channel"] in self.company.owners)

    def _read_cell(self, row: Row, column: str, kind: str) -> str:
        text = row.get(column, "") or ""
        row[column] = None
        if not text:
            row[column] = "" if "/" in kind else None
            return ""
        try:
            if kind == "date":
                row[column] = date.fromisoformat(text)
            elif kind == "month":
                row[column] = date.fromisoformat(text[:7] + "-01")
            elif kind == "period":
                row[column] = periods.parse(text)
            elif kind == "instant":
                row[column] = self._local(datetime.fromisoformat(text))
        except ValueError:
            return "bad_date"
        if kind == "flag":
            row[column] = text.lower() in _TRUE
        elif "/" in kind:
            row[column] = text
            return "" if text in kind.split("/") else "bad_choice"
        elif kind in ("number", "rating"):
            try:
                number = float(text)
            except ValueError:
                return "bad_number"
            row[column] = number
            if kind == "rating" and not 1 <= number <= 5:
                return "bad_rating"
            if abs(number) > 1e12:
                return "too_large"
        return ""

    def _local(self, instant: datetime) -> datetime:
        """ "Days are calendar days in the store's time zone; a timestamp is converted to it"."""
        zone = self.company.zone
        return instant.astimezone(zone) if instant.tzinfo else instant.replace(tzinfo=zone)

    # --- 2. excluded -------------------------------------------------------------------------

    def _without_duplicates(self, table: str, rows: list[Row]) -> list[Row]:
        """ "the row with the latest `updated_at`, else the last in file order, stays"."""
        best: dict[tuple[Any, ...], int] = {}
        for number, row in enumerate(rows):
            key = self._key(table, row)
            old = best.get(key)
            if old is None or _newness(row) >= _newness(rows[old]):
                best[key] = number
        stays = set(best.values())
        for number, row in enumerate(rows):
            if number not in stays:
                row["_account"].exclude("duplicate")
        return [row for number, row in enumerate(rows) if number in stays]

    def _key(self, table: str, row: Row) -> tuple[Any, ...]:
        get = row.get
        match table:
            case "rates":
                return (row["month"], row["currency"])
            case "employees":
                return (row["employee_id"],)
            case "assignments":
                return (row["employee_id"], row["from_date"])
            case "absences":
                return (row["employee_id"], row["from_day"])
            case "owners":
                return (row["channel"], row["from_date"])
            case "pay":
                return (row["employee_id"], row["month"], get("kind") or "base")
            case "orders":
                return (get("channel") or "", row["order_id"])
            case "tickets":
                return (get("channel") or "", row["ticket_id"])
            case "measures" | "measures_wide":
                return self._measure_key(row, row.get("measure") or "")
            case "targets":
                return (*_target_key(row), get("revised_on"))
            case "ratings":
                return (row["period"], row["ratee_id"], row["rater_id"], row["dimension"])
        return (row["event_id"],)

    def _measure_key(self, row: Row, measure: str) -> tuple[str, ...]:
        """ "Key: (day, employee, channel, measure, currency of a money measure); a row without
        employee carries brand and region instead"."""
        employee = row.get("employee_id") or ""
        place = ("", "") if employee else (row.get("brand") or "", row.get("region") or "")
        currency = row.get("currency") or ""
        if currency == self.company.currency or (
            measure and self.company.unit_of(measure) != "money"
        ):
            currency = ""
        day = str(row["day"])
        return (day, employee, *place, row.get("channel") or "", measure, currency)

    def _keep_excluded(self, table: str, row: Row) -> None:
        """A cancelled or test row takes the contribution of its key away."""
        if table == "orders":
            self.orders[row.get("channel") or "", row["order_id"]] = {**row, "_valid": False}
            if self._counts_as_seen(row["ordered_at"].date()):
                self.seen_order_days.add(row["ordered_at"].date())
        if table == "tickets":
            self.tickets[row.get("channel") or "", row["ticket_id"]] = {**row, "_valid": False}
            if self._counts_as_seen(row["opened_at"].date()):
                self.seen_ticket_days.add(row["opened_at"].date())

    def _counts_as_seen(self, day: date) -> bool:
        return self.company.readings.coverage_by_excluded_rows and day <= self.today

    # --- 3. rejected: what contradicts the company -----------------------------------------

    def _refused(self, table: str, row: Row) -> str:
        company = self.company
        people = (
            [row.get("ratee_id"), row.get("rater_id")]
            if table == "ratings"
            else [row.get("employee_id")]
        )
        if table != "employees" and any(p and p not in company.employees for p in people):
            return "unknown_employee"
        day = _day_of(row)
        if day and row.get("employee_id") and not company.employed(row["employee_id"], day):
            return "not_employed_that_day"
        if table == "orders" and row["amount"] < 0:
            return "negative_amount"
        if day and day > self.today:
            return "future_date"
        currency = row.get("currency") or ""
        month: Any = row["period"].first if table == "targets" else (day or row.get("month"))
        if (
            table in ("orders", "measures", "measures_wide", "pay", "targets")
            and currency not in ("", company.currency)
            and (month.replace(day=1), currency) not in company.rates
            and not (table == "measures" and company.unit_of(row["measure"]) != "money")
        ):
            return "no_rate"
        return ""

    # --- what stays --------------------------------------------------------------------------

    def _apply(self, table: str, row: Row) -> None:
        company = self.company
        match table:
            case "rates":
                company.rates[row["month"], row["currency"]] = row["rate"]
            case "employees":
                self._apply_employee(row)
            case "assignments":
                company.assignments.setdefault(row["employee_id"], {})[row["from_date"]] = row
            case "absences":
                company.absences.setdefault(row["employee_id"], {})[row["from_day"]] = row["to_day"]
            case "owners":
                company.owners.setdefault(row["channel"], {})[row["from_date"]] = row
            case "pay":
                key = (row["month"], row.get("kind") or "base")
                company.pay.setdefault(row["employee_id"], {})[key] = (
                    row["amount"],
                    row.get("currency") or "",
                )
            case "orders":
                self.orders[row.get("channel") or "", row["order_id"]] = {**row, "_valid": True}
                self.seen_order_days.add(row["ordered_at"].date())
            case "tickets":
                self.tickets[row.get("channel") or "", row["ticket_id"]] = {**row, "_valid": True}
                self.seen_ticket_days.add(row["opened_at"].date())
            case "measures":
                self.measure_rows[self._measure_key(row, row["measure"])] = row
            case "measures_wide":
                for code, value in row.items():
                    if code not in NOT_MEASURES and code != "_account" and value is not None:
                        self.measure_rows[self._measure_key(row, code)] = {
                            **row,
                            "measure": code,
                            "value": value,
                        }
            case "targets":
                self._apply_target(row)
            case "ratings":
                company.ratings = [
                    old
                    for old in company.ratings
                    if self._key("ratings", old) != self._key("ratings", row)
                ]
                company.ratings.append(row)
            case "veto_events":
                company.vetoes[row["event_id"]] = row

    def _apply_employee(self, row: Row) -> None:
        employee = row["employee_id"]
        self.company.employees[employee] = row
        place = {
            name: row.get(name) or ""
            for name in ("brand", "region", "department", "role", "manager_id")
        }
        if not place["role"] or employee in self.company.assignments:
            return
        # "for a company that does not track moves": the first assignment is that of the hire.
        self.company.assignments[employee] = {
            row["hire_date"]: {
                **place,
                "employee_id": employee,
                "from_date": row["hire_date"],
                "to_date": None,
            }
        }

    def _apply_target(self, row: Row) -> None:
        """ "A revision is in force from its `revised_on`; blank is the first value, or in a later
        load the day of the load" (the same blank value again changes nothing)."""
        company = self.company
        value = company.in_store_currency(
            row["value"], row.get("currency") or "", row["period"].first
        )
        revisions = company.targets.setdefault(_target_key(row), {})
        revised_on = row.get("revised_on")
        if revised_on is not None:
            revisions[revised_on] = value
        elif None not in revisions:
            revisions[None] = value
        elif revisions[None] != value:
            revisions[self.today] = value

    def _finish(self) -> None:
        """Daily measures from the rows that now stand."""
        company = self.company
        company.forget()
        company.facts = [
            *facts_of_orders(company, self.orders.values()),
            *facts_of_tickets(company, self.tickets.values()),
        ]
        for row in self.measure_rows.values():
            who, brand, region = holder(company, row, row["day"])
            value = row["value"]
            if company.unit_of(row["measure"]) == "money":
                value = company.in_store_currency(value, row.get("currency") or "", row["day"])
            company.facts.append(
                Fact(
                    row["day"],
                    who,
                    brand,
                    region,
                    row.get("channel") or "",
                    row["measure"],
                    value,
                )
            )
        # "Once an orders or tickets table is loaded, the measures made from it are 0 for
        # everybody employed on each day its source is loaded through".
        orders, tickets = self.seen_order_days, self.seen_ticket_days
        company.order_days = (min(orders), max(orders)) if orders else None
        company.ticket_days = (min(tickets), max(tickets)) if tickets else None
        days = {row["day"] for row in self.measure_rows.values()} | orders | tickets
        company.data_day = max(days) if days else None
        company.index()


def _newness(row: Row) -> tuple[bool, Any]:
    updated = row.get("updated_at")
    return (updated is not None, updated or 0)


def _excluded(table: str, row: Row) -> str:
    if table not in ("orders", "tickets"):
        return ""
    if row.get("status") == "cancelled":
        return "cancelled"
    return "test" if row.get("status") == "test" or row.get("is_test") else ""


def _day_of(row: Row) -> date | None:
    instant: datetime | None = row.get("ordered_at") or row.get("opened_at")
    return instant.date() if instant is not None else row.get("day")


def _target_key(row: Row) -> tuple[date, date, str, str, str, str]:
    get = row.get
    period = row["period"]
    return (
        period.first,
        period.last,
        row["indicator"],
        get("employee_id") or "",
        get("brand") or "",
        get("role") or "",
    )


def read_company(
    folders: list[Path], *, today: date, company: Company | None = None
) -> tuple[Company, list[list[FileAccount]]]:
    """The company after loading the folders in order, and the account of each load."""
    company = company or Company()
    reader = Reader(company, today=today)
    return company, [reader.load(folder) for folder in folders]
