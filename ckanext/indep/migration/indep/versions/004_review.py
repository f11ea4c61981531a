"""Review: conditions, delegations, assignments; more states that hold a dataset.

Revision ID: indep_004
Revises: indep_003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "indep_004"
down_revision = "indep_003"
branch_labels = None
depends_on = None

BEFORE = "state IN ('approved', 'changes_requested', 'draft', 'in_review', 'stale', 'submitted')"
OPEN = (
    "state IN ('approved', 'approved_with_conditions', 'changes_requested', 'draft', 'in_review',"
    " 'scheduled', 'stale', 'submitted')"
)
MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = (
    "indep_condition",
    "indep_condition_mark",
    "indep_delegation",
    "indep_delegation_end",
    "indep_checklist",
)
INDEXED = {
    "indep_condition": ("request_id",),
    "indep_condition_mark": ("condition_id",),
    "indep_delegation": ("from_user", "to_user"),
    "indep_checklist": ("request_id",),
}


def upgrade() -> None:
    open_states(OPEN)
    op.add_column("indep_change_request", sa.Column("assigned_to", sa.Text()))
    op.add_column("indep_change_request", sa.Column("escalated_at", MOMENT))
    op.add_column("indep_change_request", sa.Column("release_on", MOMENT))
    op.add_column("indep_ballot", sa.Column("cast_by", sa.Text()))
    op.add_column("indep_ballot", sa.Column("meeting_id", sa.Text()))
    create_tables()
    op.create_table(
        "indep_table_diff",
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("result", postgresql.JSONB(), nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(
            "resource_id", "before", "after", "key", name=op.f("pk_indep_table_diff")
        ),
    )
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("indep_table_diff")
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
    op.drop_column("indep_ballot", "meeting_id")
    op.drop_column("indep_ballot", "cast_by")
    op.drop_column("indep_change_request", "release_on")
    op.drop_column("indep_change_request", "escalated_at")
    op.drop_column("indep_change_request", "assigned_to")
    open_states(BEFORE)


def create_tables() -> None:
    """Create what reviewers and stewards write down besides their votes."""
    op.create_table(
        "indep_condition",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_condition")),
    )
    op.create_table(
        "indep_condition_mark",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("condition_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("marked_by", sa.Text(), nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_condition_mark")),
    )
    op.create_table(
        "indep_delegation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("from_user", sa.Text(), nullable=False),
        sa.Column("to_user", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_delegation")),
    )
    op.create_table(
        "indep_delegation_end",
        sa.Column("delegation_id", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("delegation_id", name=op.f("pk_indep_delegation_end")),
    )
    op.create_table(
        "indep_checklist",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("mitigation", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_checklist")),
    )


def open_states(states: str) -> None:
    """Make the indexes anew that let one open request hold a dataset and an address."""
    for name, column, condition in (
        ("uq_indep_change_request_open", "live_id", states),
        ("uq_indep_change_request_slug", "slug", f"kind = 'create' AND {states}"),
    ):
        op.drop_index(name, table_name="indep_change_request")
        op.create_index(
            name,
            "indep_change_request",
            [column],
            unique=True,
            postgresql_where=sa.text(condition),
        )
