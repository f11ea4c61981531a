"""What templates get from the schema."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.indep.schema import fields, helpers

PACKAGE: dict[str, Any] = {
    "type": "dataset",
    "title": "Code cases",
    "notes": "Cases",
    "theme": ["finance", "utilities"],
    "license_id": "cc-by",
    "contact_email": "data@example.org",
    "references": ["https://example.org/a"],
    "modified": "2026-07-01",
    "limitations": "",
    "steward": "canary",
    "retention": "canary",
}


@pytest.mark.usefixtures("with_plugins", "with_request_context")
class TestRows:
    def rows(self, **changes: Any) -> dict[str, helpers.Row]:
        return {row.name: row for row in helpers.indep_field_rows({**PACKAGE, **changes})}

    def test_staff_only_fields_are_left_out(self):
        assert not self.rows().keys() & fields.staff_only("dataset")

    def test_empty_fields_and_what_the_page_shows_elsewhere_are_left_out(self):
        assert not self.rows().keys() & {"limitations", "title", "notes"}

    def test_terms_are_shown_in_words(self):
        assert [value.text for value in self.rows()["theme"].values] == ["Finance", "Utilities"]

    def test_license_leads_to_its_text(self):
        (value,) = self.rows()["license_id"].values
        assert value.url == "https://creativecommons.org/licenses/by/4.0/"

    def test_address_is_a_mail_link(self):
        assert self.rows()["contact_email"].values[0].url == "mailto:data@example.org"

    def test_date_is_shown_in_words(self):
        assert self.rows()["modified"].values[0].text == "July 1, 2026"

    def test_a_term_no_longer_on_the_list_is_shown_as_it_is(self):
        assert self.rows(theme=["old-topic"])["theme"].values[0].text == "old-topic"

    def test_other_types_have_no_rows(self):
        assert helpers.indep_field_rows({**PACKAGE, "type": "harvest"}) == []


@pytest.mark.usefixtures("with_plugins", "with_request_context")
class TestErrorRows:
    def test_follow_the_order_of_the_form_and_lead_to_the_field(self):
        definitions = [
            {"field_name": "title", "label": "Title"},
            {"field_name": "notes", "label": "Description"},
            {"field_name": "name", "label": "Web address", "form_snippet": None},
        ]
        errors = {
            "notes": ["Too long."],
            "title": ["Missing."],
            "name": ["Taken."],
            "extras": [{}, {"value": ["Bad."]}],
        }
        rows = helpers.indep_error_rows(definitions, errors)
        assert [(row.anchor, row.message) for row in rows] == [
            ("field-title", "Missing."),
            ("field-notes", "Too long."),
            (None, "Bad."),
            (None, "Taken."),
        ]


class TestDefaults:
    def test_an_existing_package_gets_none(self):
        assert helpers.indep_form_defaults({"dataset_fields": []}, {"id": "1"}) == {}
