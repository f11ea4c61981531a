"""Meetings of the committee: agenda, attendance, minutes.

Revision ID: indep_007
Revises: indep_006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "indep_007"
down_revision = "indep_006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indep_meeting",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("online_url", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("called_by", sa.Text(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("agenda_posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("good_cause", sa.Text(), nullable=False),
        sa.Column("cancel_reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adjourned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("members", postgresql.JSONB(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("minutes_seq", sa.BigInteger(), nullable=True),
        sa.Column("minutes_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_approved_by", sa.Text(), nullable=True),
        sa.Column("minutes_approved_at_meeting", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_meeting")),
        sa.UniqueConstraint("number", name=op.f("uq_indep_meeting_number")),
    )
    for column in ("starts_at", "state"):
        op.create_index(op.f(f"ix_indep_meeting_{column}"), "indep_meeting", [column])
    op.create_table(
        "indep_agenda_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("presenter", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=True),
        sa.Column("seconded_by", sa.Text(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_agenda_item")),
        sa.UniqueConstraint(
            "meeting_id", "request_id", name=op.f("uq_indep_agenda_item_meeting_id")
        ),
    )
    op.create_index(op.f("ix_indep_agenda_item_request_id"), "indep_agenda_item", ["request_id"])
    op.create_table(
        "indep_attendance",
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("meeting_id", "user_id", name=op.f("pk_indep_attendance")),
    )
    op.create_table(
        "indep_minutes",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("meeting_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_minutes")),
        sa.UniqueConstraint("meeting_id", "version", name=op.f("uq_indep_minutes_meeting_id")),
    )
    op.execute(
        "CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON indep_minutes"
        " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("indep_minutes")
    op.drop_table("indep_attendance")
    op.drop_index(op.f("ix_indep_agenda_item_request_id"), table_name="indep_agenda_item")
    op.drop_table("indep_agenda_item")
    for column in ("state", "starts_at"):
        op.drop_index(op.f(f"ix_indep_meeting_{column}"), table_name="indep_meeting")
    op.drop_table("indep_meeting")
