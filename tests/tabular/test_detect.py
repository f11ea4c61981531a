"""Encoding, line endings and delimiter."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.indep.tabular.detect import DELIMITERS, detect_delimiter, scan
from ckanext.indep.tabular.notes import NotedError


class TestScan:
    @pytest.mark.parametrize(
        ("data", "codec", "decided_by"),
        [
            ("a,b\n1,é\n".encode(), "utf-8", "utf-8"),
            ("a,b\n1,é\n".encode("utf-8-sig"), "utf-8-sig", "bom"),
            ("a,b\n1,é\n".encode("utf-16"), "utf-16", "bom"),
            (b"\xfe\xff" + "a,b\n1,é\n".encode("utf-16-be"), "utf-16", "bom"),
            ("a,b\n1,é\n".encode("utf-32"), "utf-32", "bom"),
            ("a,b\n1,Peña\n".encode("cp1252"), "cp1252", "fallback"),
            (b"a,b\n", "utf-8", "utf-8"),
        ],
    )
    def test_encoding(self, data: bytes, codec: str, decided_by: str) -> None:
        facts = scan([data])
        assert (facts.codec, facts.decided_by) == (codec, decided_by)

    def test_a_late_byte_decides(self) -> None:
        assert scan([b"a\n" * 100_000, b"\xf1\n"]).codec == "cp1252"

    def test_a_character_cut_between_chunks_is_whole(self) -> None:
        assert scan([b"a\n\xc3", b"\xa9\n"]).codec == "utf-8"

    def test_a_character_cut_at_the_end_is_not_utf8(self) -> None:
        assert scan([b"a\n\xc3"]).codec == "cp1252"

    @pytest.mark.parametrize(
        ("data", "ending"),
        [
            (b"a\nb\n", "LF"),
            (b"a\r\nb\r\n", "CRLF"),
            (b"a\rb\r", "CR"),
            (b"a", "none"),
            ("a\r\nb\r\n".encode("utf-16"), "CRLF"),
        ],
    )
    def test_line_ending(self, data: bytes, ending: str) -> None:
        assert scan([data]).line_ending == ending

    def test_a_pair_cut_between_chunks_is_one_ending(self) -> None:
        assert scan([b"a\r", b"\nb\r", b"\n"]).line_ending == "CRLF"

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty_file"),
            (b"a,b\n1,\x00\n", "nul_bytes"),
            ("a,b\n".encode("utf-16-le"), "nul_bytes"),
            (b"a\n\x81\x8d\n", "unknown_encoding"),
            (b"\xef\xbb\xbfa\n\xff\n", "broken_encoding"),
            (b"\xff\xfea\x00\n", "broken_encoding"),
        ],
    )
    def test_refused(self, data: bytes, code: str) -> None:
        with pytest.raises(NotedError) as refused:
            scan([data])
        assert refused.value.note.code == code

    def test_nul_names_its_line(self) -> None:
        with pytest.raises(NotedError) as refused:
            scan([b"a\nb\n", b"c\n\0"])
        assert refused.value.note.facts == {"line": 4}

    @given(st.lists(st.binary(min_size=1), max_size=4))
    def test_any_bytes_end_in_an_encoding_or_a_refusal(self, chunks: list[bytes]) -> None:
        try:
            facts = scan(chunks)
        except NotedError:
            return
        b"".join(chunks).decode(facts.codec)


class TestDelimiter:
    @pytest.mark.parametrize("delimiter", DELIMITERS)
    def test_each(self, delimiter: str) -> None:
        sample = "\n".join(delimiter.join(row) for row in ("abc", "123", "456"))
        assert detect_delimiter(sample, complete=True) == delimiter

    def test_decimal_commas_among_semicolons(self) -> None:
        assert detect_delimiter("a;b\n1,5;2,5\n3,5;4,5\n", complete=True) == ";"

    def test_quoted_delimiters_do_not_count(self) -> None:
        sample = 'name,notes\nA,"x; y; z"\nB,"p; q"\n'
        assert detect_delimiter(sample, complete=True) == ","

    def test_one_column(self) -> None:
        assert detect_delimiter("name\nA\nB\n", complete=True) == ","

    def test_commas_in_prose_lose_to_consistent_tabs(self) -> None:
        sample = "id, x\tnote\n1\tone, two, three\n2\tfour\n"
        assert detect_delimiter(sample, complete=True) == "\t"

    def test_the_cut_off_record_is_not_counted(self) -> None:
        assert detect_delimiter("a|b,c\n1|2,3\n4|", complete=False) in ("|", ",")
        assert detect_delimiter('a;b\n1;2\n"3', complete=False) == ";"

    @given(
        st.sampled_from(DELIMITERS),
        st.integers(2, 5).flatmap(
            lambda width: st.lists(
                st.lists(st.text("abc xyz\"\n'", max_size=6), min_size=width, max_size=width),
                min_size=1,
                max_size=8,
            )
        ),
    )
    def test_what_csv_writes_is_recognised(self, delimiter: str, rows: list[list[str]]) -> None:
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=delimiter).writerows(rows)
        assert detect_delimiter(buffer.getvalue(), complete=True) == delimiter
