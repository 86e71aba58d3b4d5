"""The lines of a place, drawn so that nothing in the file can disturb the drawing."""

import time

import pytest

from concertino.model.frame import code_frame
from concertino.model.place import Place


def frame(text: str | bytes, place: tuple[int, int, int, int], width: int = 100) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return code_frame(data, Place("f", *place), width).split("\n")


@pytest.mark.parametrize(
    ("text", "place", "drawn"),
    [
        pytest.param("a: b\nstauts: x\n", (2, 1, 2, 7), ["2 | stauts: x", "  | ^^^^^^"], id="a word"),
        pytest.param("a:\n\tb: c\n", (2, 1, 2, 2), ["2 | →   b: c", "  | ^^^^"], id="a tab"),
        pytest.param("ä: 北京 x\n", (1, 7, 1, 8), ["1 | ä: 北京 x", "  |         ^"], id="wide characters before"),
        pytest.param("e\u0301: x\n", (1, 5, 1, 6), ["1 | e\u0301: x", "  |    ^"], id="a combining accent before"),
        pytest.param(b"a: \x1b[31mx\n", (1, 4, 1, 5), ["1 | a: \\x1b[31mx", "  |    ^^^^"], id="a colour"),
        pytest.param(b"a: \xfcx\n", (1, 4, 1, 5), ["1 | a: \\xfcx", "  |    ^^^^"], id="a byte that is not UTF-8"),
        pytest.param("a: b", (1, 5, 1, 5), ["1 | a: b", "  |     ^"], id="the end of the file"),
        pytest.param("a: b\n", (1, 40, 1, 50), ["1 | a: b", "  |     ^"], id="a column beyond the line"),
        pytest.param("\ufeffa: b\n", (1, 1, 1, 2), ["1 | a: b", "  | ^"], id="a byte order mark"),
        pytest.param("a\r\nb\rc\n", (3, 1, 3, 2), ["3 | c", "  | ^"], id="line breaks of all kinds"),
        pytest.param("a\n", (9, 1, 9, 2), [""], id="a line that is not there"),
        pytest.param(
            "a: |\n  x\n  yz\nb: c\n",
            (1, 4, 3, 5),
            ["1 | a: |", "  |    ^", "2 |   x", "  |   ^", "3 |   yz", "  |   ^^"],
            id="three lines",
        ),
        pytest.param(
            "a:\n" + "  x: y\n" * 9, (2, 3, 10, 7), ["2 |   x: y", "  |   ^^^^"], id="of many lines the first"
        ),
        pytest.param("x\n" * 9 + "a: b\n", (10, 1, 10, 2), ["10 | a: b", "   | ^"], id="a number of two digits"),
        pytest.param("a: |\n  x\nb: c\n", (1, 4, 2, 1), ["1 | a: |", "  |    ^"], id="up to the beginning of a line"),
    ],
)
def test_a_place_is_drawn_with_a_marker_below(
    text: str | bytes, place: tuple[int, int, int, int], drawn: list[str]
) -> None:
    assert frame(text, place) == drawn


def test_a_long_line_is_cut_around_the_place() -> None:
    line, marker = frame("a" * 200 + "HERE" + "b" * 200, (1, 201, 1, 205), width=20)
    assert line == "1 | …aaaaaaaHEREbbbbbbb…"
    assert marker == "  |         ^^^^"


def test_a_long_range_is_cut_at_its_end() -> None:
    line, marker = frame("a: " + "x" * 400, (1, 4, 1, 404), width=20)
    assert line == "1 | …xxxxxxxxxxxxxxxxxxx…"
    assert marker.count("^") == 20


def test_a_line_of_megabytes_is_drawn_at_once() -> None:
    data = b"x" * 4_000_000
    start = time.process_time()
    for column in (1, 2_000_000, 4_000_000):
        assert len(code_frame(data, Place("f", 1, column, 1, column + 5))) < 300
    assert time.process_time() - start < 2
