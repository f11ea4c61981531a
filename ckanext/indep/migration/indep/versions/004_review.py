"""Review: conditions, delegations, assignments; more states that hold a dataset.

Revision ID: indep_004
Revises: indep_003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

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


def upgrade() -> None:
    open_states(OPEN)
    op.add_column("indep_change_request", sa.Column("assigned_to", sa.Text()))
    op.add_column("indep_change_request", sa.Column("escalated_at", MOMENT))
    op.add_column("indep_change_request", sa.Column("release_on", MOMENT))
    op.add_column("indep_ballot", sa.Column("cast_by", sa.Text()))
    op.add_column("indep_ballot", sa.Column("meeting_id", sa.Text()))


def downgrade() -> None:
    op.drop_column("indep_ballot", "meeting_id")
    op.drop_column("indep_ballot", "cast_by")
    op.drop_column("indep_change_request", "release_on")
    op.drop_column("indep_change_request", "escalated_at")
    op.drop_column("indep_change_request", "assigned_to")
    open_states(BEFORE)


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
