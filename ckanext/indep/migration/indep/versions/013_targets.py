"""INsight's targets: proposals and baseline reviews.

Revision ID: indep_013
Revises: indep_012
"""

from __future__ import annotations

revision = "indep_013"
down_revision = "indep_012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
