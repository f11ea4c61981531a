"""INsight's reporting: sign-off by departments, and messages that bring their own sentence.

Revision ID: indep_012
Revises: indep_011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "indep_012"
down_revision = "indep_011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("indep_message", sa.Column("text", sa.Text()))
    op.add_column("indep_message", sa.Column("path", sa.Text()))
    op.create_table(
        "indep_sign_off",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column(
            "signed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_sign_off")),
    )
    op.create_index("ix_indep_sign_off_quarter", "indep_sign_off", ["quarter", "department"])
    op.execute(
        "CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON indep_sign_off"
        " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("indep_sign_off")
    op.drop_column("indep_message", "path")
    op.drop_column("indep_message", "text")
