"""Reading and judging single values."""

from __future__ import annotations

import pytest

from ckanext.indep.schema import checks


@pytest.mark.parametrize("value", [None, "", "  ", "[]", [], [""], ()])
def test_empty(value: object):
    assert checks.is_empty(value)


@pytest.mark.parametrize("value", ["0", 0, False, ["a"], {"a": 1}])
def test_not_empty(value: object):
    assert not checks.is_empty(value)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (["a", " b ", "a", ""], ["a", "b"]),
        ('["a", "b"]', ["a", "b"]),
        ("a", ["a"]),
        ("a\nb\n", ["a", "b"]),
        ("[not json", ["[not json"]),
        ("", []),
        ([1], None),
        ([{"a": 1}], None),
        ({"a": 1}, None),
        (None, None),
    ],
)
def test_as_list(value: object, items: list[str] | None):
    assert checks.as_list(value) == items


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2026-07-01", True),
        ("2024-02-29", True),
        ("2026-02-29", False),
        ("2026-7-1", False),
        ("07/01/2026", False),
        ("2026-07-01T00:00", False),
        ("٢٠٢٦-٠٧-٠١", False),
    ],
)
def test_date(text: str, good: bool):
    assert checks.is_date(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("data@example.org", True),
        ("open.data+311@ci.example.org", True),
        ("data@example", False),
        ("data example.org", False),
        ("a@b.org, c@d.org", False),
        ("mailto:a@b.org?x=y", False),
        ("a@" + "b" * 260 + ".org", False),
    ],
)
def test_email(text: str, good: bool):
    assert checks.is_email(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://example.org/a?b=c", True),
        ("http://127.0.0.1:8080/", True),
        ("example.org", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://exa mple.org", False),
        ("http://[::1", False),
        ("ftp://example.org/a", False),
    ],
)
def test_web_address(text: str, good: bool):
    assert checks.is_web_address(text) is good


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("-94.49,39.01,-94.26,39.16", (-94.49, 39.01, -94.26, 39.16)),
        (" -94.49, 39.01, -94.26, 39.16 ", (-94.49, 39.01, -94.26, 39.16)),
        ("-94.26,39.01,-94.49,39.16", None),
        ("-94.49,39.16,-94.26,39.01", None),
        ("-194,39,-94,40", None),
        ("-94,39,-93", None),
        ("nan,nan,nan,nan", None),
        ("1e9999,0,1,1", None),
        ("west,south,east,north", None),
    ],
)
def test_bounding_box(text: str, edges: tuple[float, ...] | None):
    assert checks.bounding_box(text) == edges


@pytest.mark.parametrize("text", ["", "1e5", "inf", "1,000", "--1", "1.", "9" * 50])
def test_not_a_number(text: str):
    assert checks.number(text) is None


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "\ud800"])
def test_not_storable(text: str):
    assert not checks.is_storable(text)


def test_accents_and_line_ends_are_storable():
    assert checks.is_storable("Peñón\r\n\tline 😀")


def test_identifiers_are_of_the_form_promised_and_differ():
    made = {checks.new_identifier() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(each) == 18 and each.startswith("indep-") for each in made)


def test_deeply_nested_json_is_refused_not_fatal():
    assert checks.json_object('{"a":' * 100_000) is None
