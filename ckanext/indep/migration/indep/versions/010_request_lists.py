"""Lists of change requests: an index that tells who has voted on what.

Revision ID: indep_010
Revises: indep_009
"""

from __future__ import annotations

from alembic import op

revision = "indep_010"
down_revision = "indep_009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_indep_ballot_revision_id_user_id", "indep_ballot", ["revision_id", "user_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_indep_ballot_revision_id_user_id", "indep_ballot")
