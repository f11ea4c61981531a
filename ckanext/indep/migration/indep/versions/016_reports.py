"""INsight's council reports and drafts of press releases.

Revision ID: indep_016
Revises: indep_015
"""

from __future__ import annotations

revision = "indep_016"
down_revision = "indep_015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
