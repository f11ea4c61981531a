"""The inventory of holdings, and residents' requests for data.

Revision ID: indep_008
Revises: indep_007
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "indep_008"
down_revision = "indep_007"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "indep_holding_version",
    "indep_data_request_answer",
    "indep_data_request_event",
)
TABLES = (
    "indep_holding",
    "indep_holding_version",
    "indep_data_request",
    "indep_data_request_answer",
    "indep_data_request_second",
    "indep_data_request_event",
)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "indep_holding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *_text("owner_org", "title", "description", "status"),
        sa.Column("planned_on", sa.Date(), nullable=True),
        *_text("withheld_reason", "withheld_law", "public_note"),
        sa.Column("package_id", sa.Text(), nullable=True),
        *_text("format", "volume", "update_frequency"),
        *_text("source_system", "steward", "classification", "internal_notes"),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at"),
        _moment("changed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_holding")),
    )
    for column in ("owner_org", "status", "package_id"):
        op.create_index(op.f(f"ix_indep_holding_{column}"), "indep_holding", [column])
    op.create_table(
        "indep_holding_version",
        sa.Column("holding_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        *_text("actor"),
        _moment("at"),
        sa.PrimaryKeyConstraint("holding_id", "version", name=op.f("pk_indep_holding_version")),
    )
    op.create_table(
        "indep_data_request",
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        *_text("title", "question"),
        sa.Column("edited", sa.Boolean(), nullable=False),
        *_text("wanted_format", "why", "requester_name", "requester_email", "language", "state"),
        sa.Column("owner_org", sa.Text(), nullable=True),
        sa.Column("holding_id", sa.BigInteger(), nullable=True),
        sa.Column("package_id", sa.Text(), nullable=True),
        sa.Column("change_request", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        _moment("received_at"),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        _moment("changed_at"),
        sa.Column("receipt_mailed", sa.Boolean(), nullable=False),
        sa.Column("mailed_answer", sa.BigInteger(), nullable=False),
        sa.Column("mail_failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_indep_data_request")),
    )
    op.create_index(
        "ix_indep_data_request_days",
        "indep_data_request",
        ["state", "answered_on", "received_on"],
    )
    for column in ("received_at", "owner_org", "merged_into"):
        op.create_index(f"ix_indep_data_request_{column}", "indep_data_request", [column])
    op.create_table(
        "indep_data_request_answer",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_number", sa.Integer(), nullable=False),
        *_text("outcome", "text"),
        sa.Column("package_id", sa.Text(), nullable=True),
        *_text("actor"),
        _moment("at"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_data_request_answer")),
    )
    op.create_table(
        "indep_data_request_second",
        sa.Column("request_number", sa.Integer(), nullable=False),
        *_text("voter"),
        sa.PrimaryKeyConstraint(
            "request_number", "voter", name=op.f("pk_indep_data_request_second")
        ),
    )
    op.create_table(
        "indep_data_request_event",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_number", sa.Integer(), nullable=False),
        *_text("event", "actor"),
        sa.Column("data", JSONB(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_data_request_event")),
    )
    for table in ("indep_data_request_answer", "indep_data_request_event"):
        op.create_index(op.f(f"ix_{table}_request_number"), table, ["request_number"])
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
        )
    # How long decisions take is counted from the audit log.
    op.create_index("ix_indep_event_event_at", "indep_event", ["event", "at"])


def downgrade() -> None:
    op.drop_index("ix_indep_event_event_at", table_name="indep_event")
    for table in reversed(TABLES):
        op.drop_table(table)
