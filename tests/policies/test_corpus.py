"""Policies with one planted fault each, and policies without any: lint finds the former and says nothing of the latter.

A faulty policy says in its first lines what is wrong with it: the check that tells of it, where, in which words, what
it suggests, and what comes out when it runs, where that shows the same.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from concertino.model.outcome import Result
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.policies import lint_policy
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, Verdict, judge, read_rules

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).parent / "corpus"
FAULTY = {path.stem: path for path in sorted(CORPUS.glob("faulty/*.yaml"))}
SOUND = {path.stem: path for path in sorted(CORPUS.glob("sound/*.yaml"))}
ENOUGH = 60
BARE = "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n"
DAY = "2026-06-30"
EVERY_SHAPE = "entities in every shape"
PORTFOLIO = "the reference portfolio"
LONELY = "one port that nothing refers to"


@dataclass(frozen=True)
class Expected:
    """What the first lines of a faulty policy say about one fault."""

    check: str
    at: str
    says: str
    suggests: str = ""
    run: str = ""


def expected(path: Path) -> list[Expected]:
    """The faults that a policy says it has, in the order of their places."""
    found: list[dict[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        key, colon, value = line.removeprefix("# ").partition(": ")
        if not line.startswith("# ") or not colon:
            break
        if key == "check":
            found.append({})
        if key != "fault":
            found[-1][key] = value
    return sorted((Expected(**item) for item in found), key=lambda item: _numbers(item.at))


def _numbers(at: str) -> list[int]:
    return [int(number) for number in at.replace("-", ":").split(":")]


def span(place: Place | None) -> str:
    """A place as the corpus writes it."""
    assert place is not None
    return f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"


def policies(paths: Mapping[str, Path]) -> dict[str, str]:
    return {f"policies/{name}/policy.yaml": path.read_text(encoding="utf-8") for name, path in paths.items()}


def rules_files() -> dict[str, str]:
    schemas = {f"schemas/{path.name}": path.read_text(encoding="utf-8") for path in CORPUS.glob("schemas/*.json")}
    return {"concertino.yaml": BARE, **schemas, **policies(FAULTY), **policies(SOUND)}


def snapshot(files: Mapping[str, str]) -> Snapshot:
    """A snapshot of these files, as if a working tree held them."""
    return Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(files)},
        read=lambda paths: {path: files[path].encode() for path in paths if path in files},
    )


def portfolio() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "catalogue").rglob("*"))
        if path.suffix in (".yaml", ".csv") and "records" not in path.parts
    }


def one_port() -> dict[str, str]:
    port = {"country": "Denmark", "depth": 11, "opened": "1907-10-20", "pilots": []}
    entity = {"apiVersion": "concertino/v1", "kind": "Port", "metadata": {"name": "skagen"}, "spec": port}
    return {"catalogue/skagen.yaml": json.dumps(entity)}


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The corpus, read once: a set of schemas has one environment."""
    return read_rules(snapshot(rules_files()), shipped_files())


@pytest.fixture(scope="module")
def told(rules: Rules) -> dict[str, list[Problem]]:
    """What lint tells of each policy, in the order of the file."""
    found: dict[str, list[Problem]] = {name: [] for name in (*FAULTY, *SOUND)}
    for problem in rules.problems:
        found[problem.subject].append(problem)
    for policy in rules.policies.policies:
        file = (rules.policies.files or {})[policy.id]
        found[policy.id] += lint_policy(policy, file, rules.kinds.vocabulary, rules.configuration.limits)
    return {name: sorted(problems, key=lambda item: _numbers(span(item.place))) for name, problems in found.items()}


@pytest.fixture(scope="module")
def verdicts(rules: Rules, every_shape: Mapping[str, str]) -> dict[str, Verdict]:
    """The corpus judging each catalogue."""
    catalogues = {EVERY_SHAPE: every_shape, PORTFOLIO: portfolio(), LONELY: one_port()}
    return {name: judge(snapshot({**rules_files(), **files}), rules, DAY) for name, files in catalogues.items()}


def results(verdicts: Mapping[str, Verdict], policy: str) -> Iterator[tuple[Result, int]]:
    for verdict in verdicts.values():
        for judged in verdict.policies:
            if judged.id == policy:
                yield from judged.results.items()


def test_the_corpus_is_large_enough() -> None:
    assert len(FAULTY) >= ENOUGH
    assert len(SOUND) >= ENOUGH
    assert not FAULTY.keys() & SOUND.keys()


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_found_where_it_stands_and_nothing_else(name: str, told: dict[str, list[Problem]]) -> None:
    wanted, found = expected(FAULTY[name]), told[name]

    assert [(item.check, span(item.place)) for item in found] == [(item.check, item.at) for item in wanted]
    for item, problem in zip(wanted, found, strict=True):
        assert item.says in problem.message
        assert item.suggests == problem.suggestion
        assert problem.place.file == f"policies/{name}/policy.yaml"


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_policy_is_told_nothing_of(name: str, told: dict[str, list[Problem]]) -> None:
    assert [(str(problem.place), problem.message) for problem in told[name]] == []


def test_a_run_tells_of_the_same_faults_at_the_same_places(
    told: dict[str, list[Problem]], verdicts: dict[str, Verdict]
) -> None:
    by_lint = {
        (name, span(problem.place), problem.message)
        for name, problems in told.items()
        for problem in problems
        if problem.check == "policy"
    }

    for verdict in verdicts.values():
        by_run = {
            (item.subject, span(item.place), item.message) for item in verdict.findings if item.policy == "policy"
        }
        assert by_run == by_lint


def test_all_entities_that_the_corpus_judges_are_valid(verdicts: dict[str, Verdict]) -> None:
    for verdict in verdicts.values():
        assert [item.message for item in verdict.findings if item.policy in ("schema", "reference", "syntax")] == []


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_policy_judges_every_entity(name: str, verdicts: dict[str, Verdict]) -> None:
    counts = list(results(verdicts, name))

    assert [result for result, _ in counts if result is Result.ERROR] == []
    assert any(result in (Result.PASS, Result.FAIL) for result, _ in counts), "it judged nothing"


CLAIMS: Mapping[str, Callable[[set[Result]], bool]] = {
    "error": lambda seen: Result.ERROR in seen,
    "pass": lambda seen: seen <= {Result.PASS, Result.SKIP} and Result.PASS in seen,
    "fail": lambda seen: seen <= {Result.FAIL, Result.SKIP} and Result.FAIL in seen,
    "skip": lambda seen: seen == {Result.SKIP},
}
CLAIMED = {
    name: claims for name, path in FAULTY.items() if (claims := [item.run for item in expected(path) if item.run])
}


@pytest.mark.parametrize("name", CLAIMED)
def test_what_lint_warns_of_comes_true_when_the_policy_runs(name: str, verdicts: dict[str, Verdict]) -> None:
    seen = {result for result, _ in results(verdicts, name)}

    assert all(CLAIMS[claim](seen) for claim in CLAIMED[name]), (CLAIMED[name], seen)
