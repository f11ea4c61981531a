"""The inventory of holdings, and residents' requests for data.

Revision ID: indep_008
Revises: indep_007
"""

from __future__ import annotations

revision = "indep_008"
down_revision = "indep_007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
