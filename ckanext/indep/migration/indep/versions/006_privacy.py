"""Scans of files and tables for personal data.

Revision ID: indep_006
Revises: indep_005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "indep_006"
down_revision = "indep_005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indep_scan",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", JSONB(), nullable=False),
        sa.Column("report", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("findings", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cells", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "requested_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('pending', 'scanning', 'done', 'failed')",
            name=op.f("ck_indep_scan_state"),
        ),
        sa.PrimaryKeyConstraint("subject", "version", name=op.f("pk_indep_scan")),
    )
    op.create_index(op.f("ix_indep_scan_state"), "indep_scan", ["state"])


def downgrade() -> None:
    op.drop_table("indep_scan")
