"""INsight's reporting: sign-off by departments, and messages that bring their own sentence.

Revision ID: indep_012
Revises: indep_011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "indep_012"
down_revision = "indep_011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("indep_message", sa.Column("text", sa.Text()))
    op.add_column("indep_message", sa.Column("path", sa.Text()))


def downgrade() -> None:
    op.drop_column("indep_message", "path")
    op.drop_column("indep_message", "text")
