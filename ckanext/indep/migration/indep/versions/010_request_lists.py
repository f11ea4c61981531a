"""Lists of change requests: indexes.

Revision ID: indep_010
Revises: indep_009
"""

from __future__ import annotations

revision = "indep_010"
down_revision = "indep_009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
