"""Scans of files and tables for personal data.

Revision ID: indep_006
Revises: indep_005
"""

from __future__ import annotations

revision = "indep_006"
down_revision = "indep_005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
