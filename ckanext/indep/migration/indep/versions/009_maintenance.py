"""Maintenance: attestations, reminders, the inbox.

Revision ID: indep_009
Revises: indep_008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "indep_009"
down_revision = "indep_008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "indep_attestation",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("attested_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_attestation")),
    )
    op.create_index(op.f("ix_indep_attestation_package_id"), "indep_attestation", ["package_id"])
    op.create_table(
        "indep_reminder",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "period", name=op.f("pk_indep_reminder")),
    )
    op.create_table(
        "indep_message",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("request_number", sa.Integer()),
        sa.Column("package_id", sa.Text()),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT),
        sa.Column("mailed_at", MOMENT),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_message")),
    )
    op.create_index("ix_indep_message_inbox", "indep_message", ["user_id", "seq"])
    op.create_index(
        "ix_indep_message_unmailed",
        "indep_message",
        ["user_id"],
        postgresql_where=sa.text("mailed_at IS NULL"),
    )
    op.create_table(
        "indep_mail_preference",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_indep_mail_preference")),
    )
    # Lists of requests begin with what changed last, however many there are.
    op.create_index(
        op.f("ix_indep_change_request_changed_at"), "indep_change_request", ["changed_at"]
    )
    op.execute(
        "CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON indep_attestation"
        " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_indep_change_request_changed_at"), table_name="indep_change_request")
    for table in ("mail_preference", "message", "reminder", "attestation"):
        op.drop_table(f"indep_{table}")
