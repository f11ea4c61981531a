"""The search: what it may be asked, by every page and address that asks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.attack.planting import DEPARTMENT, Planted, plant, release
from tests.attack.probing import TALLY, each
from tests.attack.visitor import Visitor

Visit = Callable[..., Visitor]

COUNTS_WORDS = "docfreq(text,WORD)"
NASTY: list[dict[str, Any]] = [
    {"facet.field": ["title_string"], "facet.mincount": 0, "facet.limit": -1},
    {"facet.field": ["text"], "facet.mincount": 0, "facet.limit": -1},
    {"facet.field": ["tags"], "facet.mincount": 0, "facet.limit": -1, "rows": 0},
    {"facet.field": ["permission_labels"]},
    {"facet.field": ["{!terms=1}tags"]},
    {"facet.prefix": "canary"},
    {"fl": [COUNTS_WORDS]},
    {"fl": ["*", "score"]},
    {"fl": ["permission_labels"]},
    {"sort": f"{COUNTS_WORDS} desc"},
    {"bf": COUNTS_WORDS},
    {"boost": COUNTS_WORDS},
    {"defType": "func", "q": COUNTS_WORDS},
    {"defType": "lucene", "q": "title:WORD"},
    {"qf": "title"},
    {"q": "{!func}" + COUNTS_WORDS},
    {"q": '_query_:"{!term f=text}WORD"'},
    {"q": "_val_:" + COUNTS_WORDS},
    {"q": "*:*", "fq": "+entity_type:indep-hidden"},
    {"q": "*:*", "fq": "site_id:indep-hidden"},
    {"q": "*:*", "fq": "+state:(draft OR deleted OR active OR indep-hidden)"},
    {"q": "*:*", "fq": "+capacity:private +permission_labels:*"},
    {"q": "permission_labels:indep*"},
    {"q": "title:WORD OR notes:WORD OR text:WORD"},
    {"q": "*:*", "fq_list": ["text:WORD", "{!lucene}title:WORD"]},
    {"q": "*:*", "include_drafts": True, "include_private": True, "include_deleted": True},
    {"q": "*:*", "use_default_schema": True, "rows": 1000},
    {"q": "[", "fq": "]"},
    {"q": "x" * 9_000},
    {"start": 10**12},
    {"rows": -1},
    {"extras": "x"},
    {"q": "id:*", "fq": 'index_id:["" TO *] OR id:*'},
]


def _filled(question: dict[str, Any], word: str) -> dict[str, Any]:
    return json.loads(json.dumps(question).replace("WORD", word))


class TestQuestions:
    def test_no_question_tells_of_a_draft(self, visit: Visit, planted: Planted) -> None:
        """By POST and GET, as anybody: refused in words, or answered as if it were not."""
        nothing = "zq" + planted.word[2:]

        def ask(probe: tuple[str | None, dict[str, Any]]) -> Any:
            role, question = probe
            answers = []
            for word in (planted.word, nothing):
                for answer in (
                    visit(role).act("package_search", **_filled(question, word)),
                    visit(role).ask("package_search", **_filled(question, word)),
                ):
                    answers.append((answer.status_code, answer.text.replace(word, "<word>")))
            text = "".join(told for _status, told in answers)
            leaks = planted.word in text or planted.ids["package"] in text
            # The first two ask for the draft's word, the last two for a word that nothing has.
            if leaks or answers[:2] != answers[2:]:
                TALLY.leaks.append((role, question))
            return probe if max(status for status, _told in answers) >= 500 else []

        probes = [(r, q) for r in (None, "other_steward", "administrator") for q in NASTY]
        assert [found for found in each(probes, ask) if found] == []
        assert TALLY.leaks == []

    def test_pages_and_feeds_refuse_them_too(self, visit: Visit, planted: Planted) -> None:
        sorting = COUNTS_WORDS.replace("WORD", planted.word) + " desc"
        paths = [
            f"/dataset/?sort={sorting}",
            f"/measure/?sort={sorting}",
            f"/organization/{DEPARTMENT}?sort={sorting}",
            f"/feeds/custom.atom?sort={sorting}&q=*:*",
            f"/feeds/custom.atom?q=title:{planted.word}&fq=x",
            f"/dataset/?tags={planted.word}",
            f"/dataset/?q=title:{planted.word}&_tags_limit=0",
            "/dataset/?q={!func}sum(1,1)",
            "/dataset/?page=99999999999999999999",
            f"/data.json?q={planted.word}",
            f"/catalog.ttl?q={planted.word}&fq=title:{planted.word}",
        ]

        def ask(path: str) -> Any:
            answer = visit().get(path)
            if any(canary in answer.text for canary in planted.canaries(path)):
                TALLY.leaks.append(path)
            return [path, answer.status_code] if answer.status_code >= 500 else []

        assert [found for found in each(paths, ask) if found] == []
        assert TALLY.leaks == []


class TestTakenDown:
    def test_gone_from_results_counts_and_facets(self, visit: Visit) -> None:
        """At once, and in each list that can be asked for."""
        public = release(visit, plant(visit("steward")))
        stranger, word = visit(), public.word
        found = stranger.done("package_search", q=word, **{"facet.field": ["tags"]})
        assert found["count"] == 1
        assert word in found["facets"]["tags"]
        visit("owner").done("indep_take_down", id=public.ids["package"], reason="To be tested.")
        found = stranger.done("package_search", q=word, rows=0, **{"facet.field": ["tags"]})
        assert found["count"] == 0
        everything = stranger.done("package_search", **{"facet.field": ["tags"]})
        assert word not in json.dumps(everything)
        for action, question in (
            ("package_autocomplete", {"q": word[:8]}),
            ("tag_autocomplete", {"query": word[:8]}),
            ("resource_search", {"query": f"name:{word}"}),
            ("package_list", {}),
            ("datastore_search", {"resource_id": public.ids["resource"]}),
            ("resource_show", {"id": public.ids["resource"]}),
        ):
            assert word not in stranger.act(action, **question).text.replace(word[:8], "", 1)
        path = f"/dataset/{public.ids['package']}/resource/{public.ids['resource']}/download"
        assert stranger.get(path).status_code == 404
        TALLY.probes += 10
