"""Write the company as the files its systems would export, with the mapping that reads them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import tomli_w

from perf_core.demo import personnel, reports
from perf_core.demo.business import Business, make_business
from perf_core.demo.company import (
    DEPARTMENTS,
    REGIONS,
    ROLE_NAMES,
    Company,
    make_company,
)
from perf_core.demo.raw_rows import make_orders, make_tickets

Progress = Callable[[str, float], None]

_ORDERS: dict[str, dict[str, str]] = {
    # The heads of each platform's order export.
    "tmall": {
        "order_id": "订单编号",
        "at": "订单付款时间",
        "amount": "买家实际支付金额",
        "channel": "店铺名称",
        "employee_id": "负责人工号",
        "buyer": "买家会员名",
        "status": "订单状态",
        "units": "宝贝总数量",
        "updated": "更新时间",
    },
    "jd": {
        "order_id": "订单号",
        "at": "下单时间",
        "amount": "应付金额",
        "channel": "店铺名称",
        "employee_id": "负责人工号",
        "buyer": "下单帐号",
        "status": "订单状态",
        "units": "订购数量",
        "updated": "订单修改时间",
    },
    "pdd": {
        "order_id": "订单号",
        "at": "订单成交时间",
        "amount": "用户实付金额",
        "channel": "店铺名称",
        "employee_id": "负责人工号",
        "buyer": "用户ID",
        "status": "订单状态",
        "units": "商品数量",
        "updated": "更新时间",
    },
    "douyin": {
        "order_id": "主订单编号",
        "at": "支付完成时间",
        "amount": "订单应付金额",
        "channel": "店铺名称",
        "employee_id": "负责人工号",
        "buyer": "买家ID",
        "status": "订单状态",
        "units": "商品数量",
        "updated": "更新时间",
    },
    "wechat": {
        "order_id": "订单号",
        "at": "支付时间",
        "amount": "实付金额",
        "channel": "店铺名称",
        "brand": "品牌",
        "region": "地区",
        "buyer": "用户ID",
        "status": "订单状态",
    },
    "shopify": {
        "order_id": "Name",
        "at": "Created at",
        "amount": "Total",
        "currency": "Currency",
        "channel": "Store",
        "buyer": "Email",
        "status": "Financial Status",
        "units": "Lineitem quantity",
        "updated": "Updated At",
    },
    "amazon": {
        "order_id": "amazon-order-id",
        "at": "purchase-date",
        "amount": "item-price",
        "currency": "currency",
        "channel": "sales-channel",
        "buyer": "buyer-email",
        "status": "order-status",
        "units": "quantity-purchased",
        "updated": "last-updated-date",
    },
}
_PLATFORM_NAMES = {
    "tmall": ("天猫", "Tmall"),
    "jd": ("京东", "JD"),
    "pdd": ("拼多多", "Pinduoduo"),
    "douyin": ("抖音", "Douyin"),
    "wechat": ("微信小程序", "WeChat"),
    "shopify": ("Shopify", "Shopify"),
    "amazon": ("亚马逊", "Amazon"),
}
_STATUS = {"paid": "交易成功", "refunded": "已退款", "cancelled": "已取消", "test": "测试订单"}
_STATUS_EN = {
    "paid": "paid",
    "refunded": "refunded",
    "cancelled": "voided",
    "test": "test",
}
_CANONICAL = {"at": "ordered_at", "buyer": "buyer_id", "updated": "updated_at"}
_REPORT_FILES = {
    "traffic": "生意参谋/流量日报",
    "sales": "销售日报/销售汇总",
    "live": "直播/直播日报",
    "crm": "CRM/会员日报",
    "desk": "客服/投诉日报",
    "desk_sums": "客服/会话日报",
    "design": "设计/需求看板",
    "warehouse": "仓库/发货日报",
}
_HEADS = {
    "day": "日期",
    "employee_id": "员工工号",
    "channel": "店铺",
    "visits": "访客数",
    "paid_visits": "付费访客数",
    "organic_visits": "自然访客数",
    "product_views": "商品浏览量",
    "impressions": "曝光量",
    "clicks": "点击量",
    "carts": "加购人数",
    "ad_spend": "推广花费",
    "campaign_visits": "活动访客数",
    "campaign_orders": "活动订单数",
    "launch_units": "新品销量",
    "orders": "支付订单数",
    "revenue": "支付金额",
    "units": "支付件数",
    "repeat_orders": "老客订单数",
    "refund_orders": "退款订单数",
    "refund_amount": "退款金额",
    "live_gmv": "直播成交金额",
    "viewers": "观看人数",
    "returning_viewers": "老粉观看人数",
    "interactions": "互动次数",
    "new_followers": "新增粉丝数",
    "active_users": "活跃会员数",
    "retained_users": "留存会员数",
    "complaints": "投诉数",
    "complaints_closed": "投诉关闭数",
    "complaint_seconds": "投诉处理秒数",
    "tickets": "会话量",
    "responses": "回复次数",
    "response_seconds": "响应总秒数",
    "resolved_tickets": "已解决数",
    "csat_count": "评价数",
    "csat_satisfied": "满意数",
    "csat_sum": "评价总分",
    "requests": "设计需求数",
    "requests_on_time": "按时交付数",
    "assets": "素材数",
    "assets_reused": "复用素材数",
    "refresh_planned": "视觉升级计划数",
    "refresh_done": "视觉升级完成数",
    "parcels": "发货包裹数",
    "parcels_on_time": "按时发货包裹数",
    "picks": "拣货件数",
    "picks_correct": "拣货正确件数",
}


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
    sources |= _write_personnel(folder, business, orders)
    _write_mapping(folder, company, orders, sources)
    say("Writing personnel files", 1.0)
    return company


def _years(frame: pd.DataFrame, column: str) -> list[tuple[int, pd.DataFrame]]:
    return [(int(year), part) for year, part in frame.groupby(frame[column].dt.year, sort=True)]


def _csv(path: Path, frame: pd.DataFrame, encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sink = io.BytesIO()
    sink.write((",".join(frame.columns) + "\n").encode())
    table = pa.Table.from_pandas(frame, preserve_index=False)
    options = pa_csv.WriteOptions(include_header=False, quoting_style="needed")
    pa_csv.write_csv(table, sink, options)
    content = sink.getvalue()
    if encoding != "utf-8":
        content = content.decode().encode(encoding)
    path.write_bytes(content)


def _text(moments: pd.Series) -> npt.NDArray[np.str_]:
    return np.char.replace(moments.to_numpy().astype("datetime64[s]").astype(str), "T", " ")


def _write_orders(folder: Path, orders: pd.DataFrame) -> dict[str, dict[str, Any]]:
    sources: dict[str, dict[str, Any]] = {}
    if not len(orders):
        return sources
    platform = orders["channel"].str.split(":").str[0]
    for code, heads in _ORDERS.items():
        part = orders[platform == code]
        if not len(part):
            continue
        name, english = _PLATFORM_NAMES[code]
        abroad = code in ("shopify", "amazon")
        for year, rows in _years(part, "at"):
            frame = pd.DataFrame({head: rows[column] for column, head in heads.items()})
            shift = pd.Timedelta(hours=8) if abroad else pd.Timedelta(0)
            ending = "+00:00" if abroad else ""
            for column in ("at", "updated"):
                if column in heads:
                    moments = np.char.add(_text(rows[column] - shift), ending)
                    frame[heads[column]] = moments
            frame[heads["status"]] = rows["status"].map(_STATUS_EN if abroad else _STATUS)
            if "region" in heads:
                frame[heads["brand"]], frame[heads["region"]] = "悦选", REGIONS["gz"][0]
            # Older exports of domestic shops come in the encoding of Excel for Chinese.
            encoding = "gb18030" if code in ("tmall", "jd") else "utf-8-sig"
            _csv(folder / "订单" / f"{name}订单_{year}.csv", frame, encoding)
        columns = {_CANONICAL.get(column, column): head for column, head in heads.items()}
        statuses = _STATUS_EN if abroad else _STATUS
        sources[f"{code}_orders"] = {
            "table": "orders",
            "match": f"{name}订单_*.csv",
            "columns": columns,
            "values": {"status": {theirs: ours for ours, theirs in statuses.items()}},
            "daily": True,
        }
        if "region" in heads:
            sources[f"{code}_orders"]["values"] |= _axis_values("brand", "region")
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
        _csv(folder / "客服" / f"千牛会话_{year}.csv", frame, "utf-8-sig")
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
        place = _REPORT_FILES[stem]
        for year, rows in _years(frame, "day"):
            renamed = rows.rename(columns=_HEADS)
            renamed["日期"] = rows["day"].to_numpy().astype("datetime64[D]").astype(str)
            _csv(folder / f"{place}_{year}.csv", renamed)
        columns = {column: _HEADS[column] for column in frame.columns}
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
        _csv(folder / "ERP" / "库存.csv", stock.rename(columns=heads))
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


def _axis_values(*kinds: str, company: Company | None = None) -> dict[str, dict[str, str]]:
    brands = {brand.zh: brand.code for brand in company.brands} if company else {"悦选": "core"}
    tables = {
        "brand": brands,
        "region": {zh: code for code, (zh, _) in REGIONS.items()},
        "department": {zh: code for code, (zh, _) in DEPARTMENTS.items()},
        "role": {zh: code for code, zh in ROLE_NAMES.items()},
    }
    return {kind: tables[kind] for kind in kinds}


def _write_personnel(
    folder: Path, business: Business, orders: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    company = business.company
    rng = np.random.default_rng([company.seed, 6])
    named = {"company": company}
    indicators = {
        "aov": "客单价",
        "conversion": "转化率",
        "daily_orders": "日均订单量",
        "followers": "新增粉丝数",
        "launch_plan": "新品30天销量",
        "live_gmv": "直播成交额",
        "product_views": "商品页访问量",
        "traffic_growth": "流量增长率",
    }
    measures = {
        "trainings_due": "应完成培训数",
        "trainings_done": "完成培训数",
        "tests_taken": "测验次数",
        "tests_points": "测验总分",
        "tasks_due": "应完成任务数",
        "tasks_done": "完成任务数",
        "overtime_hours": "加班小时数",
    }
    relations = {"同事": "peer", "上级": "manager", "自评": "self"}
    dimensions = {"工作态度": "attitude", "跨部门协作": "collaboration"}
    breaches = {
        "刷单": "fake_orders",
        "账号被封": "account_ban",
        "虚假宣传": "false_advertising",
    }
    states = {"待确认": "proposed", "已确认": "confirmed", "已驳回": "dismissed"}
    personnel_heads = {
        "employee_id": "员工工号",
        "name": "姓名",
        "hire_date": "入职日期",
        "email": "邮箱",
        "leave_date": "离职日期",
        "leave_reason": "离职原因",
        "leave_type": "离职类型",
        "bonus_base": "奖金基数",
    }
    people = personnel.employees(company, rng)
    _workbook(folder / "人事" / "员工花名册.xlsx", people.rename(columns=personnel_heads))
    sources: dict[str, dict[str, Any]] = {
        "hr_people": {
            "table": "employees",
            "match": "员工花名册.xlsx",
            "columns": personnel_heads,
            "values": {"leave_type": {"主动": "voluntary", "被动": "involuntary"}},
        }
    }

    def write(
        source: str,
        table: str,
        place: str,
        frame: pd.DataFrame,
        heads: Mapping[str, str],
        values: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        if not len(frame):
            return
        shown = frame[[column for column in heads if column in frame.columns]].copy()
        for column, pairs in (values or {}).items():
            back = {ours: theirs for theirs, ours in pairs.items()}
            shown[column] = shown[column].map(lambda cell, b=back: b.get(cell, cell))
        for column in shown.columns:
            if len(shown) and isinstance(shown[column].iloc[0], date):
                shown[column] = shown[column].map(lambda d: f"{d:%Y-%m-%d}" if d else "")
        _csv(folder / f"{place}.csv", shown.rename(columns=dict(heads)))
        body: dict[str, Any] = {
            "table": table,
            "match": f"{place.rsplit('/', maxsplit=1)[-1]}.csv",
            "columns": {column: heads[column] for column in shown.columns},
        }
        if values:
            body["values"] = {column: dict(pairs) for column, pairs in values.items()}
        sources[source] = body

    write(
        "hr_jobs",
        "assignments",
        "人事/任职记录",
        personnel.assignments(company),
        {
            "employee_id": "员工工号",
            "from_date": "生效日期",
            "role": "岗位",
            "brand": "品牌",
            "region": "地区",
            "department": "部门",
            "manager_id": "直属上级工号",
        },
        _axis_values("role", "brand", "region", "department", **named),
    )
    write(
        "hr_absences",
        "absences",
        "人事/请假记录",
        personnel.absences(business),
        {
            "employee_id": "员工工号",
            "from_day": "请假开始",
            "to_day": "请假结束",
            "kind": "请假类型",
        },
    )
    write(
        "hr_owners",
        "owners",
        "人事/店铺负责人",
        personnel.owners(company),
        {
            "channel": "店铺账号",
            "employee_id": "负责人工号",
            "from_date": "负责开始日期",
            "to_date": "负责结束日期",
            "brand": "品牌",
        },
        _axis_values("brand", **named),
    )
    write(
        "hr_pay",
        "pay",
        "人事/工资表",
        personnel.pay(business, orders, rng),
        {"employee_id": "员工工号", "month": "月份", "kind": "薪资类型", "amount": "金额"},
        {"kind": {"基本工资": "base", "奖金": "bonus"}},
    )
    write(
        "finance_rates",
        "rates",
        "财务/汇率",
        personnel.rates(business),
        {"month": "月份", "currency": "币种", "rate": "汇率"},
    )
    write(
        "hr_targets",
        "targets",
        "人事/考核目标",
        personnel.targets(business),
        {
            "period": "考核周期",
            "indicator": "指标",
            "value": "目标值",
            "brand": "品牌",
            "role": "岗位",
            "employee_id": "员工工号",
            "reason": "调整原因",
            "revised_on": "调整日期",
        },
        {
            "indicator": {zh: code for code, zh in indicators.items()},
            **_axis_values("brand", "role", **named),
        },
    )
    write(
        "hr_ratings",
        "ratings",
        "人事/互评",
        personnel.ratings(business, rng),
        {
            "period": "考核周期",
            "ratee_id": "被评价人工号",
            "rater_id": "评价人工号",
            "relation": "评价关系",
            "dimension": "评价维度",
            "score": "评分",
        },
        {"relation": relations, "dimension": dimensions},
    )
    write(
        "hr_courses",
        "measures",
        "人事/培训与任务",
        personnel.courses(business, rng),
        {"day": "日期", "employee_id": "员工工号", "measure": "度量", "value": "数值"},
        {"measure": {zh: code for code, zh in measures.items()}},
    )
    write(
        "hr_breaches",
        "veto_events",
        "人事/违规记录",
        personnel.veto_events(company),
        {
            "event_id": "违规编号",
            "day": "发生日期",
            "employee_id": "员工工号",
            "kind": "违规类型",
            "source": "来源",
            "note": "说明",
            "status": "处理状态",
        },
        {"kind": breaches, "status": states},
    )
    return sources


def _workbook(path: Path, frame: pd.DataFrame) -> None:
    """Write one sheet with a title row above the heads, as HR systems do; dates stay dates."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    # The moment of making would make every file another one.
    book.set_properties({"created": datetime(2026, 6, 17, tzinfo=UTC)})
    sheet = book.add_worksheet("员工花名册")
    bold = book.add_format({"bold": True, "align": "center"})
    sheet.merge_range(0, 0, 0, len(frame.columns) - 1, "员工花名册（截至 2026-06-17）", bold)
    sheet.write_row(1, 0, list(frame.columns), bold)
    for number, row in enumerate(frame.itertuples(index=False), start=2):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, column, datetime(cell.year, cell.month, cell.day))  # noqa: DTZ001
            elif cell is not None and cell == cell:  # noqa: PLR0124
                sheet.write(number, column, cell)
    sheet.set_column(0, len(frame.columns) - 1, 14)
    book.close()


def _write_mapping(
    folder: Path, company: Company, orders: pd.DataFrame, sources: dict[str, dict[str, Any]]
) -> None:
    """Write ``perfboard.toml``: names for what the files speak of, and how to read them."""
    codes = sorted(set(orders["channel"])) if len(orders) else []
    brands = {brand.code: brand for brand in company.brands}
    document: dict[str, Any] = {
        "brand": {
            brand.code: {"name": {"zh": brand.zh, "en": brand.en}} for brand in company.brands
        },
        "region": {
            code: {"name": {"zh": zh, "en": en}}
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
    zh, en = _PLATFORM_NAMES[platform]
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
