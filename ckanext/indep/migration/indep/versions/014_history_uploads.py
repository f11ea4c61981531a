"""INsight's histories: uploaded files and what was found in them.

Revision ID: indep_014
Revises: indep_013
"""

from __future__ import annotations

revision = "indep_014"
down_revision = "indep_013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
