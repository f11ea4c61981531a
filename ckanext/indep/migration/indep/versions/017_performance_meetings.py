"""INsight's performance meetings and what was agreed in them.

Revision ID: indep_017
Revises: indep_016
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "indep_017"
down_revision = "indep_016"
branch_labels = None
depends_on = None

TABLES = ("indep_performance_meeting", "indep_meeting_action", "indep_meeting_action_mark")


def upgrade() -> None:
    op.create_table(
        "indep_performance_meeting",
        _id(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("departments", postgresql.JSONB(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        _when("changed_at"),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'cancelled')",
            name=op.f("ck_indep_performance_meeting_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_performance_meeting")),
        sa.UniqueConstraint("number", "revision", name=op.f("uq_indep_performance_meeting_number")),
    )
    op.create_table(
        "indep_meeting_action",
        _id(),
        sa.Column("meeting", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        _when("recorded_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_meeting_action")),
    )
    op.create_index("ix_indep_meeting_action_department", "indep_meeting_action", ["department"])
    op.create_table(
        "indep_meeting_action_mark",
        _id(),
        sa.Column("action_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.Text(), nullable=False),
        _when("marked_at"),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'dropped')", name=op.f("ck_indep_meeting_action_mark_state")
        ),
        sa.ForeignKeyConstraint(
            ["action_id"],
            ["indep_meeting_action.id"],
            name=op.f("fk_indep_meeting_action_mark_action_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_meeting_action_mark")),
    )
    op.create_index(
        op.f("ix_indep_meeting_action_mark_action_id"), "indep_meeting_action_mark", ["action_id"]
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _when(name: str) -> sa.Column[datetime]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text("clock_timestamp()"),
        nullable=False,
    )
