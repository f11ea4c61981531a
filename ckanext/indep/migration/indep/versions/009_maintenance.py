"""Maintenance: attestations, reminders, the inbox.

Revision ID: indep_009
Revises: indep_008
"""

from __future__ import annotations

revision = "indep_009"
down_revision = "indep_008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
