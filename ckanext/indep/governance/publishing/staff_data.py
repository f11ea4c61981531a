"""Data for city staff, found in PostgreSQL.

It is not in the search engine: facet counts, suggestions and some query functions there tell of
every word in the index, whatever the permission labels say. Here only who was let in asks.
"""

from __future__ import annotations

from typing import Any

import ckan.model as ckan_model
from sqlalchemy import func, literal_column, select

from ckanext.indep.governance import audiences
from ckanext.indep.governance.model import Publication, Revision

__all__ = ["search"]

ENGLISH = literal_column("'english'::regconfig")
EXCERPT = 300


def search(words: str, department: str, start: int, rows: int) -> dict[str, Any]:
    """Return what is released to city staff and has all `words`, best match first.

    `department` is the name of one, or empty for all. Titles, descriptions, keywords and the
    names of files are searched; fields that are never published are not. The counts by
    department are of all that has the words.
    """
    session = ckan_model.Session
    group, package = ckan_model.Group, ckan_model.Package
    text = _text()
    query = func.websearch_to_tsquery(ENGLISH, words)
    found = [Publication.state == audiences.STAFF, package.state == "active"]
    if words.strip():
        found.append(func.to_tsvector(ENGLISH, text).op("@@")(query))
    joined = (
        select(group.name, group.title, func.count())
        .select_from(Publication)
        .join(Revision, Revision.id == Publication.revision_id)
        .join(package, package.id == Publication.package_id)
        .join(group, group.id == package.owner_org)
        .where(*found)
        .group_by(group.name, group.title)
        .order_by(group.title)
    )
    departments = [
        {"name": name, "title": title or name, "count": count}
        for name, title, count in session.execute(joined)
    ]
    wanted = [d for d in departments if not department or d["name"] == department]
    hits = session.execute(
        select(package, group.title, Revision.content, Publication.released_at)
        .select_from(Publication)
        .join(Revision, Revision.id == Publication.revision_id)
        .join(package, package.id == Publication.package_id)
        .join(group, group.id == package.owner_org)
        .where(*found, group.name.in_([d["name"] for d in wanted]))
        .order_by(func.ts_rank(func.to_tsvector(ENGLISH, text), query).desc(), package.title)
        .offset(start)
        .limit(rows)
    )
    return {
        "count": sum(d["count"] for d in wanted),
        "departments": departments,
        "results": [
            {
                "id": found_package.id,
                "name": found_package.name,
                "type": found_package.type,
                "title": found_package.title,
                "notes": str(content.get("notes", ""))[:EXCERPT],
                "department": title,
                "formats": sorted({r["format"] for r in content["resources"] if r.get("format")}),
                "released_at": released_at.isoformat(),
            }
            for found_package, title, content, released_at in hits
        ],
    }


def _text() -> Any:
    content = Revision.content
    names = func.jsonb_path_query_array(content, literal_column("'$.resources[*].name'::jsonpath"))
    parts = (content["title"].astext, content["notes"].astext, content["tags"], names)
    return func.concat_ws(" ", *parts)
