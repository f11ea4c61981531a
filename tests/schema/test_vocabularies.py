"""The controlled vocabularies are well-formed and readable."""

from __future__ import annotations

import re

import pytest

from ckanext.indep.schema import fields, vocabularies
from ckanext.indep.schema.vocabularies import VocabularyError

# The repeating intervals of DCAT-US 1.1's accrualPeriodicity.
INTERVAL = re.compile(r"R/P(\d+(\.\d+)?[YMWD]|T\d+[HMS])")
# Of something that is held and not published there is no package.
USED_BY_THE_INVENTORY = {"withheld_reason"}


@pytest.mark.parametrize("name", vocabularies.names())
class TestEachVocabulary:
    def test_has_terms_in_both_languages(self, name: str):
        for term in vocabularies.choices(name):
            assert term["label"]
            assert term["label_es"]

    def test_is_used_by_a_field(self, name: str):
        used = {
            each["vocabulary"]
            for package_type in fields.PACKAGE_TYPES
            for each in (fields.field(package_type, f) for f in fields.names(package_type))
            if each and "vocabulary" in each
        }
        assert name in used | USED_BY_THE_INVENTORY


class TestReading:
    def test_label_in_spanish(self):
        assert vocabularies.label("theme", "public-safety", "es") == "Seguridad pública"

    def test_label_in_another_language_is_english(self):
        assert vocabularies.label("theme", "public-safety", "fr") == "Public safety"

    def test_unknown_value_is_its_own_label(self):
        assert vocabularies.label("theme", "xyz") == "xyz"

    def test_unknown_vocabulary_says_which_are_known(self):
        with pytest.raises(VocabularyError, match=r"no vocabulary 'colors'.*theme"):
            vocabularies.choices("colors")

    @pytest.mark.parametrize("name", ["../errors", "", "theme.yaml", "/etc/passwd"])
    def test_name_cannot_leave_the_folder(self, name: str):
        with pytest.raises(VocabularyError):
            vocabularies.choices(name)

    def test_every_license_has_an_address(self):
        for value in vocabularies.values("license"):
            assert (vocabularies.url("license", value) or "").startswith("https://")

    def test_every_frequency_is_one_that_harvesters_accept(self):
        for value in vocabularies.values("update_frequency"):
            assert value == "irregular" or INTERVAL.fullmatch(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b", "must be a list"),
        ("[]", "must be a list"),
        ("- just text", "not a mapping"),
        ("- {value: a, label: A}", "lacks"),
        ("- {value: a, label: A, label_es: A, colour: red}", "unknown keys"),
        ("- {value: 311, label: A, label_es: A}", "quotes"),
        ("- {value: a, label: A, label_es: A}\n- {value: a, label: B, label_es: B}", "twice"),
    ],
)
def test_malformed_file_is_refused(text: str, message: str):
    with pytest.raises(VocabularyError, match=message):
        vocabularies.parse("test", text)
