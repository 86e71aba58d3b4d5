"""Both records of a succession change or neither."""

from collections.abc import Callable, Mapping

from concertino.catalogue import Catalogue
from concertino.records import Drift, DriftKind, RenderedFile, WritePlan, compare_records, render_records
from concertino.records.pairs import held_back, partners_of

Build = Callable[[Mapping[str, str]], Catalogue]


def plan(*names: str, refused: tuple[str, ...] = ()) -> WritePlan:
    return WritePlan(
        tuple(RenderedFile(f"r/{name}.md", "new", f"decision:{name}") for name in names),
        tuple(Drift(f"r/{name}.md", DriftKind.EDITED, "edited", f"decision:{name}") for name in refused),
    )


def chain(build: Build, small: Callable[..., str], **changes: str) -> Mapping[str, frozenset[str]]:
    return partners_of(
        build(
            {
                "catalogue/decisions/a.yaml": small("a", 1),
                "catalogue/decisions/b.yaml": small("b", 2, supersedes="[a]", **changes),
                "catalogue/decisions/c.yaml": small("c", 3, supersedes="[b]"),
                "catalogue/decisions/d.yaml": small("d", 4),
            }
        )
    )


def test_what_hangs_together_through_a_chain_waits_together(catalogue_of: Build, small: Callable[..., str]) -> None:
    found = held_back(plan("b", "c", "d", refused=("a",)), chain(catalogue_of, small), ())

    assert [file.decision for file in found.writes] == ["decision:d"]
    assert [item.path for item in found.refused] == ["r/a.md", "r/b.md", "r/c.md"]


def test_a_successor_that_is_only_proposed_binds_nobody(catalogue_of: Build, small: Callable[..., str]) -> None:
    found = held_back(plan("b", refused=("a",)), chain(catalogue_of, small, status="proposed"), ())

    assert [file.decision for file in found.writes] == ["decision:b"]


def test_a_successor_with_faults_holds_its_predecessor_as_it_is(catalogue_of: Build, small: Callable[..., str]) -> None:
    found = held_back(plan("a", "d"), chain(catalogue_of, small, model="operat"), ("decision:b",))

    assert [file.decision for file in found.writes] == ["decision:d"]


def test_the_index_is_written_whatever_waits(catalogue_of: Build, small: Callable[..., str]) -> None:
    with_index = WritePlan((RenderedFile("r/README.md", "new"),), plan(refused=("a",)).refused)

    assert held_back(with_index, chain(catalogue_of, small), ()).writes == with_index.writes


def test_a_record_by_hand_under_the_number_of_a_decision_is_found(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    rendered = render_records(catalogue_of({"catalogue/decisions/a.yaml": small("a", 12)}), "r")
    existing = {file.path: file.text.encode() for file in rendered}
    by_hand = {"r/0012-by-hand.md": b"# 12\n", "r/0013-other.md": b"# 13\n", "elsewhere/0012-x.md": b"# 12\n"}
    found = compare_records(rendered, existing | by_hand, "r", spared=())

    assert [(item.path, item.kind) for item in found] == [("r/0012-by-hand.md", DriftKind.COLLISION)]
