"""Text from elsewhere shows as what it is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertino.model.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Boréalis – 北 ×", "Boréalis – 北 ×", id="words in any script stay"),
        pytest.param("a\u00a0b", "a\u00a0b", id="a hard space stays, being seen"),
        pytest.param("one\ntwo\r\tthree", r"one\ntwo\r\tthree", id="breaks and tabs"),
        pytest.param("\x1b[31mred", r"\x1b[31mred", id="a colour"),
        pytest.param("\x9b31mred", r"\x9b31mred", id="a colour by one character"),
        pytest.param("a\u202etxt.exe", r"a\u202etxt.exe", id="text turned around"),
        pytest.param("a\u200bb\ufeff", r"a\u200bb\ufeff", id="characters without width"),
        pytest.param("a\u2028b", r"a\u2028b", id="a line break of Unicode"),
        pytest.param("\udcff\udc80.yaml", r"\xff\x80.yaml", id="bytes of a name that are not UTF-8"),
        pytest.param("\ud800", r"\ud800", id="half a character"),
        pytest.param("\U000e0041", r"\U000e0041", id="a tag that nobody sees"),
    ],
)
def test_a_character_that_does_not_show_is_written_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_what_is_shown_is_one_line_of_characters_that_show_and_stays_so(text: str) -> None:
    shown = visible(text)

    assert not {unicodedata.category(character)[0] for character in shown if character != " "} & {"C"}
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown
