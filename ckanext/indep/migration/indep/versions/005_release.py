"""Release: audiences, schedules, ratifications, retirement.

What is released to city staff keeps to its revision as what is public does; and it can never
be public, as only a live publication lets a package be.

Revision ID: indep_005
Revises: indep_004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "indep_005"
down_revision = "indep_004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

CHECK_CONTENT = """
    CREATE OR REPLACE FUNCTION indep_check_content(pid text) RETURNS void LANGUAGE plpgsql AS $body$
        DECLARE stamped text; is_shown boolean;
        BEGIN
          SELECT fingerprint, {shown} INTO stamped, is_shown
            FROM indep_publication WHERE package_id = pid;
          IF is_shown AND stamped IS DISTINCT FROM indep_fingerprint(pid) THEN
            RAISE EXCEPTION 'Package % differs from its released revision.', pid
              USING ERRCODE = 'IND02';
          END IF;
        END
    $body$
"""


def upgrade() -> None:
    op.execute(CHECK_CONTENT.format(shown="state IN ('live', 'staff')"))
    op.create_table(
        "indep_ratification",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("electorate", postgresql.JSONB(), nullable=False),
        sa.Column("quorum", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_ratification")),
        sa.UniqueConstraint("number", name=op.f("uq_indep_ratification_number")),
    )
    for column in ("package_id", "request_id", "state"):
        op.create_index(op.f(f"ix_indep_ratification_{column}"), "indep_ratification", [column])
    op.create_table(
        "indep_ratification_ballot",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ratification_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("ballot", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cast_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_ratification_ballot")),
    )
    op.create_index(
        op.f("ix_indep_ratification_ballot_ratification_id"),
        "indep_ratification_ballot",
        ["ratification_id"],
    )
    op.execute(
        "CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON indep_ratification_ballot"
        " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("indep_ratification_ballot")
    op.drop_table("indep_ratification")
    op.execute(CHECK_CONTENT.format(shown="state = 'live'"))
