"""INsight's targets: proposals and baseline reviews.

Revision ID: indep_013
Revises: indep_012
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "indep_013"
down_revision = "indep_012"
branch_labels = None
depends_on = None

TABLES = ("indep_target_proposal", "indep_target_decision")


def upgrade() -> None:
    op.create_table(
        "indep_target_proposal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("last_period", sa.Text(), nullable=True),
        sa.Column("value", sa.Numeric(), nullable=True),
        sa.Column("low", sa.Numeric(), nullable=True),
        sa.Column("high", sa.Numeric(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        _stamp("proposed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_target_proposal")),
        sa.CheckConstraint(
            "kind IN ('target', 'baseline')", name=op.f("ck_indep_target_proposal_kind")
        ),
        sa.CheckConstraint(
            "CASE kind WHEN 'baseline'"
            " THEN last_period IS NOT NULL AND low IS NULL AND high IS NULL"
            " ELSE last_period IS NULL AND ((value IS NOT NULL AND low IS NULL AND high IS NULL)"
            " OR (value IS NULL AND low IS NOT NULL AND high IS NOT NULL AND low <= high)) END",
            name=op.f("ck_indep_target_proposal_shape"),
        ),
    )
    op.create_index(
        "ix_indep_target_proposal_measure_id", "indep_target_proposal", ["measure_id", "period"]
    )
    op.create_table(
        "indep_target_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("proposal_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        _stamp("made_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_target_decision")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["indep_target_proposal.id"],
            name=op.f("fk_indep_target_decision_proposal_id"),
        ),
        sa.CheckConstraint(
            "step IN ('recommend', 'send_back', 'approve', 'decline', 'withdraw', 'note')",
            name=op.f("ck_indep_target_decision_step"),
        ),
        sa.CheckConstraint(
            "(step = 'approve') = (revision IS NOT NULL)",
            name=op.f("ck_indep_target_decision_revision"),
        ),
    )
    op.create_index(
        "ix_indep_target_decision_proposal_id", "indep_target_decision", ["proposal_id"]
    )
    op.create_index(
        "uq_indep_target_decision_closed",
        "indep_target_decision",
        ["proposal_id"],
        unique=True,
        postgresql_where=sa.text("step IN ('send_back', 'approve', 'decline', 'withdraw')"),
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _stamp(name: str) -> sa.Column[datetime]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )
