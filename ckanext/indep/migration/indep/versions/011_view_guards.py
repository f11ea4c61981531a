"""Guards of previews and links of what is public.

Revision ID: indep_011
Revises: indep_010
"""

from __future__ import annotations

revision = "indep_011"
down_revision = "indep_010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
