"""A new number moves what tells a decision by the old one, and leaves what may mean another."""

from collections.abc import Callable, Mapping

import pytest

from concertino.editing.numbers import next_number, slug_of
from concertino.editing.renumber import Renumber, Renumbering
from concertino.model.limits import Limits
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, read_rules

HEAD = "apiVersion: concertino/v1\nkind: Decision\n"
PATH = "catalogue/decisions/0012-orders.yaml"


@pytest.fixture(scope="module")
def rules() -> Rules:
    bare = b"apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"
    entries = {"concertino.yaml": Entry("concertino.yaml", EntryKind.FILE)}
    snapshot = Snapshot(Source(SourceKind.WORKING_TREE), entries, lambda paths: dict.fromkeys(paths, bare))
    return read_rules(snapshot, shipped_files())


@pytest.fixture
def renumbered(rules: Rules) -> Callable[..., Renumbering | Problem]:
    """Gives `decision:NAME`, with number 12 in these files, number 40."""

    def call(files: Mapping[str, str], name: str, texts: Mapping[str, str] | None = None) -> Renumbering | Problem:
        data = {path: text.encode() for path, text in files.items()}
        catalogue = rules.builder.build(data)
        others = {path: text.encode() for path, text in (texts or {}).items()}
        mine = catalogue.by_name[f"decision:{name}"]
        shared = sum("number: 12" in text for text in files.values()) > 1
        return Renumber(catalogue, rules.kinds, Limits(), data, mine, 12, 40, shared, others).result()

    return call


def decided(name: str, spec: str) -> str:
    return f"{HEAD}metadata: {{name: {name}}}\nspec:\n{spec}"


def done(found: Renumbering | Problem) -> Renumbering:
    assert isinstance(found, Renumbering), found
    return found


def test_a_name_that_begins_with_the_number_moves_with_every_reference(renumbered: Callable[..., object]) -> None:
    files = {
        "catalogue/decisions/0012-orders.yaml": decided("0012-orders", "  number: 12\n"),
        "catalogue/decisions/later.yaml": decided(
            "later", "  number: 13\n  supersedes:\n    - decision:0012-orders # the old way\n    - '0012-Orders'\n"
        ),
        "catalogue/pilots.yaml": "apiVersion: concertino/v1\nkind: Pilot\nmetadata: {name: p}\n"
        "spec: {decision: default/0012-orders}\n",
    }
    found = done(renumbered(files, "0012-orders"))  # type: ignore[arg-type]

    assert found.name == "0040-orders"
    assert found.moved == {"catalogue/decisions/0012-orders.yaml": "catalogue/decisions/0040-orders.yaml"}
    assert {path: data.decode() for path, data in found.files.items()} == {
        "catalogue/decisions/0040-orders.yaml": decided("0040-orders", "  number: 40\n"),
        "catalogue/decisions/later.yaml": decided(
            "later", "  number: 13\n  supersedes:\n    - decision:0040-orders # the old way\n    - '0040-orders'\n"
        ),
        "catalogue/pilots.yaml": files["catalogue/pilots.yaml"].replace("0012", "0040"),
    }


@pytest.mark.parametrize(
    ("text", "after"),
    [
        pytest.param("see [0012](0012-orders.md)", "see [0040](0040-orders.md)", id="a link by number"),
        pytest.param("[ADR-0012 Us](../0012-orders.md#y)", "[ADR-0040 Us](../0040-orders.md#y)", id="a link by title"),
        pytest.param("https://a.b/0012-orders.yaml", "https://a.b/0040-orders.yaml", id="an address of the file"),
        pytest.param("0012-orders-two.md, 0012-orders.csv", None, id="other files with a longer name"),
        pytest.param("10012-orders.md", None, id="a longer number"),
        pytest.param("as ADR-0012 and ADR 12 say", "as ADR-0040 and ADR 0040 say", id="a number that nobody shares"),
        pytest.param("ADR-0120, ADR-0012.1, 12 days, decision 12", None, id="other numbers"),
    ],
)
def test_texts_speak_of_the_new_number(renumbered: Callable[..., object], text: str, after: str | None) -> None:
    files = {PATH: decided("orders", f"  number: 12\n  context: '{text}'\n")}
    found = done(renumbered(files, "orders"))  # type: ignore[arg-type]

    assert found.files["catalogue/decisions/0040-orders.yaml"].decode() == decided(
        "orders", f"  number: 40\n  context: '{after or text}'\n"
    )


def test_what_may_mean_the_other_decision_is_left_and_told(renumbered: Callable[..., object]) -> None:
    files = {
        PATH: decided("orders", "  number: 12 # decision 12 in the minutes\n"),
        "catalogue/decisions/0012-prices.yaml": decided("prices", "  number: 12\n  context: ADR-0012\n"),
    }
    found = done(renumbered(files, "orders", {"docs/a.md": "Records 11 to 14.\nSee record 12.\n"}))  # type: ignore[arg-type]

    assert list(found.files) == ["catalogue/decisions/0040-orders.yaml"]
    assert [(str(item.place), item.line) for item in found.left] == [
        ("catalogue/decisions/0012-prices.yaml:6:12", "context: ADR-0012"),
        ("catalogue/decisions/0040-orders.yaml:5:16", "number: 40 # decision 12 in the minutes"),
        ("docs/a.md:2:5", "See record 12."),
    ]


def test_an_entity_of_another_kind_keeps_its_name(renumbered: Callable[..., object]) -> None:
    pilot = "apiVersion: concertino/v1\nkind: Pilot\nmetadata: {name: 0012-orders}\nspec: {decision: 0012-orders}\n"
    files = {"catalogue/pilots.yaml": pilot, PATH: decided("0012-orders", "  number: 12\n")}
    found = done(renumbered(files, "0012-orders"))  # type: ignore[arg-type]

    assert found.files["catalogue/pilots.yaml"].decode() == pilot.replace("decision: 0012", "decision: 0040")


def test_a_file_that_cannot_be_read_stops_it_all(renumbered: Callable[..., object]) -> None:
    files = {
        PATH: decided("0012-orders", "  number: 12\n"),
        "catalogue/decisions/bad.yaml": decided("bad", "  number: &n 13\n  supersedes: [0012-orders]\n"),
    }
    found = renumbered(files, "0012-orders")

    assert isinstance(found, Problem)
    assert found.place.file == "catalogue/decisions/bad.yaml"


def test_numbers_go_on_after_the_largest_and_end() -> None:
    assert next_number([]) == 1
    assert next_number([3, 0, 12]) == 13
    assert next_number([9999]) is None


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("One profile of a customer & more!", "one-profile-of-a-customer-and-more"),
        ("Örebro's Straße", "orebros-strasse"),
        ("../../etc/passwd", "etc-passwd"),
        ("注文", ""),
        ("word " * 30, "-".join(["word"] * 11)),
    ],
)
def test_a_title_becomes_a_name(title: str, slug: str) -> None:
    assert slug_of(title) == slug
