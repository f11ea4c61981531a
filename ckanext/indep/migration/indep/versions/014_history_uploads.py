"""INsight's histories: uploaded files and what was found in them.

Revision ID: indep_014
Revises: indep_013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "indep_014"
down_revision = "indep_013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indep_history_upload",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=True),
        sa.Column("organization", sa.Text(), nullable=False),
        sa.Column("measure_id", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("only_good", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("report", JSONB(), nullable=False),
        sa.Column("problems", JSONB(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_indep_history_upload"),
        sa.CheckConstraint(
            "state IN ('to_check', 'checking', 'checked', 'refused', 'to_load', 'loading',"
            " 'loaded', 'broken', 'expired')",
            name=op.f("ck_indep_history_upload_state"),
        ),
    )
    op.create_index(
        "ix_indep_history_upload_organization",
        "indep_history_upload",
        ["organization", "uploaded_at"],
    )


def downgrade() -> None:
    op.drop_table("indep_history_upload")
