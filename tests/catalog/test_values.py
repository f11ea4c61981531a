"""Single values, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.catalog import values


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("A **bold** and *light* word", "A bold and light word"),
        ("# Heading\n\nText", "Heading\n\nText"),
        ("[words](https://example.gov/a)", "words (https://example.gov/a)"),
        ("![a map](map.png)", "a map"),
        ("* one\n* two", "- one\n- two"),
        ("> said", "said"),
        ("`code`", "code"),
        ("a <b>tag</b> &amp; more", "a tag & more"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a\r\n\r\n\r\n\r\nb", "a\n\nb"),
        ("null\x00byte", "nullbyte"),
        ("", ""),
    ],
)
def test_plain_text(markdown: str, plain: str) -> None:
    assert values.plain_text(markdown) == plain


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.gov/a", "https://example.gov/a"),
        (" https://example.gov/a b.csv ", "https://example.gov/a%20b.csv"),
        ("https://example.gov/a%20b", "https://example.gov/a%20b"),
        ("HTTP://example.gov/ñ", "http://example.gov/%C3%B1"),
        ("https://example.gov:8080/?q=a b", "https://example.gov:8080/?q=a%20b"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("/relative", ""),
        ("example.gov", ""),
        ("ftp://example.gov/", ""),
        ("javascript:alert(1)", ""),
        ("https://", ""),
        ("https://user:secret@example.gov/", ""),
        ("http://[::1", ""),
    ],
)
def test_absolute_url(text: str, url: str) -> None:
    assert values.absolute_url(text) == url


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("text/csv", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("Application/JSON", "application/json"),
        ("application/vnd.ms-excel", "application/vnd.ms-excel"),
        ("application/geo+json", "application/geo+json"),
        ("csv", ""),
        ("", ""),
    ],
)
def test_media_type(text: str, type_: str) -> None:
    assert values.media_type(text) == type_


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("a@example.gov", "mailto:a@example.gov"),
        ("mailto:a@example.gov", "mailto:a@example.gov"),
        ("", ""),
        ("nobody", ""),
        ("a b@example.gov", ""),
    ],
)
def test_mailto(text: str, url: str) -> None:
    assert values.mailto(text) == url


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T12:00:00.123456", "2026-01-31"),
        ("2026-01-31T12:00:00Z", "2026-01-31"),
        ("2026-02-30", ""),
        ("2026", ""),
        ("2026-01-31 and later", ""),
        ("", ""),
    ],
)
def test_iso_date(text: str, day: str) -> None:
    assert values.iso_date(text) == day


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("-94.5,39,-94.2,39.2", (-94.5, 39.0, -94.2, 39.2)),
        ("170,-10,-170,10", (170.0, -10.0, -170.0, 10.0)),
        ("-94.5,39.2,-94.2,39", None),
        ("-200,0,0,0", None),
        ("nan,0,0,0", None),
        ("1,2,3", None),
        ("", None),
    ],
)
def test_bounding_box(text: str, box: object) -> None:
    assert values.bounding_box(text) == box


@given(st.text(), st.integers(min_value=2, max_value=50))
def test_shorten_keeps_the_limit(text: str, limit: int) -> None:
    assert len(values.shorten(text, limit)) <= limit


@given(st.text())
def test_an_absolute_url_stays_what_it_is(text: str) -> None:
    url = values.absolute_url(text)
    assert url == "" or values.absolute_url(url) == url


@given(st.text(max_size=300))
def test_plain_text_never_fails(text: str) -> None:
    values.plain_text(text)
