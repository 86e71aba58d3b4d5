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
from concertino.verdict.views import views
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


@dataclass(frozen=True)
class PreparedCases:
    """The cases of one policy with their catalogues built, to be judged as often as one likes."""

    policy: str
    cases: tuple["PreparedCase", ...] = ()
    problems: tuple[Problem, ...] = ()

    def report(self, policy: Policy) -> CasesReport:
        """What the cases come to under a policy."""
        results = tuple(case.result(policy) for case in self.cases)
        found = (*self.problems, *(problem for case in self.cases for problem in case.file.problems))
        return CasesReport(self.policy, results, tuple(dict.fromkeys(found)))  # Entities are shared by cases.


def run_cases(policy: Policy, file: str, data: bytes, rules: Rules) -> CasesReport:
    """The results of the cases in the bytes of a `cases.yaml`."""
    return prepare_cases(policy, file, data, rules).report(policy)


def prepare_cases(policy: Policy, file: str, data: bytes, rules: Rules) -> PreparedCases:
    """The cases in the bytes of a `cases.yaml`, ready to be judged."""
    read = read_documents(file, data, rules.configuration.limits)
    if read.problems or len(read.documents) != 1:
        one = Problem("cases", "cases.yaml holds one document", Place(file), remediation=_ONE_EACH)
        faults = read.problems or (one,)
        return PreparedCases(policy.id, problems=tuple(replace(item, check="cases") for item in faults))
    value, marks = read.documents[0].value, positions(file, data, 0, rules.configuration.limits)
    gate = rules.schemas.gate("Cases.schema.json")
    if not gate.accepts(value) or not isinstance(value, dict):
        return PreparedCases(policy.id, problems=tuple(replace(p, check="cases") for p in gate.explain(value, marks)))
    spec = mapping(value, "spec")
    written = [
        _Case(policy, file, CasesFile(policy.id, marks, rules.kinds), rules, spec, case, index)
        for index, case in enumerate(listed(spec, "cases"))
    ]
    return PreparedCases(policy.id, tuple(case.prepared() for case in written))


@dataclass(frozen=True)
class PreparedCase:
    """One case: what it expects, and the catalogue and the day to judge."""

    file: CasesFile
    case: JsonObject
    pointer: str
    parameters: Mapping[str, JsonValue]
    catalogue: Catalogue
    histories: Histories
    as_of: str
    rules: Rules

    @property
    def name(self) -> str:
        """What the case shows, as a sentence."""
        return str(self.case.get("name", ""))

    def result(self, policy: Policy) -> CaseResult:
        """What the case comes to under a policy."""
        if self.file.problems:
            return CaseResult(policy.id, self.name, self.file.marks.nearest(self.pointer), (_FAULTY,))
        failures = self.failures(policy)
        if self.file.problems:
            failures = (*failures, _FAULTY)
        return CaseResult(policy.id, self.name, self.file.marks.nearest(f"{self.pointer}/name"), failures)

    def failures(self, policy: Policy) -> tuple[str, ...]:
        """A sentence for each expectation that a policy does not meet."""
        told = self.outcomes(policy)
        return tuple(Expectations(self.file, policy, self.case, self.pointer).unmet(told, self.catalogue))

    def outcomes(self, policy: Policy) -> tuple[Outcome, ...]:
        """What judging the case by a policy comes to."""
        return self._outcomes(replace(policy, parameters={**policy.parameters, **self.parameters}))

    def _outcomes(self, policy: Policy) -> tuple[Outcome, ...]:
        judge = Judge(
            self.catalogue,
            self.as_of,
            self.rules.configuration.limits,
            self.histories,
            model=self.rules.model,
            views=views(self.catalogue, self.rules, self.as_of, presumed=True),
        )

        def retry(judged: Policy, subject: str, widened: Mapping[str, JsonValue]) -> tuple[Outcome, ...]:
            again = replace(judged, parameters={**judged.parameters, **widened})
            return judge.outcomes_of(again, self.catalogue.by_name[subject])

        register = Register.of(self.catalogue, {policy.id: policy}, self.as_of, self.rules, presumed=True)
        waiver = Waiver(register, retry)
        return tuple(waiver.apply(policy, outcome) for outcome in judge.outcomes(policy))


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

    def prepared(self) -> PreparedCase:
        parameters = mapping(self.case, "parameters")
        self.cases.known("parameter", parameters, tuple(self.policy.parameters), f"{self.pointer}/parameters")
        entities = self.cases.changed(self._written(), self.case, self.pointer)
        histories = Histories(self._archive(entities))
        catalogue = self._catalogue(entities)
        self.cases.problems.extend(replace(problem, check="cases") for problem in catalogue.problems)
        as_of = str(self.case.get("asOf", self.spec.get("asOf")))
        return PreparedCase(self.cases, self.case, self.pointer, parameters, catalogue, histories, as_of, self.rules)

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
        changes = self.cases.changes(self.case, self.pointer)
        marks = CaseMarks(
            self.cases.marks, [(pointer, changes.get(identity, {})) for identity, (pointer, _) in entities.items()]
        )
        loader = Loader(self.rules.kinds, self.rules.schemas.gate, self.rules.configuration.limits, lenient=True)
        loaded = Loaded({}, [])
        for index, (pointer, value) in enumerate(entities.values()):
            loader.add(
                loaded, Document(self.file, index, value, faulty=False, place=self.cases.marks.nearest(pointer)), marks
            )
        return self.rules.builder.link(loaded, marks, dangling_is_a_problem=False)


def _values(entities: WrittenEntities) -> dict[Identity, JsonObject]:
    return {identity: value for identity, (_, value) in entities.items()}
