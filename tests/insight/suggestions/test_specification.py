"""Which specifications are allowed: hostile texts, the allow-list, and expressions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.insight.suggestions import specification
from ckanext.indep.insight.suggestions.cleaning import UncleanError, clean
from ckanext.indep.insight.suggestions.expressions import ExpressionError, check_expression
from ckanext.indep.insight.suggestions.reading import LONGEST, UnreadableError, read
from ckanext.indep.insight.suggestions.staff_views import EXAMPLE

BAR: dict[str, Any] = {
    "mark": "bar",
    "encoding": {
        "x": {"field": "period", "type": "ordinal"},
        "y": {"field": "value", "type": "quantitative"},
    },
}


def problems(**changes: Any) -> list[str]:
    """What is wrong with a plain bar chart after these changes."""
    return specification.checked(json.dumps({**BAR, **changes}))[1]


class TestText:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "not JSON: line 1"),
            ("{", "not JSON"),
            ("[]", "one JSON object"),
            ("null", "one JSON object"),
            ('{"a": 1, "a": 2}', "stands twice"),
            ('{"a": {"b": 1, "b": 1}}', "stands twice"),
            ('{"a": NaN}', "NaN is not a number"),
            ('{"a": [Infinity, -Infinity]}', "Infinity is not a number"),
            ('{"a": 1e999}', "too large"),
            ('{"a": ' + "9" * 400 + "}", "too large"),
            ('{"a": ' + "9" * 9000 + "}", "too many digits"),
            ('{"a": "\\u0000"}', "invisible character U+0000"),
            ('{"a": "x\u202ey"}', "invisible character U+202E"),
            ('{"\\ud800": 1}', "invisible character U+D800"),
            ("\ud800", "not Unicode"),
            ('{"a": "' + "x" * LONGEST + '"}', "at most 20,000"),
            ("[" * 9_000, "too deep|nested more than|not JSON"),
            ("[" * 9_000 + "]" * 9_000, "nested more than"),
            ('{"a":' * 20 + "1" + "}" * 20, "nested more than"),
            (json.dumps({"a": [0] * 3000}), "more than 2,000 values"),
        ],
    )  # fmt: skip
    def test_hostile_texts_get_one_sentence(self, text: str, words: str) -> None:
        with pytest.raises(UnreadableError, match=words.replace("+", r"\+")):
            read(text)
        assert len(specification.checked(text)[1]) == 1

    def test_letters_of_all_languages_are_allowed(self) -> None:
        assert problems(title="Año fiscal – 年度 🙂") == []

    @given(st.text(max_size=200))
    def test_no_text_does_more_than_be_refused(self, text: str) -> None:
        assert specification.checked(text)[1] != []


class TestAllowed:
    def test_the_example_of_the_form(self) -> None:
        assert specification.checked(EXAMPLE)[1] == []

    def test_a_chart_with_much_in_it(self) -> None:
        text = json.dumps(
            {
                "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
                "title": "Share of quarters",
                "transform": [
                    {"filter": {"and": [{"field": "value", "valid": True}, "datum.number < 3"]}},
                    {"calculate": "round(datum.value) - datum['target']", "as": "far"},
                    {"joinaggregate": [{"op": "mean", "field": "value", "as": "usual"}]},
                    {"window": [{"op": "mean", "field": "value", "as": "smooth"}],
                     "frame": [-3, 0], "sort": [{"field": "period_end"}]},
                    {"fold": ["value", "target"], "as": ["what", "height"]},
                ],
                "layer": [
                    {"mark": {"type": "line", "point": True, "interpolate": "step"},
                     "encoding": {"color": {"field": "what", "type": "nominal",
                         "scale": {"domain": ["value", "target"], "range": ["navy", "#801650"]},
                         "legend": {"title": None, "orient": "bottom"}}}},
                    {"mark": "rule", "encoding": {"y": {"aggregate": "max", "field": "usual"}}},
                ],
                "encoding": {
                    "x": {"field": "period_end", "type": "temporal",
                          "axis": {"format": "%Y", "tickCount": 5}},
                    "y": {"field": "height", "type": "quantitative", "scale": {"zero": False},
                          "axis": {"format": ",.1f"}},
                    "opacity": {"condition": {"test": "datum.far < 0", "value": 0.5}, "value": 1},
                },
            }
        )  # fmt: skip
        assert specification.checked(text)[1] == []

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"data": {"url": "https://example.org"}}, "“data” is not allowed here"),
            ({"datasets": {}}, "“datasets” is not allowed"),
            ({"params": [{"name": "p", "expr": "1"}]}, "“params” is not allowed"),
            ({"config": {}}, "“config” is not allowed"),
            ({"usermeta": {"embedOptions": {"loader": {}}}}, "“usermeta” is not allowed"),
            ({"width": 9e9}, "“width” is not allowed"),
            ({"facet": {}}, "“facet” is not allowed"),
            ({"repeat": ["value"]}, "“repeat” is not allowed"),
            ({"projection": {}}, "“projection” is not allowed"),
            ({"background": {"expr": "1"}}, "“background” is not allowed"),
            ({"mark": "image"}, "mark: must be one of"),
            ({"mark": "geoshape"}, "mark: must be one of"),
            ({"mark": {"type": "image", "url": "x"}}, "“url” is not allowed"),
            ({"mark": {"type": "bar", "href": "javascript:alert(1)"}}, "“href” is not allowed"),
            ({"mark": {"type": "bar", "color": {"expr": "1"}}}, "mark.color"),
            ({"mark": {"type": "bar", "color": "url(#x)"}}, "mark.color"),
            ({"mark": {"type": "text", "text": {"signal": "data('x')"}}}, "mark.text"),
            ({"encoding": {"href": {"value": "x"}}}, "“href” is not allowed"),
            ({"encoding": {"url": {"value": "x"}}}, "“url” is not allowed"),
            ({"encoding": {"row": {"field": "value"}}}, "“row” is not allowed"),
            ({"encoding": {"x": {"field": "secret"}}}, "there is no field “secret”"),
            ({"encoding": {"x": {"field": {"repeat": "layer"}}}}, "name of a field"),
            ({"encoding": {"x": {"bin": {"step": 1e-9}}}}, "“step” is not allowed"),
            ({"encoding": {"x": {"axis": {"labelExpr": "1"}}}}, "“labelExpr” is not allowed"),
            ({"encoding": {"x": {"axis": {"format": "999999999s"}}}}, "number format"),
            ({"encoding": {"x": {"axis": {"formatType": "x"}}}}, "“formatType” is not allowed"),
            ({"encoding": {"x": {"scale": {"domain": {"param": "p"}}}}}, "must be a list"),
            ({"encoding": {"y": {"impute": {"keyvals": {"stop": 1e9}}}}}, "“impute” is not"),
            ({"transform": [{"lookup": "value", "from": {"data": {"url": "x"}}}]}, "one of the tr"),
            ({"transform": [{"sequence": {}}]}, "one of the transforms"),
            ({"transform": [{"density": "value"}]}, "one of the transforms"),
            ({"transform": [{"calculate": "data('x')", "as": "a"}]}, "“data” is not allowed"),
            ({"transform": [{"calculate": "1", "as": "__proto__"}]}, "must be a name"),
            ({"transform": [{"calculate": "1", "as": "constructor"}]}, "must be a name"),
            ({"transform": [{"calculate": "1"}]}, "“as” is missing"),
            ({"transform": [{"filter": {"param": "brush"}}]}, "“param” is not allowed"),
            ({"transform": [{"filter": "true"}] * 9}, "at most 8"),
            ({"layer": [BAR]}, "either a “mark” or “layer”"),
            ({"mark": 7}, "mark: must be one of"),
            ({"encoding": []}, "must be an object"),
            ({"$schema": "https://example.org/v5.json"}, "version 5 or 6"),
        ],
    )  # fmt: skip
    def test_what_is_not_on_the_list_is_named(self, changes: dict[str, Any], words: str) -> None:
        found = problems(**changes)
        assert any(words in problem for problem in found), found

    def test_layers_are_few_and_not_nested(self) -> None:
        many = {"layer": [{"mark": "bar"}] * 7}
        nested = {"layer": [{"layer": [{"mark": "bar"}]}]}
        for chart, words in ((many, "at most 6"), (nested, "“layer” is not allowed")):
            assert words in " ".join(specification.checked(json.dumps(chart))[1])

    def test_problems_are_told_all_at_once_but_not_without_end(self) -> None:
        assert len(problems(data={}, params=[], mark="image")) == 3
        assert len(problems(**{f"key{number}": 1 for number in range(50)})) == 20


class TestExpressions:
    @pytest.mark.parametrize(
        "text",
        [
            "1",
            "-datum.value * 100 / datum.target",
            "datum['value'] > 3 && !(datum.status == 'Goal Met') ? 'a' : \"b\"",
            "max(datum.value, 0, 1) % 2 + abs(-1)",
            "isValid(datum.value) || null",
            "quarter(toDate(datum.period_end)) === 1",
        ],
    )
    def test_arithmetic_on_fields(self, text: str) -> None:
        check_expression(text, specification.COLUMNS)

    @pytest.mark.parametrize(
        "text",
        [
            "", "  ", "1 +", "(1", "1 2", "datum", "datum.", "datum.secret", "datum[0]",
            "datum['a' + 'b']", "datum.value.constructor", "datum['__proto__']", "event.item",
            "width", "data('x')", "scale('x', 1)", "pad('', 9, 'x')", "replace('a', 'b', 'c')",
            "regexp('(x+x+)+y')", "/x/", "`x`", "'\\u0061'", "'a\nb'", "x => 1", "1; 2", "a = 1",
            "[1, 2]", "{a: 1}", "this", "new Date()", "now()", "random()", "parseFloat('1')",
            "abs()", "abs(1, 2)", "abs.call(1)", "warn('x')", "sequence(1e9)", "1e9", "0x10",
            "(" * 30 + "1" + ")" * 30, "1+" * 200 + "1", "1 // x", "1 /* x */", "datum.value++ ",
            "if(1,2,3)", "span([1])", "é",
        ],
    )  # fmt: skip
    def test_all_else_is_refused(self, text: str) -> None:
        with pytest.raises(ExpressionError):
            check_expression(text, specification.COLUMNS)


def _svg(inside: str, attributes: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'


class TestCleaning:
    def test_a_chart_stays_what_it_is(self) -> None:
        path = '<path d="M0,0h9" fill="#123"/><text x="1">Q1</text>'
        inside = f'<g clip-path="url(#c1)" class="x">{path}</g>'
        cleaned = clean(_svg(inside, 'viewBox="0 0 9 9"'), "A & B", "C < D")
        assert '<path d="M0,0h9" fill="#123" />' in cleaned
        assert 'clip-path="url(#c1)"' in cleaned
        assert "<title>A &amp; B</title><desc>C &lt; D</desc>" in cleaned
        assert "class=" not in cleaned

    @pytest.mark.parametrize(
        "inside",
        [
            "<script>alert(1)</script>", "<foreignObject/>", "<image href='x'/>", "<a href='x'/>",
            "<style>@import 'x'</style>", "<use href='#a'/>", "<animate/>", "<set/>", "<iframe/>",
            "<x:script xmlns:x='http://www.w3.org/2000/svg'/>", "<h:p xmlns:h='http://www.w3.org/1999/xhtml'/>",
            "<rect fill='url(https://example.org)'/>", "<rect fill='URL(x)'/>", "<!-- x -->",
            "<![CDATA[x]]>", "<?xml-stylesheet href='x'?>", "<rect", "<filter/>",
            "<g>" * 80 + "</g>" * 80,
        ],
    )  # fmt: skip
    def test_what_no_chart_needs_ends_it(self, inside: str) -> None:
        with pytest.raises(UncleanError):
            clean(_svg(inside), "Title", "")

    def test_declarations_and_other_documents_end_it(self) -> None:
        for text in ("<!DOCTYPE svg [<!ENTITY a 'x'>]>" + _svg(""), "<html/>", "", "x"):
            with pytest.raises(UncleanError):
                clean(text, "Title", "")

    def test_handlers_links_and_styles_are_left_out(self) -> None:
        attributes = 'onload="alert(1)" style="x" href="x" xmlns:xlink="y" xlink:href="x"'
        cleaned = clean(_svg(f"<g {attributes}/>", attributes), "Title", "")
        for word in ("onload", "style", "href", "xlink"):
            assert word not in cleaned
