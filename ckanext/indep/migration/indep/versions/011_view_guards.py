"""Guards of previews and links of what is public, and the sessions that were ended.

The fingerprint of a package takes in its previews (resource views) and its links to other
datasets, so that they too are as they were released, whatever code tries to change them.

Revision ID: indep_011
Revises: indep_010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "indep_011"
down_revision = "indep_010"
branch_labels = None
depends_on = None

# As in indep_001: columns by name, so that one that a later CKAN adds does not change the hash.
WITHOUT_VIEWS = """
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
"""
VIEWS_AND_LINKS = """
            (SELECT jsonb_agg(jsonb_build_array(v.id, v.resource_id, v.title, v.description,
                    v.view_type, v."order", v.config) ORDER BY v.id)
               FROM resource_view v JOIN resource r ON r.id = v.resource_id
              WHERE r.package_id = pid AND r.state = 'active'),
            (SELECT jsonb_agg(jsonb_build_array(id, subject_package_id, object_package_id, type,
                    comment) ORDER BY id)
               FROM package_relationship
              WHERE pid IN (subject_package_id, object_package_id) AND state = 'active')
"""
GUARDS = {
    "indep_guard_view": """
        DECLARE pid text;
        BEGIN
          FOR pid IN SELECT DISTINCT package_id FROM resource
                      WHERE id IN (NEW.resource_id, OLD.resource_id) LOOP
            PERFORM indep_check_content(pid);
          END LOOP;
          RETURN NULL;
        END
    """,
    "indep_guard_link": """
        DECLARE pid text;
        BEGIN
          FOR pid IN SELECT DISTINCT unnest(ARRAY[NEW.subject_package_id, NEW.object_package_id,
                                                  OLD.subject_package_id, OLD.object_package_id])
          LOOP
            PERFORM indep_check_content(pid);
          END LOOP;
          RETURN NULL;
        END
    """,
}
GUARDED = {"resource_view": "indep_guard_view", "package_relationship": "indep_guard_link"}
LINK_ENDS = ("subject_package_id", "object_package_id")


def upgrade() -> None:
    _index_links()
    for name, body in GUARDS.items():
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
            f" AS $body${body}$body$"
        )
    _set_fingerprint(f"{WITHOUT_VIEWS}, {VIEWS_AND_LINKS}")
    for table, name in GUARDED.items():
        op.execute(
            f"CREATE CONSTRAINT TRIGGER indep_content AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    _switch_as_the_others()
    op.create_table(
        "indep_ended_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indep_ended_session")),
    )


def downgrade() -> None:
    op.drop_table("indep_ended_session")
    for table in GUARDED:
        op.execute(f"DROP TRIGGER IF EXISTS indep_content ON {table}")
    _set_fingerprint(WITHOUT_VIEWS)
    for name in GUARDS:
        op.execute(f"DROP FUNCTION IF EXISTS {name}() CASCADE")
    for end in LINK_ENDS:
        op.execute(f"DROP INDEX IF EXISTS indep_package_relationship_{end}")


def _index_links() -> None:
    """CKAN has no index for finding the links of a package; the fingerprint asks for them."""
    for end in LINK_ENDS:
        op.execute(
            f"CREATE INDEX IF NOT EXISTS indep_package_relationship_{end}"
            f" ON package_relationship ({end})"
        )


def _set_fingerprint(parts: str) -> None:
    """Put another fingerprint in force; what was as released before is so after."""
    op.execute(
        "CREATE TEMPORARY TABLE indep_as_released ON COMMIT DROP AS"
        " SELECT package_id FROM indep_publication"
        " WHERE fingerprint = indep_fingerprint(package_id)"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION indep_fingerprint(pid text) RETURNS text LANGUAGE sql STABLE"
        f" AS $body$ SELECT md5(jsonb_build_array({parts})::text) $body$"
    )
    op.execute(
        "UPDATE indep_publication SET fingerprint = indep_fingerprint(package_id)"
        " WHERE package_id IN (SELECT package_id FROM indep_as_released)"
    )
    op.execute("DROP TABLE indep_as_released")
    # Ask the deferred guards now: a table they still have to look at cannot be altered.
    op.execute("SET CONSTRAINTS indep_publication IMMEDIATE")
    op.execute("SET CONSTRAINTS indep_publication DEFERRED")


def _switch_as_the_others() -> None:
    """Where governance is turned off, the new guards are off as well."""
    op.execute(
        """
        DO $$
        DECLARE guarded text;
        BEGIN
          IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'indep_content'
                       AND tgrelid = 'package'::regclass AND tgenabled = 'D') THEN
            FOREACH guarded IN ARRAY ARRAY['resource_view', 'package_relationship'] LOOP
              EXECUTE format('ALTER TABLE %I DISABLE TRIGGER indep_content', guarded);
            END LOOP;
          END IF;
        END $$
        """
    )
