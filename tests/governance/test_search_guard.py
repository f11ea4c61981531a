"""Which questions reach the search engine."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.indep.governance.gate.search_guard import SearchRefusedError, checked, without

REFUSED: list[dict[str, Any]] = [
    {"bf": "docfreq(text,word)"},
    {"boost": "docfreq(text,word)"},
    {"qf": "text"},
    {"wt": "xml"},
    {"shards": "http://example.org/solr"},
    {"stream.url": "file:///etc/passwd"},
    {"defType": "func"},
    {"sort": "docfreq(text,word) desc"},
    {"sort": "name"},
    {"sort": "permission_labels asc"},
    {"sort": "name asc, score desc, query($q) asc"},
    {"fl": ["docfreq(text,word)"]},
    {"fl": ["[explain]"]},
    {"fl": ["permission_labels"]},
    {"fl": ["*"]},
    {"fl": "id"},
    {"fl": [{"id": 1}]},
    {"facet.field": ["title_string"]},
    {"facet.field": ["permission_labels"]},
    {"facet.field": ["{!ex=dt}tags"]},
    {"facet.field": "tags"},
    {"fq_list": [{"a": 1}]},
    {"q": ["a"]},
]


class TestChecked:
    @pytest.mark.parametrize("parameters", REFUSED, ids=str)
    def test_refused_in_words(self, parameters: dict[str, Any]) -> None:
        with pytest.raises(SearchRefusedError) as error:
            checked(parameters)
        assert error.value.message.endswith(".")

    def test_what_the_pages_ask(self) -> None:
        asked = {
            "q": "street",
            "fq": "+dataset_type:dataset",
            "facet.field": ["vocab_indep_theme", "organization", "res_format", "tags"],
            "sort": "indep_modified_date desc, name asc",
            "rows": 20,
            "start": 0,
            "df": "text",
            "extras": {"ext_x": "1"},
            "include_private": False,
        }
        assert checked(asked) == {**asked, "facet.mincount": 1}

    def test_facets_list_nothing_without_results(self) -> None:
        assert checked({"facet.mincount": 0})["facet.mincount"] == 1
        assert checked({"facet.mincount": 3})["facet.mincount"] == 3

    def test_results_carry_their_id(self) -> None:
        assert checked({"fl": ["title"]})["fl"] == ["title", "id"]


class TestWithout:
    def test_nothing_to_leave_out(self) -> None:
        assert without({"q": "x"}, []) == {"q": "x"}

    def test_many(self) -> None:
        filters = without({"fq_list": ["a:b"]}, [str(n) for n in range(501)])["fq_list"]
        assert filters[0] == "a:b"
        assert len(filters) == 3
        assert filters[2] == '-id:("99")'
