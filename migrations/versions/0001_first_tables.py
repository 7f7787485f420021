"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", "from_day"),
    )
    op.create_table(
        "assignments",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("manager_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", "from_date"),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignments_manager_id"), ["manager_id"], unique=False)

    op.create_table(
        "axis_values",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("earns", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code"),
    )
    op.create_table(
        "daily_measures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("credited_to", sa.String(), server_default="", nullable=False),
        sa.Column("orders", sa.Double(), nullable=True),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        sa.Column("units", sa.Double(), nullable=True),
        sa.Column("repeat_orders", sa.Double(), nullable=True),
        sa.Column("refund_orders", sa.Double(), nullable=True),
        sa.Column("refund_amount", sa.BigInteger(), nullable=True),
        sa.Column("tickets", sa.Double(), nullable=True),
        sa.Column("response_seconds", sa.Double(), nullable=True),
        sa.Column("responses", sa.Double(), nullable=True),
        sa.Column("resolved_tickets", sa.Double(), nullable=True),
        sa.Column("csat_sum", sa.Double(), nullable=True),
        sa.Column("csat_count", sa.Double(), nullable=True),
        sa.Column("csat_satisfied", sa.Double(), nullable=True),
        sa.Column("visits", sa.Double(), nullable=True),
        sa.Column("paid_visits", sa.Double(), nullable=True),
        sa.Column("organic_visits", sa.Double(), nullable=True),
        sa.Column("product_views", sa.Double(), nullable=True),
        sa.Column("impressions", sa.Double(), nullable=True),
        sa.Column("clicks", sa.Double(), nullable=True),
        sa.Column("carts", sa.Double(), nullable=True),
        sa.Column("ad_spend", sa.BigInteger(), nullable=True),
        sa.Column("new_followers", sa.Double(), nullable=True),
        sa.Column("interactions", sa.Double(), nullable=True),
        sa.Column("active_users", sa.Double(), nullable=True),
        sa.Column("retained_users", sa.Double(), nullable=True),
        sa.Column("live_gmv", sa.BigInteger(), nullable=True),
        sa.Column("viewers", sa.Double(), nullable=True),
        sa.Column("returning_viewers", sa.Double(), nullable=True),
        sa.Column("campaign_orders", sa.Double(), nullable=True),
        sa.Column("campaign_visits", sa.Double(), nullable=True),
        sa.Column("launch_units", sa.Double(), nullable=True),
        sa.Column("complaints", sa.Double(), nullable=True),
        sa.Column("complaint_seconds", sa.Double(), nullable=True),
        sa.Column("complaints_closed", sa.Double(), nullable=True),
        sa.Column("requests", sa.Double(), nullable=True),
        sa.Column("requests_on_time", sa.Double(), nullable=True),
        sa.Column("assets", sa.Double(), nullable=True),
        sa.Column("assets_reused", sa.Double(), nullable=True),
        sa.Column("refresh_done", sa.Double(), nullable=True),
        sa.Column("refresh_planned", sa.Double(), nullable=True),
        sa.Column("tests_points", sa.Double(), nullable=True),
        sa.Column("tests_taken", sa.Double(), nullable=True),
        sa.Column("trainings_done", sa.Double(), nullable=True),
        sa.Column("trainings_due", sa.Double(), nullable=True),
        sa.Column("tasks_done", sa.Double(), nullable=True),
        sa.Column("tasks_due", sa.Double(), nullable=True),
        sa.Column("overtime_hours", sa.Double(), nullable=True),
        sa.Column("parcels", sa.Double(), nullable=True),
        sa.Column("parcels_on_time", sa.Double(), nullable=True),
        sa.Column("picks", sa.Double(), nullable=True),
        sa.Column("picks_correct", sa.Double(), nullable=True),
        sa.Column("stock_sold", sa.BigInteger(), nullable=True),
        sa.Column("stock_held", sa.BigInteger(), nullable=True),
        sa.Column("own", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("day", "employee_id", "brand", "region", "channel", "currency"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("daily_measures", schema=None) as batch_op:
        batch_op.create_index("ix_daily_measures_credited", ["credited_to", "day"], unique=False)

    op.create_table(
        "employees",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hire_date", sa.Date(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("leave_date", sa.Date(), nullable=True),
        sa.Column("leave_reason", sa.String(), nullable=False),
        sa.Column("leave_type", sa.String(), nullable=False),
        sa.Column("bonus_base_e4", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("employee_id"),
    )
    op.create_table(
        "goals",
        sa.Column("goal_id", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("parent_id", sa.String(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("start_value", sa.Double(), nullable=True),
        sa.Column("target_value", sa.Double(), nullable=True),
        sa.Column("current_value", sa.Double(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("goal_id"),
    )
    op.create_table(
        "indicators",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("formula", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("benchmark", sa.Double(), nullable=True),
        sa.Column("caution", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "loads",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("load_id"),
    )
    op.create_table(
        "measures",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "monthly_measures",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("orders", sa.Double(), nullable=True),
        sa.Column("revenue", sa.BigInteger(), nullable=True),
        sa.Column("units", sa.Double(), nullable=True),
        sa.Column("repeat_orders", sa.Double(), nullable=True),
        sa.Column("refund_orders", sa.Double(), nullable=True),
        sa.Column("refund_amount", sa.BigInteger(), nullable=True),
        sa.Column("tickets", sa.Double(), nullable=True),
        sa.Column("response_seconds", sa.Double(), nullable=True),
        sa.Column("responses", sa.Double(), nullable=True),
        sa.Column("resolved_tickets", sa.Double(), nullable=True),
        sa.Column("csat_sum", sa.Double(), nullable=True),
        sa.Column("csat_count", sa.Double(), nullable=True),
        sa.Column("csat_satisfied", sa.Double(), nullable=True),
        sa.Column("visits", sa.Double(), nullable=True),
        sa.Column("paid_visits", sa.Double(), nullable=True),
        sa.Column("organic_visits", sa.Double(), nullable=True),
        sa.Column("product_views", sa.Double(), nullable=True),
        sa.Column("impressions", sa.Double(), nullable=True),
        sa.Column("clicks", sa.Double(), nullable=True),
        sa.Column("carts", sa.Double(), nullable=True),
        sa.Column("ad_spend", sa.BigInteger(), nullable=True),
        sa.Column("new_followers", sa.Double(), nullable=True),
        sa.Column("interactions", sa.Double(), nullable=True),
        sa.Column("active_users", sa.Double(), nullable=True),
        sa.Column("retained_users", sa.Double(), nullable=True),
        sa.Column("live_gmv", sa.BigInteger(), nullable=True),
        sa.Column("viewers", sa.Double(), nullable=True),
        sa.Column("returning_viewers", sa.Double(), nullable=True),
        sa.Column("campaign_orders", sa.Double(), nullable=True),
        sa.Column("campaign_visits", sa.Double(), nullable=True),
        sa.Column("launch_units", sa.Double(), nullable=True),
        sa.Column("complaints", sa.Double(), nullable=True),
        sa.Column("complaint_seconds", sa.Double(), nullable=True),
        sa.Column("complaints_closed", sa.Double(), nullable=True),
        sa.Column("requests", sa.Double(), nullable=True),
        sa.Column("requests_on_time", sa.Double(), nullable=True),
        sa.Column("assets", sa.Double(), nullable=True),
        sa.Column("assets_reused", sa.Double(), nullable=True),
        sa.Column("refresh_done", sa.Double(), nullable=True),
        sa.Column("refresh_planned", sa.Double(), nullable=True),
        sa.Column("tests_points", sa.Double(), nullable=True),
        sa.Column("tests_taken", sa.Double(), nullable=True),
        sa.Column("trainings_done", sa.Double(), nullable=True),
        sa.Column("trainings_due", sa.Double(), nullable=True),
        sa.Column("tasks_done", sa.Double(), nullable=True),
        sa.Column("tasks_due", sa.Double(), nullable=True),
        sa.Column("overtime_hours", sa.Double(), nullable=True),
        sa.Column("parcels", sa.Double(), nullable=True),
        sa.Column("parcels_on_time", sa.Double(), nullable=True),
        sa.Column("picks", sa.Double(), nullable=True),
        sa.Column("picks_correct", sa.Double(), nullable=True),
        sa.Column("stock_sold", sa.BigInteger(), nullable=True),
        sa.Column("stock_held", sa.BigInteger(), nullable=True),
        sa.Column("own", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.PrimaryKeyConstraint("month", "employee_id", "brand", "region", "channel", "currency"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notes",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("corrects_id", sa.String(), nullable=False),
        sa.Column("warning_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("note_id"),
    )
    op.create_table(
        "owners",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("to_date", sa.Date(), nullable=True),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "from_date"),
    )
    op.create_table(
        "pay",
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_e4", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("employee_id", "month", "kind"),
    )
    op.create_table(
        "rates",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("rate", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("month", "currency"),
    )
    op.create_table(
        "ratings",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("ratee_id", sa.String(), nullable=False),
        sa.Column("rater_id", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("period", "ratee_id", "rater_id", "dimension"),
    )
    op.create_table(
        "rules",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("limit", sa.Double(), nullable=True),
        sa.Column("tell", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", "brand", "role", "indicator"),
    )
    op.create_table(
        "settings",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "source_mappings",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("body", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "store_info",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "targets",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("revised_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "period", "indicator", "employee_id", "brand", "role", "revised_on"
        ),
    )
    op.create_table(
        "tasks",
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("goal_id", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task_id"),
    )
    op.create_table(
        "templates",
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(), nullable=False),
        sa.Column("curve", sa.String(), nullable=False),
        sa.Column("no_data", sa.String(), nullable=False),
        sa.Column("kpi_share", sa.Double(), nullable=False),
        sa.Column("review_weights", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("items", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("role", "brand", "valid_from"),
    )
    op.create_table(
        "title_roles",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("title"),
    )
    op.create_table(
        "trainings",
        sa.Column("training_id", sa.String(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("course", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("training_id"),
    )
    op.create_table(
        "veto_events",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("employee_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    with op.batch_alter_table("veto_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_veto_events_employee_id"), ["employee_id"], unique=False
        )

    op.create_table(
        "load_changes",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("touched", sa.LargeBinary(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"]),
        sa.PrimaryKeyConstraint("load_id", "table"),
    )
    op.create_table(
        "load_files",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("loaded", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("rejected", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("notes", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("set_aside", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"]),
        sa.PrimaryKeyConstraint("load_id", "position"),
    )
    op.create_table(
        "load_measures",
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"]),
        sa.PrimaryKeyConstraint("load_id", "source", "table", "measure"),
    )
    op.create_table(
        "raw_parts",
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["loads.load_id"]),
        sa.PrimaryKeyConstraint("part_id"),
    )
    with op.batch_alter_table("raw_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raw_parts_load_id"), ["load_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("raw_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_raw_parts_load_id"))

    op.drop_table("raw_parts")
    op.drop_table("load_measures")
    op.drop_table("load_files")
    op.drop_table("load_changes")
    with op.batch_alter_table("veto_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_veto_events_employee_id"))

    op.drop_table("veto_events")
    op.drop_table("trainings")
    op.drop_table("title_roles")
    op.drop_table("templates")
    op.drop_table("tasks")
    op.drop_table("targets")
    op.drop_table("store_info")
    op.drop_table("source_mappings")
    op.drop_table("settings")
    op.drop_table("rules")
    op.drop_table("ratings")
    op.drop_table("rates")
    op.drop_table("pay")
    op.drop_table("owners")
    op.drop_table("notes")
    op.drop_table("monthly_measures")
    op.drop_table("measures")
    op.drop_table("loads")
    op.drop_table("indicators")
    op.drop_table("goals")
    op.drop_table("employees")
    with op.batch_alter_table("daily_measures", schema=None) as batch_op:
        batch_op.drop_index("ix_daily_measures_credited")

    op.drop_table("daily_measures")
    op.drop_table("axis_values")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignments_manager_id"))

    op.drop_table("assignments")
    op.drop_table("absences")
