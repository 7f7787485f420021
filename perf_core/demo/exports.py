"""Write the company as the files its systems would export, with the mapping that reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import tomli_w

from perf_core.demo import reports
from perf_core.demo.business import make_business
from perf_core.demo.company import DEPARTMENTS, REGION_TIERS, REGIONS, Company, make_company
from perf_core.demo.export_heads import (
    CANONICAL,
    HEADS,
    ORDER_HEADS,
    PLATFORM_NAMES,
    REPORT_FILES,
    STATUS,
    STATUS_EN,
)
from perf_core.demo.export_personnel import axis_values, write_personnel
from perf_core.demo.figures import Business
from perf_core.demo.files import write_csv
from perf_core.demo.raw_rows import make_orders, make_tickets

Progress = Callable[[str, float], None]


def write_company(
    folder: Path,
    *,
    people: int = 200,
    months: int = 18,
    seed: int = 618,
    progress: Progress | None = None,
) -> Company:
    """Make the company up and write its files into a folder; the same seed gives the same bytes."""
    say = progress or (lambda _step, _share: None)
    company = make_company(people, months, seed)
    say("Making up people and figures", 0.0)
    business = make_business(company)
    orders, tickets = make_orders(business), make_tickets(business)
    folder.mkdir(parents=True, exist_ok=True)
    say("Writing orders", 0.35)
    sources = _write_orders(folder, orders)
    sources |= _write_tickets(folder, tickets)
    say("Writing daily reports", 0.6)
    sources |= _write_reports(folder, business)
    say("Writing personnel files", 0.8)
    sources |= write_personnel(folder, business, orders)
    _write_mapping(folder, company, orders, sources)
    say("Writing personnel files", 1.0)
    return company


def _years(frame: pd.DataFrame, column: str) -> list[tuple[int, pd.DataFrame]]:
    return [(int(year), part) for year, part in frame.groupby(frame[column].dt.year, sort=True)]


def _text(moments: pd.Series) -> npt.NDArray[np.str_]:
    return np.char.replace(moments.to_numpy().astype("datetime64[s]").astype(str), "T", " ")


def _write_orders(folder: Path, orders: pd.DataFrame) -> dict[str, dict[str, Any]]:
    sources: dict[str, dict[str, Any]] = {}
    if not len(orders):
        return sources
    platform = orders["channel"].str.split(":").str[0]
    for code, heads in ORDER_HEADS.items():
        part = orders[platform == code]
        if not len(part):
            continue
        name, english = PLATFORM_NAMES[code]
        abroad = code in ("shopify", "amazon")
        for year, rows in _years(part, "at"):
            frame = pd.DataFrame({head: rows[column] for column, head in heads.items()})
            shift = pd.Timedelta(hours=8) if abroad else pd.Timedelta(0)
            ending = "+00:00" if abroad else ""
            for column in ("at", "updated"):
                if column in heads:
                    moments = np.char.add(_text(rows[column] - shift), ending)
                    frame[heads[column]] = moments
            frame[heads["status"]] = rows["status"].map(STATUS_EN if abroad else STATUS)
            if "region" in heads:
                frame[heads["brand"]], frame[heads["region"]] = "悦选", REGIONS["gz"][0]
            # Older exports of domestic shops come in the encoding of Excel for Chinese.
            encoding = "gb18030" if code in ("tmall", "jd") else "utf-8-sig"
            write_csv(folder / "订单" / f"{name}订单_{year}.csv", frame, encoding)
        columns = {CANONICAL.get(column, column): head for column, head in heads.items()}
        statuses = STATUS_EN if abroad else STATUS
        sources[f"{code}_orders"] = {
            "table": "orders",
            "match": f"{name}订单_*.csv",
            "columns": columns,
            "values": {"status": {theirs: ours for ours, theirs in statuses.items()}},
            "daily": True,
        }
        if "region" in heads:
            sources[f"{code}_orders"]["values"] |= axis_values("brand", "region")
        del english
    return sources


def _write_tickets(folder: Path, tickets: pd.DataFrame) -> dict[str, dict[str, Any]]:
    if not len(tickets):
        return {}
    heads = {
        "ticket_id": "会话编号",
        "at": "会话开始时间",
        "employee_id": "客服工号",
        "channel": "店铺",
        "response": "首次响应秒数",
        "resolved": "是否解决",
        "csat": "满意度评分",
    }
    for year, rows in _years(tickets, "at"):
        frame = pd.DataFrame({head: rows[column] for column, head in heads.items()})
        frame[heads["at"]] = _text(rows["at"])
        frame[heads["resolved"]] = np.where(rows["resolved"], "是", "否")
        frame[heads["csat"]] = rows["csat"].astype("Int64")
        write_csv(folder / "客服" / f"千牛会话_{year}.csv", frame, "utf-8-sig")
    names = {"at": "opened_at", "response": "response_seconds"}
    columns = {names.get(column, column): head for column, head in heads.items()}
    return {
        "service_desk": {
            "table": "tickets",
            "match": "千牛会话_*.csv",
            "columns": columns,
            "values": {"resolved": {"是": "yes", "否": "no"}},
            "daily": True,
        }
    }


def _write_reports(folder: Path, business: Business) -> dict[str, dict[str, Any]]:
    rng = np.random.default_rng([business.company.seed, 5])
    sources: dict[str, dict[str, Any]] = {}
    for stem, frame in reports.day_sums(business, rng).items():
        place = REPORT_FILES[stem]
        for year, rows in _years(frame, "day"):
            renamed = rows.rename(columns=HEADS)
            renamed["日期"] = rows["day"].to_numpy().astype("datetime64[D]").astype(str)
            write_csv(folder / f"{place}_{year}.csv", renamed)
        columns = {column: HEADS[column] for column in frame.columns}
        sources[f"{stem}_report"] = {
            "table": "measures_wide",
            "match": f"{place.split('/')[1]}_*.csv",
            "columns": columns,
        }
        if stem in ("traffic", "sales"):
            sources[f"{stem}_report"]["daily"] = True
    stock = reports.stock(business, rng)
    if not business.company.is_shop:
        heads = {"day": "日期", "brand": "品牌", "measure": "度量", "value": "数值"}
        names = {brand.code: brand.zh for brand in business.company.brands}
        stock = stock.assign(
            brand=stock["brand"].map(names),
            day=stock["day"].to_numpy().astype("datetime64[D]").astype(str),
            measure=stock["measure"].map({"stock_held": "日库存金额", "stock_sold": "出库成本"}),
        )
        write_csv(folder / "ERP" / "库存.csv", stock.rename(columns=heads))
        sources["erp_stock"] = {
            "table": "measures",
            "match": "库存.csv",
            "columns": heads,
            "values": {
                "brand": {name: code for code, name in names.items()},
                "measure": {"日库存金额": "stock_held", "出库成本": "stock_sold"},
            },
        }
    return sources


def _write_mapping(
    folder: Path, company: Company, orders: pd.DataFrame, sources: dict[str, dict[str, Any]]
) -> None:
    """Write ``perfboard.toml``: names for what the files speak of, and how to read them."""
    codes = sorted(set(orders["channel"])) if len(orders) else []
    brands = {brand.code: brand for brand in company.brands}
    document: dict[str, Any] = {
        "brand": {
            brand.code: {
                "name": {"zh": brand.zh, "en": brand.en},
                **({"group": brand.price_level} if brand.price_level else {}),
            }
            for brand in company.brands
        },
        "region": {
            code: {"name": {"zh": zh, "en": en}, "group": REGION_TIERS[code]}
            for code, (zh, en) in REGIONS.items()
            if any(seat.region == code for seat in company.seats)
        },
        "department": {
            code: {"name": {"zh": zh, "en": en}} for code, (zh, en) in DEPARTMENTS.items()
        },
        "channel": {code: {"name": _channel_name(code, brands)} for code in codes},
    }
    if company.has("core/user_ops/0"):
        document["template"] = [_user_template()]
    document["source"] = sources
    text = (
        "# How Perfboard reads the files of this folder, and the names of what they speak of.\n\n"
    )
    text += tomli_w.dumps(document, multiline_strings=False)
    (folder / "perfboard.toml").write_text(text, encoding="utf-8")


def _channel_name(code: str, brands: Mapping[str, Any]) -> dict[str, str]:
    platform, _, account = code.partition(":")
    brand, _, country = account.partition("-")
    zh, en = PLATFORM_NAMES[platform]
    ending = f" {country.upper()}" if country else ""
    return {"zh": f"{zh}·{brands[brand].zh}{ending}", "en": f"{en} · {brands[brand].en}{ending}"}


def _user_template() -> dict[str, Any]:
    """From March 2026 core asks its user operations for repurchase above all."""
    weights = (("repurchase", 50, 0.25), ("retention", 25, 0.60), ("aov", 15, 288.0))
    items: list[dict[str, Any]] = [
        {"indicator": code, "weight": weight, "target": target} for code, weight, target in weights
    ]
    items.append({"indicator": "attitude", "weight": 10, "group": "behaviour", "target": 4.0})
    return {"role": "user_ops", "brand": "core", "from": "2026-03", "item": items}
