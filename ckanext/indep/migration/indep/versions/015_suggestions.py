"""INsight's suggested visualizations, and the pictures of its charts.

Revision ID: indep_015
Revises: indep_014
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "indep_015"
down_revision = "indep_014"
branch_labels = None
depends_on = None

APPEND_ONLY = ("indep_suggestion", "indep_suggestion_decision")
REPLACED = ("indep_suggestion_drawing", "indep_chart_picture")


def upgrade() -> None:
    op.create_table(
        "indep_suggestion",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("specification", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("suggested_by", sa.Text(), nullable=False),
        _stamp("suggested_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_suggestion")),
    )
    op.create_index("ix_indep_suggestion_measure_id", "indep_suggestion", ["measure_id"])
    op.create_table(
        "indep_suggestion_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("suggestion_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        _stamp("made_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_suggestion_decision")),
        _of_suggestion("indep_suggestion_decision"),
        sa.UniqueConstraint(
            "suggestion_id", "step", name=op.f("uq_indep_suggestion_decision_suggestion_id")
        ),
        sa.CheckConstraint(
            "step IN ('accept', 'decline', 'withdraw', 'retire')",
            name=op.f("ck_indep_suggestion_decision_step"),
        ),
    )
    op.create_index(
        "uq_indep_suggestion_decision_decided",
        "indep_suggestion_decision",
        ["suggestion_id"],
        unique=True,
        postgresql_where=sa.text("step <> 'retire'"),
    )
    op.create_table(
        "indep_suggestion_drawing",
        sa.Column("suggestion_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source_sha256", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("wide", sa.Text(), nullable=True),
        sa.Column("narrow", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        _stamp("drawn_at"),
        sa.PrimaryKeyConstraint("suggestion_id", name=op.f("pk_indep_suggestion_drawing")),
        _of_suggestion("indep_suggestion_drawing"),
        sa.CheckConstraint(
            "(wide IS NULL) = (narrow IS NULL) AND (wide IS NULL) <> (problem IS NULL)",
            name=op.f("ck_indep_suggestion_drawing_outcome"),
        ),
    )
    op.create_table(
        "indep_chart_picture",
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("drawing_sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _stamp("made_at"),
        sa.PrimaryKeyConstraint(
            "measure_id", "kind", "language", name=op.f("pk_indep_chart_picture")
        ),
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
        )


def downgrade() -> None:
    for table in (*reversed(REPLACED), *reversed(APPEND_ONLY)):
        op.drop_table(table)


def _of_suggestion(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["suggestion_id"], ["indep_suggestion.id"], name=op.f(f"fk_{table}_suggestion_id")
    )


def _stamp(name: str) -> sa.Column[datetime]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )
