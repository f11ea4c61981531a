"""What the schema files say about their fields."""

from __future__ import annotations

import pytest

from ckanext.indep.errors import IndepError
from ckanext.indep.schema import fields, vocabularies


def test_staff_only_fields_of_a_dataset():
    assert fields.staff_only("dataset") == {
        "audience",
        "classification",
        "embargo_until",
        "pii_reviewed",
        "refresh_by",
        "refresh_max_change",
        "refresh_until",
        "retention",
        "steward",
    }


def test_staff_only_fields_of_a_measure():
    assert fields.staff_only("measure") == {"steward"}


def test_unknown_type_is_refused():
    with pytest.raises(IndepError, match="no schema for the type 'harvest'"):
        fields.names("harvest")


@pytest.mark.parametrize("package_type", fields.PACKAGE_TYPES)
class TestEachSchema:
    def test_no_field_is_defined_twice(self, package_type: str):
        names = fields.names(package_type)
        assert len(names) == len(set(names))

    def test_public_fields_leave_out_exactly_the_staff_only_ones(self, package_type: str):
        hidden = set(fields.names(package_type)) - set(fields.public_fields(package_type))
        assert hidden == fields.staff_only(package_type)

    def test_every_vocabulary_exists(self, package_type: str):
        for name in fields.names(package_type):
            definition = fields.field(package_type, name)
            assert definition
            if "vocabulary" in definition:
                assert vocabularies.choices(definition["vocabulary"])

    def test_a_staff_only_field_is_no_facet(self, package_type: str):
        assert not fields.staff_only(package_type) & fields.facets().keys()

    def test_defaults_are_terms_of_their_lists(self, package_type: str):
        for name in fields.names(package_type):
            definition = fields.field(package_type, name) or {}
            if "vocabulary" in definition and "default" in definition:
                default = definition["default"]
                chosen = default if isinstance(default, list) else [default]
                assert set(chosen) <= set(vocabularies.values(definition["vocabulary"]))
