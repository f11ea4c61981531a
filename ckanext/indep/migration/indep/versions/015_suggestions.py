"""INsight's suggested visualizations.

Revision ID: indep_015
Revises: indep_014
"""

from __future__ import annotations

revision = "indep_015"
down_revision = "indep_014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
