"""`concertino matrix` draws recommended, decided and actual; parts of it; and the same for programs."""

import csv
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from concertino.documents import SchemaSet
from concertino.matrix.picture import Picture, read_picture
from concertino.model.limits import Limits
from concertino.model.snapshot import Snapshot
from concertino.rendering.matrix_grid import grid_text
from concertino.rendering.matrix_lists import candidates_text, slice_text, spread_text
from concertino.rendering.matrix_words import code_of, marks_of
from concertino.revision import open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import read_catalogue, read_rules

ROOT = Path(__file__).resolve().parents[2]
DAY = ("--as-of", "2026-06-30")
SMALL = """\
       knit   wool
mail   o-- ?  ooP !
orders o      o
shop   Fo- ^  Fo- ^

o orchestrate   F federate   P operate   - none
one letter: recommended, decided and actual are the same; three: each, in this order
! otherwise in fact than decided, and past its day
^ decided otherwise than recommended
? undetermined: not everything can be known yet

6 cells: 4 orchestrate, 2 federate recommended · operate-orchestrate 1.0, as of 2026-06-30
2 decided otherwise, 1 otherwise in fact, 1 past its day, 1 undetermined
next: concertino matrix wool/mail --as-of 2026-06-30  # how it came to that
"""


@pytest.fixture(scope="module")
def picture() -> Picture:
    """The matrix of the reference portfolio."""
    snapshot = open_snapshot(ROOT, environment=os.environ)
    assert isinstance(snapshot, Snapshot)
    rules = read_rules(snapshot, shipped_files())
    assert rules.model
    return read_picture(read_catalogue(snapshot, rules), rules.model, "2026-06-30", Limits())


def test_a_small_portfolio_is_drawn_like_this(small: Callable[..., Path], concertino: Callable[..., Any]) -> None:
    ran = concertino("matrix", "-C", small(), *DAY)

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == SMALL


def test_two_runs_draw_the_same_bytes(small: Callable[..., Path], concertino: Callable[..., Any]) -> None:
    folder = small()

    assert concertino("matrix", "-C", folder, *DAY).out == concertino("matrix", "-C", folder, *DAY).out
    told = [concertino("matrix", "-C", folder, *DAY, "--format", "json").out for _ in range(2)]
    assert told[0] == told[1]


def test_eight_brands_and_fifteen_capabilities_fit_into_a_hundred_columns(picture: Picture) -> None:
    lines = grid_text(picture, width=100).splitlines()
    table = lines[: lines.index("")]

    assert len(table) == 16
    assert all(len(line) <= 100 for line in table)
    assert [line.split()[0] for line in table[1:]] == sorted({cell.factors["capability"] for cell in picture.cells})


def test_every_cell_of_the_drawing_says_what_the_answers_say(picture: Picture) -> None:
    letters = picture.matrix.display.letters
    rows = grid_text(picture, width=100).splitlines()[1:16]
    shown = sorted(word for row in rows for word in row.split()[1:] if word.isalpha())

    assert shown == sorted(code_of(entry, letters) for entry in picture.entries)
    assert sum(row.count(" .") for row in rows) == 8 * 15 - len(picture.entries)


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_no_line_of_the_table_is_wider_than_the_terminal(picture: Picture, width: int) -> None:
    lines = grid_text(picture, width=width).splitlines()
    table = lines[: max(number for number, line in enumerate(lines) if line.startswith("storytelling"))]

    assert max(map(len, table)) <= width


def test_colour_adds_nothing_but_codes(picture: Picture) -> None:
    plain, coloured = (grid_text(picture, colour=colour) for colour in (False, True))

    assert plain != coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_names_that_are_cut_are_told_apart_and_spelled_out(picture: Picture) -> None:
    text = grid_text(picture, width=60)

    for name in ("atelier-nord", "pocket-botanics"):
        assert re.search(rf"\S+ = {name}", text)


def test_a_contested_cell_is_marked(picture: Picture) -> None:
    entry = next(item for item in picture.entries if len(item.cell.views) > 1)
    first, *rest = entry.cell.views
    other = next(item.id for item in picture.model.answers if item.id != first.answer.answer)
    views = (replace(first, answer=replace(first.answer, answer=other)), *rest)

    assert "~" not in marks_of(entry)
    assert "~" in marks_of(replace(entry, cell=replace(entry.cell, views=views)))


def test_a_portfolio_that_scored_nothing_is_told_so_first(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    ran = concertino("matrix", "-C", small(sheets=None), *DAY)

    assert ran.out.splitlines()[0] == (
        "Nothing is scored yet: every answer here follows from defaults alone, and those lean to orchestrate."
    )
    assert "concertino matrix export" in ran.out.splitlines()[1]


def test_a_faulty_capability_leaves_the_other_answers_standing(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    mail = "apiVersion: concertino/v1\nkind: Capability\nmetadata: {name: mail, title: Mail}\nspec: {plane: 1}\n"

    ran = concertino("matrix", "-C", small(mail=mail), *DAY)

    assert ran.code == 0
    assert "orders o      o\n" in ran.out
    assert "x no answer" in ran.out
    assert "2 without an answer" in ran.out
    assert "faults in the catalogue: concertino check" in ran.err


def test_a_brand_shows_its_cells_with_index_margin_and_own_scores(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    ran = concertino("matrix", "knit", "-C", small(), *DAY)

    assert ran.out.startswith("brand knit  3 cells: 2 orchestrate, 1 federate recommended\n")
    assert "shop    Fo- ^     170      15  differentiation 2, reuse 2\n" in ran.out
    assert "orders  o         130      25  all inherited\n" in ran.out
    assert "how far they differ" not in ran.out


def test_a_capability_also_shows_how_far_brands_differ_and_its_clusters(picture: Picture) -> None:
    text = slice_text(picture, "capability", "storefront")

    assert "how far they differ  index 110 to 320 (range 210), median 185;" in text
    assert "one standard  not safe for all" in text
    assert "  operate, index 300 to 320: atelier-nord, kindling\n" in text
    assert re.search(r"alike && gap < params\.clusterGap  ← policies/\S+decision-model.yaml:\d+:\d+", text)


def test_the_overview_has_the_widest_range_first(picture: Picture) -> None:
    lines = spread_text(picture).splitlines()
    rows = lines[1 : lines.index("")]

    ranges = [int(row.split()[4]) for row in rows]
    assert ranges == sorted(ranges, reverse=True)
    assert len(rows) == 15
    assert re.search(r"^identity +30 +30 +30 +0 +0 +safe +8 orchestrate$", "\n".join(rows), re.MULTILINE)


def test_candidates_for_a_pilot_are_ranked_with_the_rule_that_found_them(picture: Picture) -> None:
    text = candidates_text(picture)

    assert [line[:3] for line in text.splitlines()[:2]] == ["1  ", "2  "]
    assert "for 2 at least." in text
    assert f"next: concertino matrix {picture.candidates[0].name}" in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("knitt",), 'There is no brand, capability or cell "knitt". Did you mean "knit"?'),
        (("knit/shp",), 'Did you mean "knit/shop"?'),
        (("capability:knit",), 'There is no brand, capability or cell "capability:knit".'),
        (("--quiet", "verify"), "concertino matrix verify"),
        (("knit", "--spread"), "--spread and --candidates each stand for themselves"),
        (("--spread", "--format", "csv"), "shown as text or json"),
        (("--frmat", "json"), "Did you mean '--format'?"),
    ],
    ids=[
        "a misspelt brand",
        "a misspelt cell",
        "a brand called a capability",
        "a command behind an option",
        "a name and an overview",
        "an overview as a table",
        "a misspelt option",
    ],
)
def test_a_slip_gets_a_suggestion(
    small: Callable[..., Path], concertino: Callable[..., Any], arguments: tuple[str, ...], told: str
) -> None:
    ran = concertino("matrix", *arguments, "-C", small(), *DAY)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Usage: concertino matrix [OPTIONS]" in ran.err


def test_a_cell_that_does_not_apply_is_told_from_one_that_is_unknown(concertino: Callable[..., Any]) -> None:
    gap = concertino("matrix", "atelier-nord/inventory", "-C", ROOT)
    swapped = concertino("matrix", "orders/oakwell", "-C", ROOT)

    assert (gap.code, swapped.code) == (2, 2)
    assert "The capability inventory does not apply to brand atelier-nord" in gap.err
    place = re.search(r"left out in (\S+?):([0-9]+):", gap.err)
    assert place
    assert "capability: inventory" in (ROOT / place[1]).read_text("utf-8").splitlines()[int(place[2]) - 1]
    assert 'Did you mean "oakwell/orders"?' in swapped.err


def test_a_name_that_two_things_bear_asks_which_is_meant(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    folder = small(mail=None, services=None, decisions=None, knit=None)
    (folder / "catalogue/brands/shop.yaml").write_text(
        "apiVersion: concertino/v1\nkind: Brand\nmetadata: {name: shop, title: Shop}\n"
        "spec: {promise: Warm., role: mature, team: shop, resultOwner: shop, demand: 3}\n"
    )

    unclear = concertino("matrix", "shop", "-C", folder, *DAY)
    clear = concertino("matrix", "brand:shop", "-C", folder, *DAY)

    assert unclear.code == 2
    assert '"shop" may be' in unclear.err
    assert "brand shop  2 cells" in clear.out


def test_the_json_is_as_its_schema_says(picture: Picture, concertino: Callable[..., Any]) -> None:
    ran = concertino("matrix", "-C", ROOT, *DAY, "--format", "json")
    told = json.loads(ran.out)
    schemas = {
        path.removeprefix("schemas/"): data for path, data in shipped_files().items() if path.startswith("schemas/")
    }

    assert SchemaSet.build(schemas)[0].gate("matrix.schema.json").accepts(told)
    assert [cell["cell"] for cell in told["cells"]] == [cell.entity for cell in picture.cells]
    first = told["cells"][0]
    assert first["index"] == sum(item["contribution"] for item in first["contributions"])
    assert {source["location"]["file"].split("/")[0] for source in first["sources"]} <= {"catalogue", "policies"}
    assert len(told["spreads"]) == 15


def test_the_csv_can_be_read_back_and_the_markdown_has_the_same_rows(
    small: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    folder = small()
    table = concertino("matrix", "-C", folder, *DAY, "--format", "csv").out
    page = concertino("matrix", "-C", folder, *DAY, "--format", "markdown").out
    rows = list(csv.DictReader(io.StringIO(table, newline="")))

    assert [row["cell"] for row in rows] == sorted(row["cell"] for row in rows)
    assert {(row["brand"], row["capability"]): row["recommendation"] for row in rows}["knit", "shop"] == "federate"
    assert [row["overdue"] for row in rows if row["cell"] == "cell:wool/mail"] == ["yes"]
    assert "| shop | Fo- \\^ | Fo- \\^ |" in page


def test_a_revision_is_drawn_without_a_checkout(
    small: Callable[..., Path], concertino: Callable[..., Any], git: Callable[..., str]
) -> None:
    def carrying(option: str) -> str:
        return SMALL.replace("2026-06-30  #", f"2026-06-30 {option}  #")

    folder = small()
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    (folder / "catalogue/assessments/shop.yaml").unlink()

    assert concertino("matrix", "-C", folder, "--rev", "HEAD", *DAY).out == carrying("--rev HEAD")
    assert concertino("matrix", "-C", folder, "--staged", *DAY).out == carrying("--staged")
    assert concertino("matrix", "-C", folder, *DAY).out.startswith("Nothing is scored yet")


def test_without_a_decision_model_there_is_no_matrix(
    write: Callable[..., Path], concertino: Callable[..., Any]
) -> None:
    folder = write({"concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"})

    ran = concertino("matrix", "-C", folder)

    assert (ran.code, ran.out) == (2, "")
    assert "No pack here has a decision model" in ran.err


def test_the_help_of_the_group_shows_the_options_of_drawing_and_the_other_commands(
    concertino: Callable[..., Any],
) -> None:
    out = concertino("matrix", "--help").out

    assert "--candidates" in out
    assert re.search(r"^  verify +Prove", out, re.MULTILINE)
    assert re.search(r"^  import +Bring", out, re.MULTILINE)
    assert "draw" not in out.split("Commands:")[1]
