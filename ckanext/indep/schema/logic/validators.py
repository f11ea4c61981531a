"""The validators of the city's schema, collected for CKAN's registry."""

from __future__ import annotations

from ckanext.indep.schema.logic.presence import (
    indep_keywords,
    indep_required,
    indep_required_to_submit,
)
from ckanext.indep.schema.logic.system import (
    indep_department,
    indep_file_name,
    indep_format,
    indep_identifier,
    indep_link,
    indep_media_type,
    indep_slug,
    indep_storable,
    indep_system_only,
)
from ckanext.indep.schema.logic.terms import indep_term, indep_terms
from ckanext.indep.schema.logic.text import (
    indep_bbox,
    indep_code,
    indep_email,
    indep_json_object,
    indep_number,
    indep_percent,
    indep_text,
    indep_url,
    indep_urls,
)
from ckanext.indep.schema.logic.when import indep_date, indep_not_before

__all__ = [
    "indep_bbox",
    "indep_code",
    "indep_date",
    "indep_department",
    "indep_email",
    "indep_file_name",
    "indep_format",
    "indep_identifier",
    "indep_json_object",
    "indep_keywords",
    "indep_link",
    "indep_media_type",
    "indep_not_before",
    "indep_number",
    "indep_percent",
    "indep_required",
    "indep_required_to_submit",
    "indep_slug",
    "indep_storable",
    "indep_system_only",
    "indep_term",
    "indep_terms",
    "indep_text",
    "indep_url",
    "indep_urls",
]
