"""Strict CSV: every cell has a place, and a bad row does not hide the others."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concertino.documents import Gate, SchemaSet
from concertino.documents.rows import check_rows
from concertino.documents.tables import Columns, Table, read_table
from concertino.model.limits import Limits

SCHEMA = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "count"],
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z]+$", "description": "Small letters."},
            "count": {"type": "integer", "minimum": 0},
            "share": {"type": "number"},
            "open": {"type": "boolean"},
            "colour": {"type": "string", "enum": ["red", "green"]},
        },
    },
}
TYPES = {"name": "string", "count": "integer", "share": "number", "open": "boolean", "colour": "string"}
LIMITS = Limits()
COLUMNS = Columns(TYPES, ("name", "count"))
SCHEMAS, _ = SchemaSet.build({"rows.schema.json": json.dumps(SCHEMA).encode()})


def table(data: str | bytes, limits: Limits = LIMITS, columns: Columns = COLUMNS) -> Table:
    return read_table("t.csv", data if isinstance(data, bytes) else data.encode(), columns, limits)


def gates() -> tuple[Gate, Gate]:
    whole = SCHEMAS.gate("rows.schema.json")
    items: Mapping[str, object] = SCHEMA["items"]  # type: ignore[assignment] # it is a mapping, see above
    return whole, whole.part("row", dict(items))


def told(data: str | bytes, limits: Limits = LIMITS) -> list[str]:
    """The problems of a table: place, pointer and what is said."""
    found = check_rows(table(data, limits), COLUMNS, *gates(), "/spec/rows")
    return [
        " ".join(
            filter(None, (f"{p.place.line}:{p.place.column}", p.place.pointer.removeprefix("/spec/rows"), p.message))
        )
        + (f" -> {p.suggestion}" if p.suggestion else "")
        for p in found
    ]


def test_cells_become_values_of_the_types_of_their_columns() -> None:
    rows = table("name,count,share,open,colour\na,3,0.5,true,red\nb,-7,2,false,\n").rows

    assert rows == [
        {"name": "a", "count": 3, "share": 0.5, "open": True, "colour": "red"},
        {"name": "b", "count": -7, "share": 2.0, "open": False},
    ]
    assert [type(row["share"]) for row in rows] == [float, float]


def test_columns_may_stand_in_any_order_and_those_not_needed_may_be_left_out() -> None:
    assert table("count,name\n1,a\n").rows == [{"count": 1, "name": "a"}]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("name,count\r\na,1\r\n", id="line breaks of Windows"),
        pytest.param("name,count\ra,1\r", id="line breaks of old Macs"),
        pytest.param("name,count\na,1", id="no line break at the end"),
        pytest.param("name,count\na,1\n\n\n", id="empty lines at the end"),
        pytest.param("\ufeffname,count\na,1\n", id="byte order mark"),
        pytest.param('"name","count"\n"a","1"\n', id="quotes around everything"),
    ],
)
def test_tables_that_say_the_same_read_the_same(data: str) -> None:
    assert table(data).rows == [{"name": "a", "count": 1}]
    assert told(data) == []


def test_a_cell_in_quotes_may_hold_commas_quotes_and_line_breaks_and_places_stay_true() -> None:
    found = table('name,colour,count\n"a, ""b""\nc",red,1\nd,"x",2\n')

    assert [row["name"] for row in found.rows] == ['a, "b"\nc', "d"]
    places = [found.place(row, "colour") for row in (0, 1)]
    assert [(place.line, place.column, place.end_line, place.end_column) for place in places] == [
        (3, 4, 3, 7),
        (4, 3, 4, 6),
    ]
    assert str(found.row_place(0)) == "t.csv:2:1"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("name,cuont", ['1:6 unknown column "cuont" -> count'], id="misspelt"),
        pytest.param("name,count,size", ['1:12 unknown column "size"'], id="unknown"),
        pytest.param("name", ['1:1 the column "count" is missing'], id="missing"),
        pytest.param("name,count,name", ['1:12 the column "name" stands here twice'], id="twice"),
        pytest.param("name,count,", ["1:12 a column has no name"], id="comma at the end"),
        pytest.param("name; count", ["1:1 the columns are separated by semicolons -> name, count"], id="semicolons"),
        pytest.param("name\tcount", ["1:1 the columns are separated by tabs -> name,count"], id="tabs"),
        pytest.param('name,"count', ["1:6 the quote that opens this cell is never closed"], id="open quote"),
        pytest.param("", ["1:1 the table is empty"], id="nothing"),
    ],
)
def test_a_header_is_checked_before_any_row(header: str, expected: list[str]) -> None:
    assert told(f"{header}\nrows,that,nobody,reads\n" if header else "") == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param("a,1,5", "3:5 /1 the row has 3 cells, and the header names 2 columns", id="cell too many"),
        pytest.param("a", "3:1 /1 the row has 1 cell, and the header names 2 columns", id="cell too few"),
        pytest.param("", "3:1 /1 an empty line stands between the rows", id="empty line"),
        pytest.param("a,", '3:3 /1/count "count" is empty', id="empty cell"),
        pytest.param("A,1", '3:1 /1/name "A" does not have the form of "name"', id="wrong form"),
        pytest.param("a,-1", '3:3 /1/count -1 is too small for "count"', id="too small"),
        pytest.param(
            "a,1.0", '3:3 /1/count expected a whole number for "count", found "1.0" -> 1', id="fraction of zero"
        ),
        pytest.param("a,1.5", '3:3 /1/count expected a whole number for "count", found "1.5"', id="fraction"),
        pytest.param("a, 7", '3:3 /1/count expected a whole number for "count", found " 7" -> 7', id="space"),
        pytest.param("a,+7", '3:3 /1/count expected a whole number for "count", found "+7" -> 7', id="plus"),
        pytest.param(
            "a,007", '3:3 /1/count expected a whole number for "count", found "007" -> 7', id="zeros in front"
        ),
        pytest.param(
            'a,"1,200"', '3:3 /1/count expected a whole number for "count", found "1,200" -> 1200', id="thousands"
        ),
        pytest.param(
            "a,9223372036854775808",
            '3:3 /1/count expected a whole number for "count", found "9223372036854775808"',
            id="beyond 64 bits",
        ),
        pytest.param('a"b,1', "3:2 /1 a quote stands in a cell that does not begin with one", id="quote inside"),
        pytest.param('"a"b,1', "3:4 /1 text follows the quote that closes this cell", id="text behind a quote"),
        pytest.param('"a,1', "3:1 /1 the quote that opens this cell is never closed", id="quote never closed"),
        pytest.param("a\u202e,1", "3:2 /1 U+202E (it reorders the text shown) is not allowed", id="reordering"),
    ],
)
def test_a_bad_row_is_told_by_its_place_and_the_others_are_read(row: str, expected: str) -> None:
    data = f"name,count\na,1\n{row}\nb,2\n"

    assert told(data) == [expected]
    rows = table(data).rows
    assert (rows[0], rows[2:]) == ({"name": "a", "count": 1}, [{"name": "b", "count": 2}])


@pytest.mark.parametrize(
    ("cell", "column", "meant"),
    [
        ("12,5", "share", "12.5"),
        ("1 234.5", "share", "1234.5"),
        ("1'234", "share", "1234"),
        (".5", "share", ""),
        ("1e999", "share", ""),
        ("NaN", "share", ""),
        ("yes", "open", "true"),
        ("FALSE", "open", "false"),
    ],
)
def test_a_number_as_spreadsheets_write_it_is_refused_with_what_it_means(cell: str, column: str, meant: str) -> None:
    (found,) = told(f'name,count,{column}\na,1,"{cell}"\n')

    assert f'for "{column}", found "{cell}"' in found
    assert found.endswith(f" -> {meant}") == bool(meant)


def test_all_faults_of_a_row_are_told() -> None:
    assert told("name,count,colour\nA,x,blue\n") == [
        '2:3 /0/count expected a whole number for "count", found "x"',
        '2:1 /0/name "A" does not have the form of "name"',
        '2:5 /0/colour "blue" is not a value of "colour"',
    ]


def test_text_that_is_not_utf_8_is_told_where_it_stands() -> None:
    assert told("name,count\na,1\nbähr,2\n".encode("latin-1")) == ["3:2 /1 the byte 0xE4 is not UTF-8"]
    assert told("name,count\na,1\n".encode("utf-16")) == ["1:1 the file is UTF-16, not UTF-8"]


def test_a_header_alone_is_no_table() -> None:
    assert told("name,count\n") == ["1:1 the table has no rows"]


def test_of_a_thousand_bad_rows_twenty_are_told_and_the_rest_is_counted() -> None:
    found = told("name,count\n" + "a,x\n" * 1_000)

    assert len(found) == 21
    assert found[-1] == "22:1 /20 and 980 more rows of this table with problems"


def test_no_more_rows_are_read_than_the_limit_allows() -> None:
    limits = Limits(table_rows=2)

    assert told("name,count\na,1\nb,2\nc,3\nd,4\n", limits) == [
        "4:1 the table has more than 2 rows; the rest is not read"
    ]
    assert len(table("name,count\na,1\nb,2\nc,3\n", limits).rows) == 2
    assert told("name,count\na,1\nb,2\n", limits) == []


def test_no_file_is_read_that_is_larger_than_the_limit() -> None:
    assert told("name,count\na,1\n", Limits(file_bytes=5)) == ["1:1 the file has 15 bytes; no more than 5 are read"]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1), min_size=3, max_size=3
        )
    )
)
def test_what_is_written_with_quotes_is_read_as_it_was(rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]

    found = table("\n".join(["a,b,c", *quoted]), columns=Columns(dict.fromkeys("abc", "string")))

    assert [list(row.values()) for row in found.rows] == rows
    assert not found.faulty


@given(st.text(st.sampled_from('a1,"\n\r ;ä'), max_size=60))
def test_whatever_stands_in_a_file_it_is_read_or_told(text: str) -> None:
    found = table("name,count\n" + text)

    for row in range(len(found.rows)):
        place = found.row_place(row)
        assert 2 <= place.line <= place.end_line
    told("name,count\n" + text)
