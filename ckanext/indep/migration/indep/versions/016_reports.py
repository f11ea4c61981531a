"""INsight's council reports that were made as PDF.

Revision ID: indep_016
Revises: indep_015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "indep_016"
down_revision = "indep_015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indep_report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("measures", JSONB(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column(
            "made_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_report")),
    )
    op.create_index("ix_indep_report_quarter", "indep_report", ["quarter", "language", "id"])
    op.execute(
        "CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON indep_report"
        " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("indep_report")
