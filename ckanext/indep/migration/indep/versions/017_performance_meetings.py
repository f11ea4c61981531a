"""INsight's performance meetings and what was agreed in them.

Revision ID: indep_017
Revises: indep_016
"""

from __future__ import annotations

revision = "indep_017"
down_revision = "indep_016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
