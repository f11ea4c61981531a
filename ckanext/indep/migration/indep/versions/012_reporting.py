"""INsight's reporting: sign-off by departments.

Revision ID: indep_012
Revises: indep_011
"""

from __future__ import annotations

revision = "indep_012"
down_revision = "indep_011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
