"""INsight: observations, targets, baselines, commentary, reporting cycles, versions.

Revision ID: indep_002
Revises: indep_001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "indep_002"
down_revision = "indep_001"
branch_labels = None
depends_on = None

NEVER_CHANGED = (
    "indep_insight_version",
    "indep_target",
    "indep_baseline",
    "indep_reporting_cycle",
)
PUBLISHED_ONCE = ("indep_observation", "indep_commentary")

REFUSE = """
CREATE OR REPLACE FUNCTION indep_insight_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % refused: INsight''s record is append-only, add a new revision',
        TG_OP, TG_TABLE_NAME USING ERRCODE = 'IN001';
END $$
"""

# Everything but the two columns of the stamp has to stay as it was.
PUBLISH_ONCE = """
CREATE OR REPLACE FUNCTION indep_insight_publish_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_version IS NULL AND NEW.published_version IS NOT NULL
       AND to_jsonb(OLD) - 'published_version' - 'published_at'
         = to_jsonb(NEW) - 'published_version' - 'published_at'
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'UPDATE of % refused: INsight''s record is append-only, add a new revision',
        TG_TABLE_NAME USING ERRCODE = 'IN001';
END $$
"""


def _identity() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _stamp(name: str) -> sa.Column[Any]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )


def _publication(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("published_version", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["published_version"],
            ["indep_insight_version.id"],
            name=f"fk_{table}_published_version",
        ),
        sa.CheckConstraint(
            "(published_version IS NULL) = (published_at IS NULL)",
            name=op.f(f"ck_{table}_published"),
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "indep_insight_version",
        _identity(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        _stamp("made_at"),
        sa.PrimaryKeyConstraint("id", name="pk_indep_insight_version"),
        sa.CheckConstraint(
            "kind IN ('publication', 'target', 'baseline', 'calendar', 'measure')",
            name=op.f("ck_indep_insight_version_kind"),
        ),
    )
    op.create_index(
        "ix_indep_insight_version_kind_subject", "indep_insight_version", ["kind", "subject"]
    )
    op.create_table(
        "indep_observation",
        _identity(),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("numerator", sa.Numeric(), nullable=True),
        sa.Column("denominator", sa.Numeric(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("margin", sa.Numeric(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("source", JSONB(), nullable=False),
        sa.Column("correction_reason", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        _stamp("recorded_at"),
        *_publication("indep_observation"),
        sa.PrimaryKeyConstraint("id", name="pk_indep_observation"),
        sa.UniqueConstraint(
            "measure_id", "period", "revision", name="uq_indep_observation_measure_id"
        ),
        sa.CheckConstraint(
            "state IN ('reported', 'not_collected', 'suppressed', 'retired')",
            name=op.f("ck_indep_observation_state"),
        ),
        sa.CheckConstraint(
            "(state = 'reported') = (value IS NOT NULL)", name=op.f("ck_indep_observation_value")
        ),
    )
    op.create_index(
        "ix_indep_observation_pending",
        "indep_observation",
        ["period"],
        postgresql_where=sa.text("published_version IS NULL"),
    )
    op.create_table(
        "indep_target",
        _identity(),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("low", sa.Numeric(), nullable=True),
        sa.Column("high", sa.Numeric(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        _stamp("approved_at"),
        sa.PrimaryKeyConstraint("id", name="pk_indep_target"),
        sa.UniqueConstraint("measure_id", "period", "revision", name="uq_indep_target_measure_id"),
        sa.CheckConstraint(
            "(value IS NOT NULL AND low IS NULL AND high IS NULL)"
            " OR (value IS NULL AND low IS NOT NULL AND high IS NOT NULL AND low <= high)",
            name=op.f("ck_indep_target_shape"),
        ),
    )
    op.create_table(
        "indep_baseline",
        _identity(),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("first_period", sa.Text(), nullable=False),
        sa.Column("last_period", sa.Text(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        _stamp("approved_at"),
        sa.PrimaryKeyConstraint("id", name="pk_indep_baseline"),
        sa.UniqueConstraint("measure_id", "revision", name="uq_indep_baseline_measure_id"),
    )
    op.create_table(
        "indep_commentary",
        _identity(),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        _stamp("written_at"),
        *_publication("indep_commentary"),
        sa.PrimaryKeyConstraint("id", name="pk_indep_commentary"),
        sa.UniqueConstraint(
            "measure_id", "period", "revision", name="uq_indep_commentary_measure_id"
        ),
    )
    op.create_table(
        "indep_reporting_cycle",
        _identity(),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("data_due", sa.Date(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("council_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        _stamp("set_at"),
        sa.PrimaryKeyConstraint("id", name="pk_indep_reporting_cycle"),
        sa.UniqueConstraint("period", "revision", name="uq_indep_reporting_cycle_period"),
        sa.CheckConstraint(
            "period_end < data_due AND data_due <= review_on AND review_on <= council_on",
            name=op.f("ck_indep_reporting_cycle_order"),
        ),
    )
    op.execute(REFUSE)
    op.execute(PUBLISH_ONCE)
    for table in NEVER_CHANGED + PUBLISHED_ONCE:
        row_events = "DELETE" if table in PUBLISHED_ONCE else "UPDATE OR DELETE"
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {row_events} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION indep_insight_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION indep_insight_refuse_change()"
        )
    for table in PUBLISHED_ONCE:
        op.execute(
            f"CREATE TRIGGER {table}_publish_once BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION indep_insight_publish_once()"
        )


def downgrade() -> None:
    for table in (
        "indep_reporting_cycle",
        "indep_commentary",
        "indep_baseline",
        "indep_target",
        "indep_observation",
        "indep_insight_version",
    ):
        op.drop_table(table)
    op.execute("DROP FUNCTION indep_insight_publish_once()")
    op.execute("DROP FUNCTION indep_insight_refuse_change()")
