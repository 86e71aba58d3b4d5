"""The commands on exceptions: audit, list, new."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concertino.verdict.reasons import says_nothing

Run = Callable[..., Any]
DAY = ("--as-of", "2026-05-01")
CELL = "cell:oakwell/orders"
REASON = "The season ends in August; moving orders before would stop the tills."
ASKED = ("--owner", "aurora-technology", "--requester", "nils", "--reason", REASON)


@pytest.fixture
def folder(repository: Callable[..., Path], world: SimpleNamespace) -> Path:
    """The small group, one policy that finds something in every cell, and an exception for Aurora."""
    return repository([*world.group, world.exception("own-node")], world.policy("node-is-shared"))


def test_an_audit_fails_only_on_what_it_is_told_to_fail_on(concertino: Run, folder: Path) -> None:
    late = ("--as-of", "2026-07-01")

    assert concertino("exceptions", "audit", "-C", folder, *late).code == 0
    assert concertino("exceptions", "audit", "-C", folder, *late, "--fail-on", "unused").code == 0
    assert concertino("exceptions", "audit", "-C", folder, *late, "--fail-on", "unused,expired").code == 1


def test_a_misspelt_flag_is_an_error_with_the_flag_that_was_meant(concertino: Run, folder: Path) -> None:
    ran = concertino("exceptions", "audit", "-C", folder, "--fail-on", "expird")

    assert ran.code == 2
    assert 'Did you mean "expired"?' in ran.err


def test_an_audit_is_written_in_several_formats_at_once(concertino: Run, folder: Path) -> None:
    files = [f"{name}={folder / name}" for name in ("json", "csv", "ics", "markdown")]
    ran = concertino(
        "exceptions", "audit", "-C", folder, *DAY, *(part for name in files for part in ("--format", name))
    )

    assert "1 exception, 1 in force, waiving 1 of 2 findings" in ran.out
    assert json.loads((folder / "json").read_text())["totals"]["all"]["waives"] == 1
    assert (folder / "ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_the_same_audit_gives_the_same_bytes(concertino: Run, folder: Path) -> None:
    texts = {concertino("exceptions", "audit", "-C", folder, *DAY, "--format", "json").out for _ in range(2)}

    assert len(texts) == 1


def test_a_trend_tells_what_is_different_since_a_revision(
    concertino: Run, folder: Path, git: Callable[..., str], world: SimpleNamespace
) -> None:
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Before")
    (folder / "catalogue/late.yaml").write_text(json.dumps(world.exception("late", entities=[CELL])))
    policy = world.policy("node-is-shared", when='entity.spec.brand != "aurora"')
    (folder / "policies/node-is-shared/policy.yaml").write_text(json.dumps(policy))
    ran = concertino("exceptions", "audit", "-C", folder, *DAY, "--since", "HEAD", "--format", "json")

    trend = json.loads(ran.out)["trend"]
    assert trend["added"] == ["exception:late"]
    assert trend["gained"] == [{"exception": "exception:own-node", "flag": "unused"}]
    assert trend["before"]["exceptions"] == 1
    text = concertino("exceptions", "audit", "-C", folder, *DAY, "--since", "HEAD").out
    assert "exception:own-node is unused now" in text


def test_a_broken_policy_is_said_and_ends_with_two(concertino: Run, folder: Path) -> None:
    (folder / "policies/broken").mkdir()
    (folder / "policies/broken/policy.yaml").write_text("kind: Policy\n")
    ran = concertino("exceptions", "audit", "-C", folder, *DAY)

    assert ran.code == 2
    assert "broken" in ran.err
    assert "1 in force" in ran.out


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ((), True),
        (("--brand", "aurora"), True),
        (("--brand", "oakwell"), False),
        (("--capability", "orders"), True),
        (("--policy", "node-is-shared"), True),
        (("--entity", "cell:aurora/orders"), True),
        (("--owner", "finance"), False),
        (("--approver", "@ada"), True),
        (("--state", "expired"), False),
        (("--flag", "in-force,unused"), True),
    ],
)
def test_a_list_shows_what_is_asked_for(
    concertino: Run,
    folder: Path,
    options: tuple[str, ...],
    listed: bool,  # noqa: FBT001 - a table
) -> None:
    assert ("exception:own-node" in concertino("exceptions", "list", "-C", folder, *DAY, *options).out) is listed
    rows = json.loads(concertino("exceptions", "list", "-C", folder, *DAY, *options, "--format", "json").out)
    assert [row["exception"] for row in rows] == (["exception:own-node"] if listed else [])


def test_a_new_exception_is_valid_narrow_and_waits_for_an_approval(concertino: Run, folder: Path) -> None:
    figure = "kind=risk;metric=incidents;baseline=4;value=2;unit=a year;period=2026-Q1;source=Log"
    more = ("--control", "A look each Monday: by two people.", "--figure", figure)
    ran = concertino("exceptions", "new", "node-is-shared", CELL, *ASKED, *more, "-C", folder, *DAY)

    assert ran.code == 0, ran.err
    assert "it takes the right operating-model, which team:board holds here (ada, bea)" in ran.out
    path = folder / "catalogue/exceptions/oakwell-orders-node-is-shared.yaml"
    assert "expires: 2026-08-01" in path.read_text()
    found = json.loads(concertino("exceptions", "list", "-C", folder, *DAY, "--format", "json").out)
    (row,) = [row for row in found if row["exception"] == "exception:oakwell-orders-node-is-shared"]
    assert (row["state"], row["flags"]) == ("requested", ["waiting"])
    report = json.loads(concertino("check", "-C", folder, *DAY, "--format", "json").out)
    assert not [item for item in report["findings"] if item["policy"] == "schema"]

    path.write_text(path.read_text() + "  approver: ada\n  approvedOn: 2026-05-01\n")
    found = json.loads(concertino("exceptions", "list", "-C", folder, *DAY, "--format", "json").out)
    assert "in-force" in {flag for item in found if item["exception"] == row["exception"] for flag in item["flags"]}


def test_a_second_request_gets_a_name_of_its_own_and_overwrites_nothing(concertino: Run, folder: Path) -> None:
    for _ in range(2):
        assert concertino("exceptions", "new", "node-is-shared", CELL, *ASKED, "-C", folder, *DAY).code == 0

    names = sorted(path.name for path in (folder / "catalogue/exceptions").iterdir())
    assert names == ["oakwell-orders-node-is-shared-2.yaml", "oakwell-orders-node-is-shared.yaml"]


def test_a_request_leaves_every_file_that_was_there_as_it_is(concertino: Run, folder: Path) -> None:
    odd = folder / "catalogue/exceptions/by-hand.yaml"
    odd.parent.mkdir()
    odd.write_bytes(b"# kept by hand\r\n---\r\n...\r\n# and\tso on")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    concertino("exceptions", "new", "node-is-shared", CELL, *ASKED, "-C", folder, *DAY)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    assert len(after) == len(before) + 1
    assert {path: data for path, data in after.items() if path in before} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("node-is-shard", CELL, *ASKED), 'Did you mean "node-is-shared"?', id="a misspelt policy"),
        pytest.param(
            ("node-is-shared", "cell:oakwel/orders", *ASKED), f'Did you mean "{CELL}"?', id="a misspelt entity"
        ),
        pytest.param(("node-is-shared", "brand:oakwell", *ASKED), "finds nothing on brand:oakwell", id="no finding"),
        pytest.param(
            ("node-is-shared", "cell:aurora/orders", *ASKED), "covers that until", id="a finding that is waived"
        ),
        pytest.param(("node-is-shared", CELL), "An exception needs --reason and --owner and --requester", id="a pipe"),
        pytest.param(
            ("node-is-shared", CELL, *ASKED[:-1], "Needed for business reasons."),
            "tells nobody why",
            id="an empty reason",
        ),
        pytest.param(
            ("node-is-shared", CELL, *ASKED, "--owner", "finace"), 'Did you mean "finance"?', id="no such team"
        ),
        pytest.param(
            ("node-is-shared", CELL, *ASKED, "--requester", "nil"), 'Did you mean "nils"?', id="no such person"
        ),
        pytest.param(("node-is-shared", CELL, *ASKED, "--expires", "2026-11-02"), "184 days at most", id="too long"),
        pytest.param(("node-is-shared", CELL, *ASKED, "--expires", "2026-04-30"), "is past", id="an end that is past"),
        pytest.param(("node-is-shared", CELL, *ASKED, "--name", "../../x"), "is no name", id="a name that leads out"),
        pytest.param(("node-is-shared", CELL, *ASKED, "--name", "own-node"), "already", id="a name that is taken"),
        pytest.param(
            ("node-is-shared", CELL, *ASKED, "--figure", "kind"), "no equals sign", id="a figure without values"
        ),
        pytest.param(
            ("node-is-shared", CELL, *ASKED, "--figure", "kind=luck"), "not be a valid", id="no kind of evidence"
        ),
        pytest.param(("node-is-shared", CELL, *ASKED, "--validation", "share"), '"shared"', id="no such validation"),
    ],
)
def test_what_can_not_be_asked_for_is_refused_with_a_sentence(
    concertino: Run, folder: Path, arguments: tuple[str, ...], message: str
) -> None:
    ran = concertino("exceptions", "new", *arguments, "-C", folder, *DAY)

    assert ran.code == 2
    assert message in ran.err
    assert not (folder / "catalogue/exceptions").exists()


def test_nobody_can_ask_for_an_exception_from_a_hard_mandatory_policy(
    concertino: Run, repository: Callable[..., Path], world: SimpleNamespace
) -> None:
    folder = repository(world.group, world.policy("node-is-shared", enforcement="hard-mandatory"))

    assert (
        "hard-mandatory: nothing may waive it"
        in concertino("exceptions", "new", "node-is-shared", CELL, *ASKED, "-C", folder, *DAY).err
    )


def test_a_new_exception_names_the_schema_for_editors_where_there_is_one(concertino: Run, folder: Path) -> None:
    concertino("schemas", "-C", folder)
    ran = concertino("exceptions", "new", "node-is-shared", CELL, *ASKED, "-C", folder, *DAY)

    assert ran.code == 0, ran.err
    lines = (folder / "catalogue/exceptions/oakwell-orders-node-is-shared.yaml").read_text().splitlines()
    assert lines[0] == "# yaml-language-server: $schema=../../.concertino/editor.schema.json"


@pytest.fixture
def answered(folder: Path) -> Callable[[str], str]:
    """Runs the command on a terminal, gives it these answers, and gives what it showed."""
    if sys.platform == "win32":
        pytest.skip("there are no pseudo-terminals")

    def call(answers: str) -> str:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "concertino", "exceptions", "new", "node-is-shared", CELL, "-C", str(folder)]
        shown = b""
        with subprocess.Popen([*command, *DAY], stdin=theirs, stdout=theirs, stderr=theirs) as process:
            os.close(theirs)
            os.write(ours, answers.encode())
            while True:
                try:
                    part = os.read(ours, 1024)
                except OSError:  # The other end was closed: the command is done.
                    break
                if not part:
                    break
                shown += part
            assert process.wait() == 0, shown.decode()
        os.close(ours)
        return shown.decode()

    return call


def test_on_a_terminal_what_is_missing_is_asked_for(folder: Path, answered: Callable[[str], str]) -> None:
    answered(f"{REASON}\naurora-technology\nnils\nA look each Monday.\n")

    text = (folder / "catalogue/exceptions/oakwell-orders-node-is-shared.yaml").read_text()
    assert REASON in text
    assert '- "A look each Monday."' in text


def test_a_slip_in_an_answer_is_told_with_what_was_meant_and_the_question_asked_again(
    folder: Path, answered: Callable[[str], str]
) -> None:
    shown = answered(f"tbd\n{REASON}\naurora-tecnology\naurora-technology\n@nil\n@nils\n\n")

    assert '"tbd" tells nobody why' in shown
    assert 'There is no team "aurora-tecnology". Did you mean "aurora-technology"?' in shown
    assert 'There is no person "nil". Did you mean "nils"?' in shown
    text = (folder / "catalogue/exceptions/oakwell-orders-node-is-shared.yaml").read_text()
    assert "requester: nils\n" in text
    assert "owner: aurora-technology\n" in text


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("tbd", True),
        ("Needed.", True),
        ("Temporary exception, please waive this ASAP!", True),
        ("node is shared node is shared", True),
        ("...", True),
        ("Repair data arrive with the July release.", False),
        ("修理データは七月のリリースで届く予定です", False),
    ],
)
def test_a_reason_says_something_if_it_has_words_of_its_own(reason: str, expected: bool) -> None:  # noqa: FBT001
    assert says_nothing(reason, "node-is-shared") is expected


def test_a_malformed_exception_waives_nothing_and_is_reported_with_its_place(
    concertino: Run, folder: Path, world: SimpleNamespace
) -> None:
    text = json.dumps(world.exception("misspelt", entities=[CELL]), indent=1).replace('"approver"', '"aprover"')
    (folder / "catalogue/misspelt.yaml").write_text(text)
    findings = json.loads(concertino("check", "-C", folder, *DAY, "--format", "json").out)["findings"]

    (fault,) = [item for item in findings if item["policy"] == "schema"]
    assert (fault["suggestion"], fault["location"]["file"]) == ("approver", "catalogue/misspelt.yaml")
    assert text.splitlines()[fault["location"]["line"] - 1].strip().startswith('"aprover"')
    (meant,) = [item for item in findings if item["entity"] == CELL]
    assert meant["outcome"] == "fail"
    assert "has faults of its own" in " ".join(meant["notes"])
