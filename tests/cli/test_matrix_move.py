"""`concertino matrix export` and `import` move scores; what nobody changed keeps every byte."""

import csv
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from concertino.model.snapshot import Snapshot
from concertino.revision import open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import read_catalogue, read_rules

ROOT = Path(__file__).resolve().parents[2]
SHEET = "catalogue/assessments/shop.yaml"
Rows = list[dict[str, str]]


@pytest.fixture
def exported(concertino: Callable[..., Any]) -> Callable[[Path], Rows]:
    """The rows that a repository exports."""

    def call(folder: Path) -> Rows:
        ran = concertino("matrix", "export", "-C", folder)
        assert (ran.code, ran.err) == (0, "")
        return list(csv.DictReader(io.StringIO(ran.out, newline="")))

    return call


@pytest.fixture
def imported(concertino: Callable[..., Any]) -> Callable[..., Any]:
    """Imports rows into a repository."""

    def call(folder: Path, rows: Rows, *options: str) -> object:
        table = folder / "scores.csv"
        with table.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return concertino("matrix", "import", table, "-C", folder, *options)

    return call


def row(rows: Rows, **wanted: str) -> dict[str, str]:
    (found,) = [item for item in rows if wanted.items() <= item.items()]
    return found


def contents(folder: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("catalogue/**/*.yaml")}


def test_there_is_a_row_for_each_cell_and_sheet_and_what_is_inherited_is_empty(
    small: Callable[..., Path], exported: Callable[[Path], Rows]
) -> None:
    rows = exported(small())

    assert list(rows[0])[:5] == ["brand", "capability", "sheet", "perspective", "differentiation"]
    assert [(item["brand"], item["capability"], item["sheet"]) for item in rows] == [
        ("knit", "mail", ""),
        ("knit", "orders", ""),
        ("knit", "shop", "shop-brand"),
        ("knit", "shop", "shop-platform"),
        ("wool", "mail", ""),
        ("wool", "orders", ""),
        ("wool", "shop", "shop-brand"),
        ("wool", "shop", "shop-platform"),
    ]
    knit = row(rows, brand="knit", sheet="shop-brand")
    assert (knit["differentiation"], knit["commonality"], knit["reuse"], knit["by"]) == ("5", "", "2", "bo")
    assert not any(row(rows, brand="wool", sheet="shop-brand")[name] for name in ("differentiation", "by", "why"))


def test_what_was_exported_and_imported_unchanged_changes_no_byte(
    small: Callable[..., Path], exported: Callable[[Path], Rows], imported: Callable[..., Any]
) -> None:
    folder = small()
    before = contents(folder)

    ran = imported(folder, exported(folder))

    assert (ran.code, ran.out) == (0, "nothing differs; no file was touched\n")
    assert contents(folder) == before


def test_the_reference_portfolio_comes_back_from_a_table_as_it_was(
    concertino: Callable[..., Any], tmp_path: Path
) -> None:
    table = tmp_path / "scores.csv"
    before = contents(ROOT)

    assert concertino("matrix", "export", "-C", ROOT, "--output", table).code == 0
    ran = concertino("matrix", "import", table, "-C", ROOT, "--dry-run")

    assert ran.out == "nothing differs; no file was touched\n"
    assert contents(ROOT) == before


def test_an_import_touches_the_lines_that_differ_and_no_other(
    small: Callable[..., Path], exported: Callable[[Path], Rows], imported: Callable[..., Any]
) -> None:
    folder = small()
    before = (folder / SHEET).read_text("utf-8")
    rows = exported(folder)
    row(rows, brand="knit", sheet="shop-brand").update(differentiation="4", reuse="", risk="3")
    row(rows, brand="wool", sheet="shop-brand").update(demand="2", by="bo")
    row(rows, brand="wool", sheet="shop-platform").update(commonality="", by="")

    ran = imported(folder, rows)

    assert (ran.code, ran.err) == (0, "")
    assert (folder / SHEET).read_text("utf-8") == (
        before.replace("differentiation: 5\n      reuse: 2\n", "differentiation: 4\n      risk: 3\n")
        .replace('people come for."\n', 'people come for."\n    - brand: wool\n      demand: 2\n      by: bo\n')
        .replace("    - {brand: wool, commonality: 2, by: ada}\n", "")
    )
    assert "3 rows differ; 1 file changed\n" in ran.out
    assert "-      differentiation: 5\n" in ran.out
    assert exported(folder) == rows


def test_a_dry_run_shows_the_difference_and_writes_nothing(
    small: Callable[..., Path], exported: Callable[[Path], Rows], imported: Callable[..., Any]
) -> None:
    folder = small()
    before, rows = contents(folder), exported(folder)
    row(rows, brand="knit", sheet="shop-brand")["reuse"] = "3"

    ran = imported(folder, rows, "--dry-run")

    assert (ran.code, contents(folder)) == (0, before)
    assert "-      reuse: 2\n+      reuse: 3\n" in ran.out
    assert "1 row differs; 1 file would change\n" in ran.out


def test_the_first_score_of_a_view_begins_a_sheet(
    small: Callable[..., Path], exported: Callable[[Path], Rows], imported: Callable[..., Any]
) -> None:
    folder = small()
    rows = exported(folder)
    row(rows, brand="knit", capability="mail").update(perspective="finance", economics="1", by="ada", why="Cheap.")

    ran = imported(folder, rows, "--as-of", "2026-06-30")

    assert ran.code == 0
    assert (folder / "catalogue/assessments/mail-finance.yaml").read_text("utf-8") == (
        "apiVersion: concertino/v1\nkind: Assessment\nmetadata: {name: mail-finance}\nspec:\n  capability: mail\n"
        "  perspective: finance\n  ratedOn: 2026-06-30\n"
        "  rows: [{brand: knit, economics: 1, by: ada, why: Cheap.}]\n"
    )
    again = exported(folder)
    assert row(again, brand="knit", capability="mail", sheet="mail-finance")["economics"] == "1"


@pytest.mark.parametrize(
    "why",
    ["=1+1", "@SUM(A1)", "-5 points", "+1", 'a, b and "c"', "one\ntwo", "'quoted'", "ends with a dash -", "Zoë"],
    ids=repr,
)
def test_a_text_survives_the_way_to_a_spreadsheet_and_back_and_is_no_formula_there(
    small: Callable[..., Path], exported: Callable[[Path], Rows], imported: Callable[..., Any], why: str
) -> None:
    sheets = (
        "apiVersion: concertino/v1\nkind: Assessment\nmetadata: {name: shop-brand}\nspec:\n  capability: shop\n"
        "  perspective: brand\n  ratedOn: 2026-02-01\n  rows:\n"
        f"    - {{brand: knit, differentiation: 5, by: bo, why: {yaml_text(why)}}}\n"
    )
    folder = small(sheets=sheets)
    before, rows = contents(folder), exported(folder)
    knit = row(rows, brand="knit", sheet="shop-brand")

    assert knit["why"][:1] not in ("=", "+", "-", "@")
    assert imported(folder, rows).out == "nothing differs; no file was touched\n"
    assert contents(folder) == before
    knit["differentiation"] = "4"
    imported(folder, rows)
    assert (folder / SHEET).read_text("utf-8") == sheets.replace("differentiation: 5", "differentiation: 4")


def yaml_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def test_a_formula_that_was_typed_as_text_loses_its_guard_on_the_way_in(
    small: Callable[..., Path], exported: Callable[[Path], Rows], imported: Callable[..., Any]
) -> None:
    folder = small()
    rows = exported(folder)
    row(rows, brand="knit", sheet="shop-brand")["why"] = "'=more than before"

    imported(folder, rows)

    assert '      why: "=more than before"\n' in (folder / SHEET).read_text("utf-8")
    assert row(exported(folder), brand="knit", sheet="shop-brand")["why"] == "'=more than before"


FAULTS: Mapping[str, tuple[dict[str, str], str, str]] = {
    "a score out of range": ({"reuse": "7"}, "4:", '7 is too large for "reuse"'),
    "a score that is no number": ({"reuse": "two"}, "4:", 'expected a whole number for "reuse", found "two"'),
    "a decimal comma": ({"reuse": "2,0"}, "4:", 'did you mean "2"?'),
    "an unknown brand": ({"brand": "knitt"}, "4:1", 'there is no brand "knitt" that can be scored'),
    "a near miss of a brand": ({"brand": "knitt"}, "4:1", 'did you mean "knit"?'),
    "an unknown capability": ({"capability": "shopp"}, "4:", 'did you mean "shop"?'),
    "an unknown sheet": ({"sheet": "shop-brnd"}, "4:", 'did you mean "shop-brand"?'),
    "the sheet of another capability": (
        {"capability": "mail"},
        "4:",
        "shop-brand is not about cell:knit/mail",
    ),
    "the sheet of another view": ({"perspective": "risk"}, "4:", "is the view of brand, not of risk"),
    "a view that there is not": ({"sheet": "", "perspective": "band"}, "4:", 'there is no perspective "band"'),
    "no view at all": ({"sheet": "", "perspective": ""}, "4:", "says whose view this is"),
    "nobody who answers for it": ({"by": ""}, "4:", '"by" is empty, and a row of scores needs it'),
    "a person who is no reference": ({"by": "b o"}, "4:", '"by"'),
    "the same cell twice": ({"sheet": "shop-platform", "perspective": ""}, "4:1", "stands here twice"),
}


HEAD = "brand,capability,sheet,perspective,differentiation,commonality,reuse,by"
SOUND = (
    ("wool", "shop", "shop-platform", "platform", "", "3", "", "ada"),  # differs, and is not written either
    ("knit", "shop", "shop-platform", "platform", "2", "", "", "ada"),
)


@pytest.mark.parametrize(("change", "place", "told"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_shown_at_its_line_and_nothing_is_written(
    small: Callable[..., Path], imported: Callable[..., Any], change: dict[str, str], place: str, told: str
) -> None:
    folder, names = small(), HEAD.split(",")
    before = contents(folder)
    faulty = dict(zip(names, ("knit", "shop", "shop-brand", "brand", "5", "", "2", "bo"), strict=True)) | change
    rows = [*(dict(zip(names, item, strict=True)) for item in SOUND), faulty]

    ran = imported(folder, rows)

    assert (ran.code, ran.out) == (1, "")
    assert re.search(rf"scores\.csv:{place}", ran.err)
    assert told in ran.err
    assert ran.err.endswith("Nothing was written.\n")
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the table is empty"),
        ("brand;capability;reuse\nknit;shop;2\n", "the columns are separated by semicolons"),
        ("brand,reuse\nknit,2\n", 'the column "capability" is missing'),
        ("brand,capability,perspective,reuze\nknit,shop,brand,2\n", 'did you mean "reuse"?'),
        ('brand,capability,perspective,reuse\n"knit,shop,brand,2\n', "is never closed"),
    ],
    ids=["an empty file", "semicolons", "a missing column", "a misspelt column", "an open quote"],
)
def test_a_table_that_is_none_is_refused(
    small: Callable[..., Path], concertino: Callable[..., Any], text: str, told: str
) -> None:
    folder = small()
    (folder / "scores.csv").write_text(text, "utf-8")

    ran = concertino("matrix", "import", folder / "scores.csv", "-C", folder)

    assert ran.code == 1
    assert told in ran.err


def test_columns_and_rows_that_are_left_out_stay_as_they_are(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    folder = small()
    before = (folder / SHEET).read_text("utf-8")
    (folder / "scores.csv").write_text("brand,capability,perspective,reuse\nknit,shop,brand,3\n", "utf-8")

    ran = concertino("matrix", "import", folder / "scores.csv", "-C", folder)

    assert ran.code == 0
    assert (folder / SHEET).read_text("utf-8") == before.replace("reuse: 2", "reuse: 3")


def test_a_model_that_names_no_sheet_has_nothing_to_move(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    folder = small()
    model = folder / "policies/tried/decision-model.yaml"
    text = model.read_text("utf-8")
    model.write_text(re.sub(r"\n +sheet: \{.*\}", "", text), "utf-8")

    ran = concertino("matrix", "export", "-C", folder)

    assert ran.code == 2
    assert "does not say in which documents scores are written" in ran.err


def test_the_reference_portfolio_took_no_more_than_three_hundred_typed_scores() -> None:
    snapshot = open_snapshot(ROOT, environment=os.environ)
    assert isinstance(snapshot, Snapshot)
    catalogue = read_catalogue(snapshot, read_rules(snapshot, shipped_files()))
    names = {"differentiation", "commonality", "reuse", "demand", "economics", "risk"}

    def typed(value: object) -> Iterator[str]:
        for key, item in (
            value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
        ):
            if key in names and isinstance(item, int):
                yield str(key)
            elif key not in ("refs", "inverse", "matrix"):
                yield from typed(item)

    documents = [item for kind in ("Assessment", "Capability", "Brand") for item in catalogue.of_kind(kind)]
    count = sum(1 for item in documents for _ in typed(item.value))
    assert not [item.name for item in documents if item.fault]
    assert len(catalogue.of_kind("Brand")) == 8
    assert len(catalogue.of_kind("Capability")) == 15
    assert 100 < count <= 300
