"""The cases of a policy: tiny catalogues with the outcomes they must come to."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace

from concertino.catalogue import Catalogue, Loaded, Loader
from concertino.documents import Document, positions, read_documents
from concertino.evaluation import Histories, Judge
from concertino.model.json import JsonObject, JsonValue
from concertino.model.outcome import Outcome
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.policies import Policy
from concertino.verdict.case_history import CaseArchive, ToldCommit, claims_of
from concertino.verdict.case_writing import CaseMarks, CasesFile, Identity, WrittenEntities, listed, mapping
from concertino.verdict.expectations import Expectations
from concertino.verdict.register import Register
from concertino.verdict.rules import Rules
from concertino.verdict.waiving import Waiver

_FAULTY = "the case has faults of its own"
_ONE_EACH = "List all cases of the policy under spec.cases of one document."


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case came to: nothing in `failures` if every expectation was met and nothing else was found."""

    policy: str
    name: str
    place: Place
    failures: tuple[str, ...]


@dataclass(frozen=True)
class CasesReport:
    """The results of the cases of one policy, and what is wrong with the cases themselves."""

    policy: str
    results: tuple[CaseResult, ...] = ()
    problems: tuple[Problem, ...] = ()


def run_cases(policy: Policy, file: str, data: bytes, rules: Rules) -> CasesReport:
    """The results of the cases in the bytes of a `cases.yaml`."""
    read = read_documents(file, data, rules.configuration.limits)
    if read.problems or len(read.documents) != 1:
        one = Problem("cases", "cases.yaml holds one document", Place(file), remediation=_ONE_EACH)
        faults = read.problems or (one,)
        return CasesReport(policy.id, problems=tuple(replace(item, check="cases") for item in faults))
    value, marks = read.documents[0].value, positions(file, data, 0, rules.configuration.limits)
    gate = rules.schemas.gate("Cases.schema.json")
    if not gate.accepts(value) or not isinstance(value, dict):
        return CasesReport(policy.id, problems=tuple(replace(p, check="cases") for p in gate.explain(value, marks)))
    spec = mapping(value, "spec")
    results: list[CaseResult] = []
    problems: list[Problem] = []
    for index, case in enumerate(listed(spec, "cases")):
        written = CasesFile(policy.id, marks, rules.kinds)
        results.append(_Case(policy, file, written, rules, spec, case, index).result())
        problems.extend(written.problems)
    return CasesReport(policy.id, tuple(results), tuple(dict.fromkeys(problems)))  # Entities are shared by cases.


@dataclass(frozen=True)
class _Case:
    policy: Policy
    file: str
    cases: CasesFile
    rules: Rules
    spec: JsonObject
    case: JsonObject
    index: int

    @property
    def pointer(self) -> str:
        return f"/spec/cases/{self.index}"

    def result(self) -> CaseResult:
        parameters = mapping(self.case, "parameters")
        self.cases.known("parameter", parameters, tuple(self.policy.parameters), f"{self.pointer}/parameters")
        policy = replace(self.policy, parameters={**self.policy.parameters, **parameters})
        entities = self.cases.changed(self._written(), self.case, self.pointer)
        histories = Histories(self._archive(entities))
        catalogue = self._catalogue(entities)
        self.cases.problems.extend(replace(problem, check="cases") for problem in catalogue.problems)
        name = str(self.case.get("name", ""))
        if self.cases.problems:
            return CaseResult(
                policy.id, name, self.cases.marks.nearest(self.pointer), ("the case has faults of its own",)
            )
        outcomes = self._outcomes(policy, catalogue, histories)
        failures = tuple(Expectations(self.cases, self.policy, self.case, self.pointer).unmet(outcomes, catalogue))
        if self.cases.problems:
            failures = (*failures, _FAULTY)
        return CaseResult(policy.id, name, self.cases.marks.nearest(f"{self.pointer}/name"), failures)

    def _outcomes(self, policy: Policy, catalogue: Catalogue, histories: Histories) -> tuple[Outcome, ...]:
        as_of = str(self.case.get("asOf", self.spec.get("asOf")))
        judge = Judge(catalogue, as_of, self.rules.configuration.limits, histories)

        def retry(judged: Policy, subject: str, widened: Mapping[str, JsonValue]) -> tuple[Outcome, ...]:
            again = replace(judged, parameters={**judged.parameters, **widened})
            return judge.outcomes_of(again, catalogue.by_name[subject])

        waiver = Waiver(Register.of(catalogue, {policy.id: policy}, as_of, self.rules, presumed=True), retry)
        return tuple(waiver.apply(policy, outcome) for outcome in judge.outcomes(policy))

    def _archive(self, entities: WrittenEntities) -> CaseArchive:
        """The commits of the case, each told by what was different then."""
        commits: list[ToldCommit] = []
        for number, told in enumerate(listed(self.case, "history")):
            pointer = f"{self.pointer}/history/{number}"
            then = self.cases.changed(deepcopy(entities), told, pointer)
            self.cases.take_away(then, told, pointer)
            commits.append(ToldCommit(_values(then), claims_of(told), str(told.get("signedBy", "")).removeprefix("@")))
        return CaseArchive(commits, _values(deepcopy(entities)))

    def _written(self) -> WrittenEntities:
        return self.cases.entities([(self.spec, "/spec"), (self.case, self.pointer)])

    def _catalogue(self, entities: WrittenEntities) -> Catalogue:
        """The catalogue of the case: the shared entities, those of the case in their stead, then its changes."""
        marks = CaseMarks(self.cases.marks, [pointer for pointer, _ in entities.values()])
        loader = Loader(self.rules.kinds, self.rules.schemas.gate, self.rules.configuration.limits, lenient=True)
        loaded = Loaded({}, [])
        for index, (pointer, value) in enumerate(entities.values()):
            loader.add(
                loaded, Document(self.file, index, value, faulty=False, place=self.cases.marks.nearest(pointer)), marks
            )
        return self.rules.builder.link(loaded, marks, dangling_is_a_problem=False)


def _values(entities: WrittenEntities) -> dict[Identity, JsonObject]:
    return {identity: value for identity, (_, value) in entities.items()}
