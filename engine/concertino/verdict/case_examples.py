"""The cases that explain a policy best: the shortest one that passes, and the shortest one that fails."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from concertino.documents import read_documents
from concertino.documents.writing import flow
from concertino.model.json import JsonObject
from concertino.model.outcome import Outcome, Result
from concertino.policies import Policy
from concertino.verdict.case_writing import listed, mapping
from concertino.verdict.cases import PreparedCase, prepare_cases
from concertino.verdict.rules import Rules

_JUDGED = frozenset(("pass", "fail", "skip"))
_PASSING = frozenset(("pass", "skip"))


@dataclass(frozen=True)
class CaseExample:
    """One case: its name, what it tells beyond what all cases share, and the outcomes that make it an example."""

    name: str
    told: JsonObject
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class CaseExamples:
    """What the cases of a policy share, and the shortest ones that pass and that fail, if there are any."""

    shared: tuple[JsonObject, ...] = ()
    passing: CaseExample | None = None
    failing: CaseExample | None = None


def case_examples(policy: Policy, file: str, data: bytes, rules: Rules) -> CaseExamples:
    """The examples in the bytes of a `cases.yaml`. Cases with faults, or that do not hold, are no examples."""
    prepared = prepare_cases(policy, file, data, rules)
    # Read once more: building a catalogue puts what references lead to beside them, also into what a case sets.
    documents = read_documents(file, data, rules.configuration.limits).documents
    value = documents[0].value if documents else {}
    spec = mapping(value, "spec") if isinstance(value, Mapping) else {}
    told = [_told(case) for case in listed(spec, "cases")]
    pairs = list(zip(prepared.cases, told, strict=False))
    return CaseExamples(
        tuple(listed(spec, "entities")),
        _shortest(policy, [pair for pair in pairs if "pass" in _expects(pair[0]) <= _PASSING], Result.PASS),
        _shortest(policy, [pair for pair in pairs if "fail" in _expects(pair[0]) <= _JUDGED], Result.FAIL),
    )


def _shortest(policy: Policy, cases: Iterable[tuple[PreparedCase, JsonObject]], wanted: Result) -> CaseExample | None:
    for case, told in sorted(cases, key=_effort):
        if not case.result(policy).failures:
            found = tuple(item for item in case.outcomes(policy) if item.result is wanted)
            return CaseExample(case.name, told, found)
    return None


def _effort(pair: tuple[PreparedCase, JsonObject]) -> tuple[bool, bool, int]:
    """How much there is to read. What becomes of an entity says more than what becomes of another threshold.

    A case that passes says more if nothing in it is skipped; of one that fails it is told what fails, and no more.
    """
    case, told = pair
    return _expects(case) == _PASSING, "parameters" in told, len(flow(told))


def _told(case: JsonObject) -> JsonObject:
    return {key: value for key, value in case.items() if key not in ("name", "expect")}


def _expects(case: PreparedCase) -> set[str]:
    return {str(expected.get("outcome")) for expected in listed(case.case, "expect")}
