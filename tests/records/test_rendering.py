import subprocess
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest
import yaml
from markdown_it import MarkdownIt

from concertino.catalogue import Catalogue
from concertino.records import render_records

Build = Callable[[Mapping[str, str]], Catalogue]
FOLDER = "catalogue/records"
PARSER = MarkdownIt("commonmark").enable("table")
SECTIONS = [
    "Context and Problem Statement",
    "Decision Drivers",
    "Considered Options",
    "Decision Outcome",
    "Consequences",
    "Confirmation",
    "Pros and Cons of the Options",
    "More Information",
]


def _rendered(catalogue: Catalogue) -> dict[str, str]:
    return {file.path.removeprefix(f"{FOLDER}/"): file.text for file in render_records(catalogue, FOLDER)}


def _body(text: str) -> str:
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text


def _front(text: str) -> dict[str, object]:
    loaded = yaml.safe_load(text.split("\n---\n", 1)[0].removeprefix("---\n"))
    assert isinstance(loaded, dict)
    return loaded


def _headings(text: str) -> list[tuple[str, str]]:
    tokens = PARSER.parse(_body(text))
    return [(one.tag, two.content) for one, two in pairwise(tokens) if one.type == "heading_open"]


def _section(text: str, name: str) -> str:
    return text.split(f" {name}\n", 1)[1].split("\n#", 1)[0].strip()


@pytest.fixture
def whole(catalogue_of: Build, full: str, exception: str) -> str:
    """The record of a decision that fills nearly every field."""
    files = {"catalogue/decisions/orders.yaml": full, "catalogue/exceptions/split.yaml": exception}
    return _rendered(catalogue_of(files))["0007-orders-together.md"]


def test_the_headings_stand_in_the_order_of_madr(whole: str) -> None:
    options = ["Operate", "Orchestrate: One hub", "Federate", "Wait and see"]
    expected = [("h1", "One order service for all")]
    expected += [("h3" if name in ("Consequences", "Confirmation") else "h2", name) for name in SECTIONS[:-1]]
    expected += [("h3", name) for name in options] + [("h2", SECTIONS[-1])]

    assert _headings(whole) == expected


def test_the_front_matter_is_that_of_madr_and_says_where_the_record_comes_from(whole: str) -> None:
    front = _front(whole)

    assert front.pop("concertino-digest", "").startswith("sha256:")  # type: ignore[attr-defined] # a text
    assert str(front.pop("date")) == "2026-01-12"
    assert front == {
        "status": "accepted",
        "decision-makers": ["Architecture board", "Group finance"],
        "concertino-decision": "decision:orders-together",
        "concertino-source": "catalogue/decisions/orders.yaml",
    }


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("Context and Problem Statement", "Orders came through two systems. Nobody knew which was right."),
        ("Context and Problem Statement", "* stock was promised twice\n* returns went nowhere"),
        ("Context and Problem Statement", "Who runs [Orders](../capabilities/orders.yaml) for all brands?"),
        ("Context and Problem Statement", "The standard: One order from basket to return."),
        ("Decision Drivers", "* Single truth: there has to be one truth\n* Cost: it lowers cost"),
        ("Considered Options", "* Operate\n* Orchestrate: One hub\n* Federate\n* Wait and see"),
        (
            "Decision Outcome",
            'Chosen option: "Orchestrate: One hub", because there has to be one truth and it lowers cost.',
        ),
        ("Decision Outcome", "What it was based on, as of 2026-01-12:\n\n* Index 70 of 380."),
        ("Consequences", "* Good, because there is one truth\n* Bad, because changes queue"),
        ("Confirmation", "| `error-rate` | 3.2 percent | 1.5 percent | 2026-12-31 |"),
        ("Confirmation", "| `kept-promises` (safeguard) | 93.5 percent | 96 percent | 2026-12-31 |"),
        ("Operate", "* Bad, because of duplicate engineering: 5,000,000 EUR over 8 quarters"),
        ("Orchestrate: One hub\n\nEverything in one place.", "* Good, because one team answers"),
        (
            "Orchestrate: One hub\n\nEverything",
            "`kept-promises` went from 71 to 93.5 percent (customer; observed; S4)",
        ),
        ("Orchestrate: One hub\n\nEverything", "Aurora gains: Baskets that hold both (shows in `basket-size`)"),
        ("Orchestrate: One hub\n\nEverything", "of queueing delay: 12,500.50 EUR over 8 quarters (Six weeks)"),
        ("Orchestrate: One hub\n\nEverything", "an unknown amount; Group finance finds it out by 2026-09-30"),
        ("Wait and see\n\nNothing", "is recorded for or against it."),
        ("More Information", "Covers 2 cells of [Orders](../capabilities/orders.yaml): [Aurora](../brands.yaml) and"),
        ("More Information", "Carried out through [Order hub](../services/hub.yaml)."),
        ("More Information", "Transition from operate to orchestrate by 2026-12-31."),
        ("More Information", "sharing 12,500.50 EUR and one line unknown, running it locally 5,000,000 EUR."),
        ("More Information", "from 2026-01-10 to 2026-06-30; Architecture board answers for it."),
        ("More Information", "Next review: 2026-07-01."),
        ("More Information", "Rendered from [catalogue/decisions/orders.yaml](../decisions/orders.yaml)."),
    ],
)
def test_a_record_says_what_the_decision_says(whole: str, section: str, sentence: str) -> None:
    name, _, rest = section.partition("\n\n")
    heading = f"### {name}" if f"### {name}\n" in whole else f"## {name}"
    found = whole.split(f"{heading}\n", 1)[1].split("\n#", 1)[0]

    assert rest in found
    assert sentence in found


def test_a_record_is_read_in_two_minutes(whole: str) -> None:
    assert len(_body(whole).split()) < 500


def test_every_file_keeps_the_default_rules_of_markdownlint(
    catalogue_of: Build, full: str, small: Callable[..., str]
) -> None:
    files = {"catalogue/decisions/a.yaml": full, "catalogue/decisions/b.yaml": small("more-information", 8)}
    for text in _rendered(catalogue_of(files)).values():
        lines = _body(text).split("\n")
        headings = [name for _, name in _headings(text)]
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert "\n\n\n" not in text
        assert all(line == line.rstrip() and "\t" not in line for line in lines)
        assert sum(tag == "h1" for tag, _ in _headings(text)) == 1
        assert len(headings) == len(set(headings))
        assert all(not name.endswith((".", ",", ";", ":", "!")) for name in headings)
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
            if line.startswith("#"):
                assert before == ""
                assert after == ""
            if line.startswith(("* ", "|")) != before.startswith(("* ", "|")):
                assert "" in (before, line)


def test_a_title_that_repeats_a_heading_gets_a_number(catalogue_of: Build, small: Callable[..., str]) -> None:
    text = small("orders", 3).replace("title: Orders", "title: Consequences!")
    record = _rendered(catalogue_of({"catalogue/decisions/a.yaml": text}))["0003-orders.md"]

    assert _headings(record)[0] == ("h1", "Consequences (2)")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("proposed", "Not in force: this is a proposal."),
        ("rejected", "Not in force: this was decided against."),
        ("deprecated", "No longer in force, and without a successor."),
    ],
)
def test_a_record_says_when_a_decision_is_not_in_force(
    catalogue_of: Build, small: Callable[..., str], status: str, sentence: str
) -> None:
    text = small("orders", 3, status=status, decidedOn="2026-02-01" if status != "proposed" else "")
    record = _rendered(catalogue_of({"catalogue/decisions/a.yaml": text}))["0003-orders.md"]

    assert _front(record)["status"] == status
    assert ("date" in _front(record)) == (status != "proposed")
    assert sentence in record
    assert ("Next review" in record) == (status == "proposed")


@pytest.mark.parametrize(
    ("successor", "status"),
    [("accepted", "superseded by ADR-0004"), ("proposed", "accepted"), ("rejected", "accepted")],
    ids=["an accepted one does", "a proposed one does not", "a rejected one does not"],
)
def test_superseded_follows_from_an_accepted_successor(
    catalogue_of: Build, small: Callable[..., str], successor: str, status: str
) -> None:
    files = {
        "catalogue/decisions/a.yaml": small("first", 3),
        "catalogue/decisions/b.yaml": small("second", 4, status=successor, supersedes="[first]"),
    }
    found = _rendered(catalogue_of(files))

    assert _front(found["0003-first.md"])["status"] == status
    assert ("Superseded by [ADR-0004 Second](0004-second.md)." in found["0003-first.md"]) == (successor == "accepted")
    assert ("Supersedes [ADR-0003 First](0003-first.md)." in found["0004-second.md"]) == (successor == "accepted")
    assert f"| {status} |" in found["README.md"]


def test_with_several_successors_the_status_names_the_first_and_the_record_all(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    files = {
        f"catalogue/decisions/{name}.yaml": small(name, number, supersedes=supersedes)
        for name, number, supersedes in (("third", 5, "[first]"), ("second", 4, "[first]"), ("first", 3, ""))
    }
    record = _rendered(catalogue_of(files))["0003-first.md"]

    assert _front(record)["status"] == "superseded by ADR-0004"
    assert "Superseded by [ADR-0004 Second](0004-second.md) and [ADR-0005 Third](0005-third.md)." in record


def test_two_options_of_the_decided_model_leave_the_decision_under_its_own_title(
    catalogue_of: Build, small: Callable[..., str]
) -> None:
    options = "[{title: Here, model: operate}, {title: There, model: operate}]"
    record = _rendered(catalogue_of({"catalogue/decisions/a.yaml": small("own-orders", 3, options=options)}))

    assert 'Chosen option: "Operate: Own orders", because' in record["0003-own-orders.md"]
    assert "### Operate: Own orders\n\n" in record["0003-own-orders.md"]


def test_the_terms_of_a_federation_stand_in_the_outcome(catalogue_of: Build, small: Callable[..., str]) -> None:
    federation = "{funding: order-hub, boundary: no-contract, mayExtend: [Search, Basket], mayReplace: [Pages]}"
    text = small("orders", 3, model="federate", federation=federation)
    outcome = _section(
        _rendered(catalogue_of({"catalogue/decisions/a.yaml": text}))["0003-orders.md"], "Decision Outcome"
    )

    assert outcome.split("\n\n")[1].split("\n") == [
        "* Boundary: unknown: no-contract",
        "* Funded through [Order hub](../services/hub.yaml)",
        "* The brand may extend: Search and Basket",
        "* The brand may replace: Pages",
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"brands": "[aurora, auora]"}, "Covers one cell of [Orders](../capabilities/orders.yaml): "
                     "[Aurora](../brands.yaml) and unknown: auora.", id="a brand"),
        pytest.param({"capability": "oders"}, "Who runs unknown: oders for Aurora?", id="a capability"),
        pytest.param({"services": "[order-hubb]"}, "Carried out through unknown: order-hubb.", id="a service"),
        pytest.param({"deciders": "[bord]"}, 'decision-makers: ["unknown: bord"]', id="a team"),
        pytest.param({"supersedes": "[nothing]"}, "Supersedes unknown: nothing.", id="a decision"),
        pytest.param({"brands": "[leaving]"}, "Named without a cell there: [Leaving](../brands.yaml).", id="no cell"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_as_unknown(
    catalogue_of: Build, small: Callable[..., str], change: dict[str, str], sentence: str
) -> None:
    record = _rendered(catalogue_of({"catalogue/decisions/a.yaml": small("orders", 3, **change)}))["0003-orders.md"]

    assert sentence in record


def test_an_exception_without_approval_is_said_to_have_no_effect(
    catalogue_of: Build, full: str, exception: str
) -> None:
    text = exception.replace("  approver: fay\n  approvedOn: 2026-01-10\n", "")
    files = {"catalogue/decisions/a.yaml": full, "catalogue/exceptions/e.yaml": text}

    assert (
        "until 2026-06-30, not approved and so without effect;"
        in _rendered(catalogue_of(files))["0007-orders-together.md"]
    )


def test_a_faulty_exception_is_named_and_nothing_of_it_shown(catalogue_of: Build, full: str, exception: str) -> None:
    text = exception.replace("expires: 2026-06-30", "expires: never")
    files = {"catalogue/decisions/a.yaml": full, "catalogue/exceptions/e.yaml": text}
    record = _rendered(catalogue_of(files))["0007-orders-together.md"]

    assert "* Exception unknown: exception:split-basket." in record
    assert "Split baskets until summer" not in record


def test_the_index_lists_every_decision_by_capability_and_by_brand(
    catalogue_of: Build, full: str, small: Callable[..., str]
) -> None:
    files = {"catalogue/decisions/a.yaml": full, "catalogue/decisions/b.yaml": small("own-orders", 12)}
    index = _rendered(catalogue_of(files))["README.md"]

    assert [name for _, name in _headings(index)] == [
        "Decision records", "By capability", "Orders", "By brand", "Aurora", r"Oakwell & Sons",
    ]  # fmt: skip
    title = "[One order service for all](0007-orders-together.md)"
    first = f"| 0007 | {title} | accepted | orchestrate | all brands | 2026-07-01 |"
    second = "| 0012 | [Own orders](0012-own-orders.md) | accepted | operate | Aurora | 2026-05-01 |"
    assert index.count(f"{first}\n{second}\n") == 2
    assert index.count(first) == 3


def test_a_faulty_decision_has_no_record_and_the_others_have(
    catalogue_of: Build, full: str, small: Callable[..., str]
) -> None:
    files = {"catalogue/decisions/a.yaml": full, "catalogue/decisions/b.yaml": small("broken", 8, model="opperate")}

    assert list(_rendered(catalogue_of(files))) == ["0007-orders-together.md", "README.md"]


def test_without_a_decision_there_is_nothing_to_render(catalogue_of: Build) -> None:
    assert render_records(catalogue_of({}), FOLDER) == ()


def test_links_lead_from_the_records_folder_wherever_it_is(catalogue_of: Build, full: str) -> None:
    catalogue = catalogue_of({"catalogue/decisions/a file #1.yaml": full})
    record = next(file.text for file in render_records(catalogue, "docs/adr") if file.decision)

    assert "(../../catalogue/decisions/a%20file%20%231.yaml)." in record


def test_a_decision_in_a_namespace_has_it_in_its_file_name(catalogue_of: Build, small: Callable[..., str]) -> None:
    text = small("Own.Orders_v2", 3).replace("metadata: {", "metadata: {namespace: europe, ")

    assert next(iter(_rendered(catalogue_of({"catalogue/decisions/a.yaml": text})))) == "0003-europe-own-orders-v2.md"


@pytest.mark.parametrize(
    ("currency", "shown"), [("EUR", "12,500.50 EUR"), ("JPY", "1,250,050 JPY"), ("KWD", "1,250.050 KWD")]
)
def test_amounts_have_the_decimals_of_their_currency(catalogue_of: Build, full: str, currency: str, shown: str) -> None:
    portfolio = (
        "apiVersion: concertino/v1\nkind: Portfolio\nmetadata: {name: group, title: Group}\n"
        f'spec: {{currency: {currency}, fiscalYearStart: "01-01"}}\n'
    )
    files = {"catalogue/portfolio.yaml": portfolio, "catalogue/decisions/a.yaml": full}

    assert f"of queueing delay: {shown} over" in _rendered(catalogue_of(files))["0007-orders-together.md"]


def test_the_end_of_an_exception_changes_nothing_since_no_day_is_asked_for(
    catalogue_of: Build, full: str, exception: str
) -> None:
    long_gone = exception.replace("2026-06-30", "2020-06-30")
    files = {"catalogue/decisions/a.yaml": full, "catalogue/exceptions/e.yaml": long_gone}

    assert "from 2026-01-10 to 2020-06-30;" in _rendered(catalogue_of(files))["0007-orders-together.md"]


def test_importing_the_room_does_not_load_jinja() -> None:
    program = "import concertino.records, sys; sys.exit('jinja2' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
