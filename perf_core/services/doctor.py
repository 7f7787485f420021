"""Check an installation: its settings, its store, its fonts; and say what to do."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import ValidationError
from pylopdf_fonts_zh_cn import sans_path
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from perf_core.settings import Settings
from perf_core.store import health, schema
from perf_core.store.accounts import active_administrators
from perf_core.store.engine import Store

_ROOT = Path(__file__).resolve().parents[2]
_LITTLE_SPACE = 2 * 1024**3
_AUTH, _CLIENT = "PERF_AUTH_", "_CLIENT_ID"


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes
    ----------
    check : str
        Its code.
    ok : bool
        Whether it is as it should be.
    advice : str
        What was found and, where it is not well, what to do.
    stops : bool
        Whether the program cannot be trusted until it is mended.
    """

    check: str
    ok: bool
    advice: str = ""
    stops: bool = False


def examine(store: Store, *, today: date) -> list[Check]:
    """Check everything; what needs a readable store is left out where there is none.

    Parameters
    ----------
    store : Store
        The store to look at; nothing in it is changed.
    today : date
        By which a source is late.
    """
    found = [_settings(), _sign_in(), _fonts()]
    reached = _store(store)
    found.append(reached)
    if reached.ok:
        current = _schema(store)
        found.append(current)
        if current.ok:
            found += [*_inside(store, today), _writing(store)]
    found.append(_disk(store))
    return found


def _settings() -> Check:
    try:
        settings = Settings()
    except ValidationError as error:
        names = ", ".join(f"PERF_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        return Check("settings", ok=False, advice=f"Mend in the environment: {names}.", stops=True)
    if not settings.catalogue_dir.is_dir():
        advice = f"There is no folder {settings.catalogue_dir}: mend PERF_CATALOGUE_DIR."
        return Check("settings", ok=False, advice=advice, stops=True)
    known = {f"PERF_{name.upper()}" for name in Settings.model_fields}
    strange = sorted(
        name
        for name in os.environ
        if name.startswith("PERF_") and not name.startswith(_AUTH) and name not in known
    )
    if strange:
        return Check(
            "settings", ok=True, advice=f"Not a setting, so ignored: {', '.join(strange)}."
        )
    return Check("settings", ok=True)


def _sign_in() -> Check:
    """Whether there is sign-in, and if not, that only this computer is served."""
    try:
        providers = _providers()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        advice = f"The secrets cannot be read ({error}): mend or remove the file."
        return Check("sign_in", ok=False, advice=advice, stops=True)
    if providers:
        return Check("sign_in", ok=True, advice=f"With {', '.join(providers)}.")
    config = _ROOT / ".streamlit" / "config.toml"
    try:
        address = tomllib.loads(config.read_text(encoding="utf-8"))["server"]["address"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        address = ""
    if address in {"127.0.0.1", "localhost", "::1"}:
        advice = "No provider is set up, so the app serves this computer only (docs/sign-in.md)."
        return Check("sign_in", ok=True, advice=advice)
    advice = (
        "No provider is set up: set one (docs/sign-in.md), or server.address to 127.0.0.1 in "
        ".streamlit/config.toml."
    )
    return Check("sign_in", ok=False, advice=advice)


def _providers() -> list[str]:
    """The names of the providers of sign-in, from the environment and the secrets file."""
    found = {
        name.removeprefix(_AUTH).removesuffix(_CLIENT).lower()
        for name in os.environ
        if name.startswith(_AUTH) and name.endswith(_CLIENT)
    }
    for folder in (_ROOT, Path.home()):
        secrets = folder / ".streamlit" / "secrets.toml"
        if not secrets.is_file():
            continue
        auth = tomllib.loads(secrets.read_text(encoding="utf-8")).get("auth", {})
        found |= {name for name, one in auth.items() if isinstance(one, dict)} - {"client_kwargs"}
        found |= {"default"} if "client_id" in auth else set()
    return sorted(found)


def _administrators(connection: Connection, today: date) -> Check:
    """Whether somebody can keep accounts, where people sign in."""
    try:
        needed = bool(_providers())
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError):
        needed = False
    if not needed or active_administrators(connection, today):
        return Check("administrator", ok=True)
    named = Settings().first_administrator
    if named:
        advice = "Nobody keeps accounts yet; whoever PERF_FIRST_ADMINISTRATOR names will."
        return Check("administrator", ok=True, advice=advice)
    advice = "Nobody may keep accounts: set PERF_FIRST_ADMINISTRATOR to an e-mail address."
    return Check("administrator", ok=False, advice=advice)


def _fonts() -> Check:
    """Whether documents find their Chinese font; on the screen the reader's own is used."""
    if sans_path().is_file():
        return Check("fonts", ok=True)
    advice = "The font of PDF documents is missing: install the packages again."
    return Check("fonts", ok=False, advice=advice)


def _store(store: Store) -> Check:
    try:
        with store.reading():
            pass
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        advice = f"{store.name} cannot be opened ({reason}): check PERF_DATABASE_URL or --db."
        return Check("store", ok=False, advice=advice, stops=True)
    return Check("store", ok=True, advice=store.name)


def _schema(store: Store) -> Check:
    held, wanted = schema.schema_version(store), schema.newest_version()
    if held == wanted:
        return Check("schema", ok=True, advice=held)
    if held is None:
        advice = "The store has no tables yet: run `python -m perf_core init`."
    elif held < wanted:
        advice = f"The tables are at {held}, not {wanted}: run `python -m perf_core init`."
    else:
        advice = f"The tables are at {held}, newer than this program ({wanted}): update it."
    return Check("schema", ok=False, advice=advice, stops=True)


def _writing(store: Store) -> Check:
    reason = health.unwritable_because(store)
    if not reason:
        return Check("writing", ok=True)
    advice = f"The store cannot be written to ({reason}): check its permissions, and running loads."
    return Check("writing", ok=False, advice=advice, stops=True)


def _disk(store: Store) -> Check:
    free = health.free_bytes(store)
    if free is None:
        return Check("disk_space", ok=True, advice="On another machine: not looked at.")
    shown = f"{free / 1024**3:.1f} GB free"
    if free >= _LITTLE_SPACE:
        return Check("disk_space", ok=True, advice=shown)
    return Check("disk_space", ok=False, advice=f"Only {shown} beside the store: make room.")


def _inside(store: Store, today: date) -> Iterator[Check]:
    with store.reading() as connection:
        broken = health.damage(connection)
        yield Check(
            "file",
            ok=not broken,
            advice=f"The file is damaged ({broken[0]}): go back to a copy." if broken else "",
            stops=True,
        )
        months = health.sampled_months(connection)
        wrong = health.months_that_differ(connection, months)
        yield Check(
            "monthly_sums",
            ok=not wrong,
            advice=(
                f"The sums of {_listed(wrong)} are not those of their days: load a file of the "
                "month again, which rebuilds them, and report this."
                if wrong
                else f"Checked: {_listed(months)}."
            ),
            stops=True,
        )
        parts = health.damaged_parts(connection)
        yield Check(
            "raw_parts",
            ok=not parts,
            advice=f"Damaged: {parts}. Go back to a copy of the store." if parts else "",
            stops=True,
        )
        yield _administrators(connection, today)
        yield _newest_load(health.newest_load(connection))
        yield _late(health.source_days(connection), today)


def _listed(months: list[date]) -> str:
    return ", ".join(f"{month:%Y-%m}" for month in months) or "no data"


def _newest_load(load: tuple[int, str, str] | None) -> Check:
    if load is None:
        return Check("loads", ok=True, advice="Nothing is loaded yet.")
    number, status, note = load
    if status != "refused":
        return Check("loads", ok=True)
    advice = f"Load {number} was refused: {note or 'see `python -m perf_core loads`'}."
    return Check("loads", ok=False, advice=advice)


def _late(sources: list[health.SourceDays], today: date) -> Check:
    if not sources:
        return Check("data_day", ok=True, advice="No data is loaded yet.")
    data_day = max(source.last_day for source in sources)
    due = min(data_day, today - timedelta(days=1))
    late = [s for s in sources if s.is_daily and s.last_day < due]
    if late:
        names = ", ".join(f"{s.source} (through {s.last_day})" for s in late)
        return Check("data_day", ok=False, advice=f"Late, load their files: {names}.")
    return Check("data_day", ok=True, advice=f"Loaded through {data_day}.")
