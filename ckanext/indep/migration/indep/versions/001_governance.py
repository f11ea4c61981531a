"""Tables and guards of governance.

The guards are the last line: whatever code runs, a package is public only while a
publication says so (visibility), and only with the content that was released (content).

Revision ID: indep_001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "indep_001"
down_revision = None
branch_labels = None
depends_on = None

OPEN = "state IN ('approved', 'changes_requested', 'draft', 'in_review', 'stale', 'submitted')"
APPEND_ONLY = ("indep_revision", "indep_ballot", "indep_comment", "indep_event", "indep_policy")

FUNCTIONS = {
    # One hash over everything of a package that a reader can see; columns by name, so that
    # a column that a later CKAN adds does not change it.
    "indep_fingerprint(pid text) RETURNS text LANGUAGE sql STABLE": """
        SELECT md5(jsonb_build_array(
            (SELECT jsonb_build_array(name, title, version, url, notes, author, author_email,
                    maintainer, maintainer_email, state, license_id, type, owner_org, private,
                    metadata_created, metadata_modified, creator_user_id, extras)
               FROM package WHERE id = pid),
            (SELECT jsonb_agg(jsonb_build_array(id, url, format, description, position, hash,
                    extras, name, resource_type, mimetype, mimetype_inner, size, created,
                    last_modified, cache_url, cache_last_updated, url_type, metadata_modified)
                    ORDER BY position, id)
               FROM resource WHERE package_id = pid AND state = 'active'),
            (SELECT jsonb_agg(tag_id ORDER BY tag_id)
               FROM package_tag WHERE package_id = pid AND state = 'active'),
            (SELECT jsonb_agg(jsonb_build_array(group_id, capacity) ORDER BY group_id, capacity)
               FROM member
              WHERE table_name = 'package' AND table_id = pid AND state = 'active')
        )::text)
    """,
    "indep_guard_visibility() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
          -- The row as it is now, not NEW: several updates may be queued for one statement.
          IF EXISTS (SELECT 1 FROM package p
                      WHERE p.id = NEW.id AND p.state = 'active' AND NOT coalesce(p.private, false))
             AND NOT EXISTS (SELECT 1 FROM indep_publication i
                              WHERE i.package_id = NEW.id AND i.state = 'live') THEN
            RAISE EXCEPTION 'Package % has not been released by governance.', NEW.id
              USING ERRCODE = 'IND01';
          END IF;
          RETURN NULL;
        END
    """,
    "indep_check_content(pid text) RETURNS void LANGUAGE plpgsql": """
        DECLARE stamped text; is_live boolean;
        BEGIN
          SELECT fingerprint, state = 'live' INTO stamped, is_live
            FROM indep_publication WHERE package_id = pid;
          IF is_live AND stamped IS DISTINCT FROM indep_fingerprint(pid) THEN
            RAISE EXCEPTION 'Package % differs from its released revision.', pid
              USING ERRCODE = 'IND02';
          END IF;
        END
    """,
    "indep_guard_content() RETURNS trigger LANGUAGE plpgsql": """
        DECLARE row_now jsonb; row_before jsonb;
        BEGIN
          row_now := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
          row_before := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
          IF row_now IS NOT NULL THEN
            PERFORM indep_check_content(row_now ->> TG_ARGV[0]);
          END IF;
          IF row_before IS NOT NULL
             AND (row_now IS NULL OR row_now ->> TG_ARGV[0] <> row_before ->> TG_ARGV[0]) THEN
            PERFORM indep_check_content(row_before ->> TG_ARGV[0]);
          END IF;
          RETURN NULL;
        END
    """,
    "indep_guard_publication() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
          IF EXISTS (SELECT 1 FROM package p
                      WHERE p.id = OLD.package_id AND p.state = 'active'
                        AND NOT coalesce(p.private, false))
             AND NOT EXISTS (SELECT 1 FROM indep_publication i
                              WHERE i.package_id = OLD.package_id AND i.state = 'live') THEN
            RAISE EXCEPTION 'Package % is still public.', OLD.package_id USING ERRCODE = 'IND01';
          END IF;
          PERFORM indep_check_content(OLD.package_id);
          RETURN NULL;
        END
    """,
    "indep_refuse_change() RETURNS trigger LANGUAGE plpgsql": """
        BEGIN
          RAISE EXCEPTION '% is append-only.', TG_TABLE_NAME USING ERRCODE = 'IND03';
        END
    """,
}

# table -> column with the package's id
GUARDED = {
    "package": "id",
    "resource": "package_id",
    "package_tag": "package_id",
    "member": "table_id",
}


def upgrade() -> None:
    op.create_table(
        "indep_appointment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("appointed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_appointment")),
    )
    op.create_index(
        op.f("ix_indep_appointment_user_id"), "indep_appointment", ["user_id"], unique=False
    )
    op.create_table(
        "indep_ballot",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("ballot", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_ballot")),
    )
    op.create_index(
        op.f("ix_indep_ballot_request_id"), "indep_ballot", ["request_id"], unique=False
    )
    op.create_table(
        "indep_blob",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_indep_blob")),
    )
    op.create_table(
        "indep_change_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("package_type", sa.Text(), nullable=False),
        sa.Column("live_id", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.Text(), nullable=False),
        sa.Column("owner_org", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("base_hash", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.Text(), nullable=True),
        sa.Column("snapshot", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_change_request")),
        sa.UniqueConstraint("number", name=op.f("uq_indep_change_request_number")),
        sa.UniqueConstraint("workspace_id", name=op.f("uq_indep_change_request_workspace_id")),
    )
    op.create_index(
        op.f("ix_indep_change_request_live_id"), "indep_change_request", ["live_id"], unique=False
    )
    op.create_index(
        op.f("ix_indep_change_request_owner_org"),
        "indep_change_request",
        ["owner_org"],
        unique=False,
    )
    op.create_index(
        op.f("ix_indep_change_request_state"), "indep_change_request", ["state"], unique=False
    )
    op.create_index(
        "uq_indep_change_request_open",
        "indep_change_request",
        ["live_id"],
        unique=True,
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "uq_indep_change_request_slug",
        "indep_change_request",
        ["slug"],
        unique=True,
        postgresql_where=sa.text(f"kind = 'create' AND {OPEN}"),
    )
    op.create_table(
        "indep_comment",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_comment")),
    )
    op.create_index(
        op.f("ix_indep_comment_request_id"), "indep_comment", ["request_id"], unique=False
    )
    op.create_table(
        "indep_contributor",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request_id", "user_id", name=op.f("pk_indep_contributor")),
    )
    op.create_index(
        op.f("ix_indep_contributor_user_id"), "indep_contributor", ["user_id"], unique=False
    )
    op.create_table(
        "indep_event",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_event")),
    )
    op.create_index(op.f("ix_indep_event_subject"), "indep_event", ["subject"], unique=False)
    op.create_table(
        "indep_outbox",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_indep_outbox")),
    )
    op.create_table(
        "indep_policy",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_policy")),
    )
    op.create_table(
        "indep_publication",
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column("package_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("first_released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_indep_publication")),
    )
    op.create_table(
        "indep_resource_file",
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("package_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("resource_id", "package_id", name=op.f("pk_indep_resource_file")),
    )
    op.create_table(
        "indep_revision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("live_id", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_revision")),
    )
    op.create_index(op.f("ix_indep_revision_live_id"), "indep_revision", ["live_id"], unique=False)
    op.create_index(
        op.f("ix_indep_revision_request_id"), "indep_revision", ["request_id"], unique=False
    )
    op.create_table(
        "indep_workspace_resource",
        sa.Column("resource_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("live_resource_id", sa.Text(), nullable=False),
        sa.Column("shares_table", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_indep_workspace_resource")),
    )
    op.create_index(
        op.f("ix_indep_workspace_resource_request_id"),
        "indep_workspace_resource",
        ["request_id"],
        unique=False,
    )
    create_guards()


def downgrade() -> None:
    drop_guards()
    op.drop_index(
        op.f("ix_indep_workspace_resource_request_id"), table_name="indep_workspace_resource"
    )
    op.drop_table("indep_workspace_resource")
    op.drop_index(op.f("ix_indep_revision_request_id"), table_name="indep_revision")
    op.drop_index(op.f("ix_indep_revision_live_id"), table_name="indep_revision")
    op.drop_table("indep_revision")
    op.drop_table("indep_resource_file")
    op.drop_table("indep_publication")
    op.drop_table("indep_policy")
    op.drop_table("indep_outbox")
    op.drop_index(op.f("ix_indep_event_subject"), table_name="indep_event")
    op.drop_table("indep_event")
    op.drop_index(op.f("ix_indep_contributor_user_id"), table_name="indep_contributor")
    op.drop_table("indep_contributor")
    op.drop_index(op.f("ix_indep_comment_request_id"), table_name="indep_comment")
    op.drop_table("indep_comment")
    op.drop_index(
        "uq_indep_change_request_slug",
        table_name="indep_change_request",
        postgresql_where=sa.text(f"kind = 'create' AND {OPEN}"),
    )
    op.drop_index(
        "uq_indep_change_request_open",
        table_name="indep_change_request",
        postgresql_where=sa.text(OPEN),
    )
    op.drop_index(op.f("ix_indep_change_request_state"), table_name="indep_change_request")
    op.drop_index(op.f("ix_indep_change_request_owner_org"), table_name="indep_change_request")
    op.drop_index(op.f("ix_indep_change_request_live_id"), table_name="indep_change_request")
    op.drop_table("indep_change_request")
    op.drop_table("indep_blob")
    op.drop_index(op.f("ix_indep_ballot_request_id"), table_name="indep_ballot")
    op.drop_table("indep_ballot")
    op.drop_index(op.f("ix_indep_appointment_user_id"), table_name="indep_appointment")
    op.drop_table("indep_appointment")


def create_guards() -> None:
    for signature, body in FUNCTIONS.items():
        op.execute(f"CREATE OR REPLACE FUNCTION {signature} AS $body${body}$body$")
    op.execute(
        "CREATE CONSTRAINT TRIGGER indep_visibility"
        " AFTER INSERT OR UPDATE OF state, private, type ON package"
        " DEFERRABLE INITIALLY IMMEDIATE"
        " FOR EACH ROW EXECUTE FUNCTION indep_guard_visibility()"
    )
    for table, column in GUARDED.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER indep_content AFTER INSERT OR UPDATE OR DELETE ON {table}"
            " DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW EXECUTE FUNCTION indep_guard_content('{column}')"
        )
    op.execute(
        "CREATE CONSTRAINT TRIGGER indep_publication AFTER UPDATE OR DELETE ON indep_publication"
        " DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION indep_guard_publication()"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER indep_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION indep_refuse_change()"
        )


def drop_guards() -> None:
    for table in GUARDED:
        op.execute(f"DROP TRIGGER IF EXISTS indep_content ON {table}")
    op.execute("DROP TRIGGER IF EXISTS indep_visibility ON package")
    op.execute("DROP TRIGGER IF EXISTS indep_publication ON indep_publication")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER IF EXISTS indep_append_only ON {table}")
    for signature in FUNCTIONS:
        op.execute(f"DROP FUNCTION IF EXISTS {signature.split(' RETURNS')[0]} CASCADE")
