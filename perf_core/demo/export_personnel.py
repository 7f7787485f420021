"""HR's files: people, jobs, pay, targets, marks, breaches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from perf_core.demo import agreements, personnel
from perf_core.demo.company import DEPARTMENTS, REGIONS, ROLE_NAMES, Company
from perf_core.demo.figures import Business
from perf_core.demo.files import write_csv, write_workbook


def axis_values(*kinds: str, company: Company | None = None) -> dict[str, dict[str, str]]:
    """What the files call brands, regions, departments and roles, and their codes."""
    brands = {brand.zh: brand.code for brand in company.brands} if company else {"悦选": "core"}
    tables = {
        "brand": brands,
        "region": {zh: code for code, (zh, _) in REGIONS.items()},
        "department": {zh: code for code, (zh, _) in DEPARTMENTS.items()},
        "role": {zh: code for code, zh in ROLE_NAMES.items()},
    }
    return {kind: tables[kind] for kind in kinds}


def write_personnel(
    folder: Path, business: Business, orders: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    """Write what HR keeps, and give the mapping that reads it."""
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
    write_workbook(folder / "人事" / "员工花名册.xlsx", people.rename(columns=personnel_heads))
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
        write_csv(folder / f"{place}.csv", shown.rename(columns=dict(heads)))
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
        axis_values("role", "brand", "region", "department", **named),
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
        axis_values("brand", **named),
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
        agreements.targets(business),
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
            **axis_values("brand", "role", **named),
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
