"""`check --base` says what a change brought, took away and left, whatever moved. All repositories are real."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

ORDERS = ("standard-is-said", "capability:orders")
SEARCH = ("standard-is-said", "capability:search")


def test_nothing_changed_is_nothing_new_and_passes(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    code, report = repository.check("--base", "main")

    assert (code, words.news(report)) == (0, {"unchanged": [ORDERS]})
    assert report["summary"]["gated"] == 0


def test_one_finding_swapped_for_another_in_the_same_file_is_one_new_and_one_fixed(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.write("catalogue/capabilities.yaml", words.capability("orders"), words.capability("search", "None."))

    code, report = repository.check("--base", "main")

    assert (code, words.news(report)) == (1, {"new": [SEARCH], "fixed": [ORDERS]})


def _rename_the_file(repository: SimpleNamespace, _words: SimpleNamespace) -> None:
    repository.git("mv", "catalogue/capabilities.yaml", "catalogue/what-we-do.yaml")


def _move_the_document(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/capabilities.yaml", words.capability("search"))
    repository.write("catalogue/more/orders.yaml", words.capability("orders", "None."))


def _lay_it_out_anew(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    orders, search = words.capability("orders", "None."), words.capability("search")
    repository.write("catalogue/capabilities.yaml", "# The order is another.\n\n" + json.dumps(search) + "\n", orders)


def _say_it_otherwise(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    said = words.policy("standard-is-said", 'entity.spec.standard != "None."')
    said["spec"]["validations"][0]["message"] = "nobody says what the standard is"
    repository.policy(said)


@pytest.mark.parametrize("change", [_rename_the_file, _move_the_document, _lay_it_out_anew, _say_it_otherwise])
def test_what_moves_a_finding_brings_none(
    repository: SimpleNamespace, words: SimpleNamespace, change: Callable[..., None]
) -> None:
    change(repository, words)
    repository.commit()

    code, report = repository.check("--base", "main", "--rev", "HEAD")

    assert (code, words.news(report)) == (0, {"unchanged": [ORDERS]})


BROKEN = 'kind: Team\nmetadata: {name: "x", name: "y"}\nspec:\n  # one\n  # two\n  # three\n  type: brand\n'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("catalogue/moved.yaml", BROKEN, {"unchanged": 2}),
        ("catalogue/moved.yaml", "# A line above.\n" + BROKEN, {"unchanged": 2}),
        ("catalogue/other.yaml", 'a: {name: "p", name: "q"}\n', {"unchanged": 1, "new": 1, "fixed": 1}),
    ],
    ids=["under another name", "under another name with another line in it", "replaced by another broken file"],
)
def test_a_broken_file_is_known_again_by_what_it_holds(
    repository: SimpleNamespace, words: SimpleNamespace, name: str, text: str, expected: dict[str, int]
) -> None:
    repository.write("catalogue/broken.yaml", BROKEN)
    base = repository.commit()
    repository.remove("catalogue/broken.yaml")
    repository.write(name, text)

    _, report = repository.check("--base", base)

    assert {change: len(found) for change, found in words.news(report).items()} == expected


def test_an_element_that_moves_up_in_its_list_is_the_same_fault(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    teams = words.teams()
    teams[2]["spec"]["members"] = [words.member("nils"), {"name": "Olaf", "handle": "olaf", "email": "olaf"}]
    repository.write("catalogue/teams.yaml", *teams)
    base = repository.commit()
    del teams[2]["spec"]["members"][0]
    repository.write("catalogue/teams.yaml", *teams)

    code, report = repository.check("--base", base, "--policy", "standard-is-said")

    assert (code, list(words.news(report))) == (0, ["unchanged"])


def test_the_base_is_where_the_ways_parted_unless_it_is_meant_exactly(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.write("catalogue/capabilities.yaml", words.capability("orders"), words.capability("search"))
    repository.commit("Main moves on and mends orders")
    repository.git("checkout", "--quiet", "change")

    parted, exact = repository.check("--base", "main"), repository.check("--base", "main", "--exact-base")

    assert (parted[0], words.news(parted[1])) == (0, {"unchanged": [ORDERS]})
    assert (exact[0], words.news(exact[1])) == (1, {"new": [ORDERS]})


def test_the_index_can_be_compared_as_well(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/capabilities.yaml", words.capability("orders"), words.capability("search"))
    unstaged = repository.check("--base", "main", "--staged")
    repository.git("add", "--all")

    staged = repository.check("--base", "main", "--staged")

    assert words.news(unstaged[1]) == {"unchanged": [ORDERS]}
    assert words.news(staged[1]) == {"fixed": [ORDERS]}


def test_the_gate_counts_old_findings_where_all_are_asked_for(repository: SimpleNamespace) -> None:
    new, everything = repository.check("--base", "main"), repository.check("--base", "main", "--gate", "all")

    assert (new[0], everything[0]) == (0, 1)
    assert (new[1]["summary"]["gated"], everything[1]["summary"]["gated"]) == (0, 1)


def test_what_is_below_the_gate_is_new_and_does_not_count(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/more.yaml", words.capability("returns", owner="makers"))

    code, report = repository.check("--base", "main")

    assert code == 0
    assert words.news(report)["new"] == [("owner-is-the-board", "capability:returns")]


def test_a_waiver_that_comes_or_goes_is_told(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    bare = repository.git("rev-parse", "HEAD")
    repository.write("catalogue/exceptions/orders.yaml", words.waiver("standard-is-said", "capability:orders"))
    waived = repository.commit()

    comes = repository.check("--base", bare, "--rev", waived)
    stays = repository.check("--base", waived)
    repository.remove("catalogue/exceptions/orders.yaml")
    goes = repository.check("--base", waived)

    assert (comes[0], words.news(comes[1])) == (0, {"newly-waived": [ORDERS]})
    assert (stays[0], words.news(stays[1])) == (0, {"unchanged": [ORDERS]})
    assert (goes[0], words.news(goes[1])) == (1, {"no-longer-waived": [ORDERS]})


def test_an_old_error_outcome_does_not_count_and_a_new_one_does(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.policy(words.policy("divides", "10 / size(entity.spec.standard.replace('None.', '')) < 100"))
    base = repository.commit()
    unchanged = repository.check("--base", base)
    repository.write("catalogue/more.yaml", words.capability("returns", "None."))

    worse = repository.check("--base", base)

    assert unchanged[0] == 0
    assert ("divides", "capability:orders") in words.news(unchanged[1])["unchanged"]
    assert worse[0] == 1
    assert ("divides", "capability:returns") in words.news(worse[1])["new"]


@pytest.mark.parametrize(
    ("mend", "ending"),
    [
        (lambda r, w: r.write("catalogue/capabilities.yaml", w.capability("orders"), w.capability("search")), "mended"),
        (lambda r, w: r.write("catalogue/capabilities.yaml", w.capability("search")), "removed"),
        (lambda r, _: r.remove("policies/standard-is-said/policy.yaml"), "rule-removed"),
        (
            lambda r, w: r.write(
                "catalogue/capabilities.yaml", w.document("Capability", "orders", standard="None.", owner="board")
            ),
            "not-judged",
        ),
        (lambda r, _: r.write("catalogue/capabilities.yaml", "kind: [\n"), "not-judged"),
    ],
    ids=["mended", "its entity removed", "its policy removed", "its entity incomplete", "its file broken"],
)
def test_a_finding_that_is_gone_says_why(
    repository: SimpleNamespace, mend: Callable[..., None], ending: str, words: SimpleNamespace
) -> None:
    mend(repository, words)

    _, report = repository.check("--base", "main")

    gone = {(item["policy"], item["entity"]): item["ending"] for item in report["fixed"]}
    assert gone.get(ORDERS, "not gone") == ending


def test_what_reads_through_a_fault_is_not_called_mended(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("board-owns", 'entity.spec.refs.owner.spec.type == "finance"'))
    base = repository.commit()
    teams = words.teams()
    del teams[0]["spec"]["members"]
    repository.write("catalogue/teams.yaml", *teams)

    _, report = repository.check("--base", base)

    gone = {(item["policy"], item["entity"]): item["ending"] for item in report["fixed"]}
    assert gone["board-owns", "capability:orders"] == "not-judged"


def test_a_broken_rule_ends_with_2_though_it_is_an_old_one(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.policy(words.policy("misspelt", "entity.spec.standrad != ''"))
    base = repository.commit()

    assert repository.check("--base", base)[0] == 2


def test_both_sides_are_judged_on_the_same_day(repository: SimpleNamespace, words: SimpleNamespace) -> None:
    repository.write("catalogue/exceptions/orders.yaml", words.waiver("standard-is-said", "capability:orders"))
    base = repository.commit()

    _, later = repository.check("--base", base, "--as-of", "2027-01-01")

    assert words.news(later)["unchanged"][0] == ORDERS


def test_the_text_says_what_got_worse_first_and_only_counts_what_stayed(
    repository: SimpleNamespace, words: SimpleNamespace
) -> None:
    repository.write(
        "catalogue/capabilities.yaml",
        words.capability("orders", "None."),
        words.capability("search", "None."),
        words.capability("returns", owner="makers"),
    )

    code, text = repository.run("check", "--as-of", "2026-05-01", "--base", "main")

    assert code == 1
    assert "2 new (1 error, 1 warning) · 1 unchanged" in text
    assert text.index("New findings (1)") < text.index("capability:search") < text.index("capability:returns")
    assert "capability:orders" not in text
    assert re.search(r"✗ failed: 2 new .* as of 2026-05-01", text)


def test_a_repository_below_the_top_has_its_files_named_from_there(
    repository: SimpleNamespace, concertino: Callable[..., SimpleNamespace], tmp_path: Path
) -> None:
    """A forge knows files from the root of the repository; people at a terminal from where they stand."""
    (repository.folder / "sub").mkdir()
    for name in ("catalogue", "policies", "concertino.yaml"):
        repository.git("mv", name, f"sub/{name}")
    repository.write("sub/catalogue/broken.yaml", "a: [\n")
    repository.commit()
    files = {name: tmp_path / name for name in ("sarif", "github", "gitlab", "markdown", "json")}

    options = [f"--format={name}={path}" for name, path in files.items()]
    concertino("check", "-C", repository.folder / "sub", "--as-of", "2026-05-01", *options)

    text = {name: path.read_text() for name, path in files.items()}
    uris = re.findall(r'"uri": "(.*)"', text["sarif"])
    assert set(uris) == {"sub/catalogue/capabilities.yaml", "sub/catalogue/broken.yaml"}
    assert set(re.findall(r'"path": "(.*)"', text["gitlab"])) == set(uris)
    assert set(re.findall(r"file=([^,]*),", text["github"])) == set(uris)
    assert "<code>sub/catalogue/broken.yaml</code>" in text["markdown"]
    assert {item["location"]["file"] for item in json.loads(text["json"])["findings"]} == {
        uri.removeprefix("sub/") for uri in uris
    }


@pytest.mark.parametrize("base", ["--output=x", "main..change", "^main", "", "nowhere", "a\nb"])
def test_a_base_that_names_no_commit_is_refused(
    repository: SimpleNamespace, concertino: Callable[..., SimpleNamespace], base: str
) -> None:
    ran = concertino("check", "-C", repository.folder, f"--base={base}")

    assert ran.code == 2
    assert not ran.out
    assert "Traceback" not in ran.err


def test_options_that_only_mean_something_with_a_base_say_so(
    repository: SimpleNamespace, concertino: Callable[..., SimpleNamespace]
) -> None:
    for option in ("--exact-base", "--gate=all"):
        ran = concertino("check", "-C", repository.folder, option)

        assert ran.code == 2
        assert "--base" in ran.err
