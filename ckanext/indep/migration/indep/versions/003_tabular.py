"""Uploaded tables: the latest load of each resource's file.

Revision ID: indep_003
Revises: indep_002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "indep_003"
down_revision = "indep_002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indep_table_load",
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text()),
        sa.Column("loaded_sha256", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("report", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column(
            "requested_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True)),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "state IN ('pending', 'loading', 'loaded', 'failed', 'not_a_table')",
            name=op.f("ck_indep_table_load_state"),
        ),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_indep_table_load")),
    )
    op.create_index(op.f("ix_indep_table_load_state"), "indep_table_load", ["state"])


def downgrade() -> None:
    op.drop_table("indep_table_load")
