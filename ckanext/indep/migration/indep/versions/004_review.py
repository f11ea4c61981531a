"""Review: conditions, delegations, assignments.

Revision ID: indep_004
Revises: indep_003
"""

from __future__ import annotations

revision = "indep_004"
down_revision = "indep_003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
