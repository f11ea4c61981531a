"""Release: audiences, schedules, ratifications, retirement.

Revision ID: indep_005
Revises: indep_004
"""

from __future__ import annotations

revision = "indep_005"
down_revision = "indep_004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
