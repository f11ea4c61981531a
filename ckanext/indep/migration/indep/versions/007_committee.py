"""Meetings of the committee: agenda, attendance, minutes.

Revision ID: indep_007
Revises: indep_006
"""

from __future__ import annotations

revision = "indep_007"
down_revision = "indep_006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
