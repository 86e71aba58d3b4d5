"""The cases of a policy: tiny catalogues with the outcomes they must come to."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from concertino.catalogue import Catalogue, CatalogueEntity, Loaded, Loader, parse_reference
from concertino.documents import Document, Positions, ScalarMark, positions, read_documents
from concertino.evaluation import Histories, Judge
from concertino.kinds import ANY_KIND, ReferenceRule
from concertino.model.json import JsonObject, JsonValue
from concertino.model.outcome import Outcome, Result
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest
from concertino.policies import Policy
from concertino.verdict.case_history import CaseArchive, ToldCommit, claims_of
from concertino.verdict.register import Register
from concertino.verdict.rules import Rules
from concertino.verdict.waiving import Waiver

_ANY = ReferenceRule((ANY_KIND,), "")
_Entities = dict[tuple[str, str, str], tuple[str, dict[str, JsonValue]]]
"""Pointer and value of the entities of a case, by identity."""
_ONE_EACH = "List all cases of the policy under spec.cases of one document."
_NOTHING_TESTED = "Correct the name: a case about something that does not exist tests nothing."


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
    spec = _mapping(value, "spec")
    results: list[CaseResult] = []
    problems: list[Problem] = []
    for index, case in enumerate(_list(spec, "cases")):
        run = _Case(policy, file, marks, rules, spec, case, index)
        results.append(run.result())
        problems.extend(run.problems)
    return CasesReport(policy.id, tuple(results), tuple(dict.fromkeys(problems)))  # Entities are shared by cases.


@dataclass(frozen=True)
class _Case:
    policy: Policy
    file: str
    marks: Positions
    rules: Rules
    spec: JsonObject
    case: JsonObject
    index: int
    problems: list[Problem] = field(default_factory=list)

    @property
    def pointer(self) -> str:
        return f"/spec/cases/{self.index}"

    def result(self) -> CaseResult:
        parameters = _mapping(self.case, "parameters")
        self._known("parameter", parameters, tuple(self.policy.parameters), f"{self.pointer}/parameters")
        policy = replace(self.policy, parameters={**self.policy.parameters, **parameters})
        entities = self._changed(self._entities(), self.case, self.pointer)
        histories = Histories(self._archive(entities))
        catalogue = self._catalogue(entities)
        self.problems.extend(replace(problem, check="cases") for problem in catalogue.problems)
        name = str(self.case.get("name", ""))
        if self.problems:
            return CaseResult(policy.id, name, self.marks.nearest(self.pointer), ("the case has faults of its own",))
        outcomes = self._outcomes(policy, catalogue, histories)
        failures = tuple(self._compare(outcomes, catalogue))
        if self.problems:
            failures = (*failures, "the case has faults of its own")
        return CaseResult(policy.id, name, self.marks.nearest(f"{self.pointer}/name"), failures)

    def _outcomes(self, policy: Policy, catalogue: Catalogue, histories: Histories) -> tuple[Outcome, ...]:
        as_of = str(self.case.get("asOf", self.spec.get("asOf")))
        judge = Judge(catalogue, as_of, self.rules.configuration.limits, histories)

        def retry(judged: Policy, subject: str, widened: Mapping[str, JsonValue]) -> tuple[Outcome, ...]:
            again = replace(judged, parameters={**judged.parameters, **widened})
            return judge.outcomes_of(again, catalogue.by_name[subject])

        waiver = Waiver(Register.of(catalogue, {policy.id: policy}, as_of, self.rules, presumed=True), retry)
        return tuple(waiver.apply(policy, outcome) for outcome in judge.outcomes(policy))

    def _changed(self, entities: _Entities, holder: JsonObject, pointer: str) -> _Entities:
        for number, change in enumerate(_list(holder, "change")):
            self._change(entities, change, f"{pointer}/change/{number}")
        return entities

    def _archive(self, entities: _Entities) -> CaseArchive:
        """The commits of the case, each told by what was different then."""
        commits: list[ToldCommit] = []
        for number, told in enumerate(_list(self.case, "history")):
            pointer = f"{self.pointer}/history/{number}"
            then = self._changed(deepcopy(entities), told, pointer)
            self._take_away(then, told, pointer)
            commits.append(ToldCommit(_values(then), claims_of(told), str(told.get("signedBy", "")).removeprefix("@")))
        return CaseArchive(commits, _values(deepcopy(entities)))

    def _take_away(self, entities: _Entities, told: JsonObject, pointer: str) -> None:
        absent = told.get("absent")
        for number, written in enumerate(absent if isinstance(absent, list) else []):
            reference = self._reference(str(written))
            if reference is None or entities.pop(reference.identity, None) is None:
                known = [f"{kind}:{name}" for kind, _, name in entities]
                self._known("entity", [str(written)], known, f"{pointer}/absent/{number}")

    def _catalogue(self, entities: _Entities) -> Catalogue:
        """The catalogue of the case: the shared entities, those of the case in their stead, then its changes."""
        marks = _CaseMarks(self.marks, [pointer for pointer, _ in entities.values()])
        loader = Loader(self.rules.kinds, self.rules.schemas.gate, self.rules.configuration.limits, lenient=True)
        loaded = Loaded({}, [])
        for index, (pointer, value) in enumerate(entities.values()):
            loader.add(
                loaded, Document(self.file, index, value, faulty=False, place=self.marks.nearest(pointer)), marks
            )
        return self.rules.builder.link(loaded, marks, dangling_is_a_problem=False)

    def _entities(self) -> _Entities:
        found: _Entities = {}
        sources = ((self.spec, "/spec"), (self.case, self.pointer))
        for holder, pointer in sources:
            for number, entity in enumerate(_list(holder, "entities")):
                metadata = _mapping(entity, "metadata")
                name, space = str(metadata.get("name")), str(metadata.get("namespace", DEFAULT_NAMESPACE))
                reference = EntityReference(str(entity.get("kind")), space, name)
                copied = deepcopy(dict(entity))
                copied.setdefault("apiVersion", "concertino/v1")
                copied.setdefault("spec", {})
                found[reference.identity] = (f"{pointer}/entities/{number}", copied)
        return found

    def _change(self, entities: _Entities, change: JsonObject, pointer: str) -> None:
        reference = self._reference(str(change.get("entity")))
        found = entities.get(reference.identity) if reference else None
        if found is None:
            known = [f"{kind}:{name}" for kind, _, name in entities]
            self._known("entity", [str(change.get("entity"))], known, f"{pointer}/entity")
            return
        path = str(change.get("set") or change.get("remove")).split(".")
        if not _put(found[1], path, change.get("to"), remove="remove" in change):
            message = f'"{".".join(path)}" leads nowhere in {change.get("entity")}'
            place = self.marks.head(pointer)
            remedy = "Correct the path: it is written from the top of the entity, such as spec.demand."
            self.problems.append(Problem("cases", message, place, remediation=remedy, subject=self.policy.id))

    def _compare(self, outcomes: tuple[Outcome, ...], catalogue: Catalogue) -> Iterator[str]:
        met: set[tuple[str, str, str, str]] = set()
        for number, expected in enumerate(_list(self.case, "expect")):
            pointer = f"{self.pointer}/expect/{number}"
            entity = self._expected_entity(expected, catalogue, pointer)
            names = tuple(item.name for item in self.policy.validations)
            if "validation" in expected:
                self._known("validation", [str(expected["validation"])], names, f"{pointer}/validation")
            if entity is None:
                continue
            chosen = [item for item in outcomes if _concerns(item, entity, expected)]
            met.update(item.identity for item in chosen if item.result == expected["outcome"])
            yield from self._verdict_on(expected, chosen, catalogue, entity)
        for outcome in outcomes:
            if outcome.is_finding and outcome.identity not in met:
                yield f"not expected: {_described(outcome)}"

    def _verdict_on(
        self, expected: JsonObject, chosen: list[Outcome], catalogue: Catalogue, entity: CatalogueEntity
    ) -> Iterator[str]:
        wanted = Result(str(expected["outcome"]))
        hits = [item for item in chosen if item.result is wanted]
        others = [item for item in chosen if item.result is not wanted and item.result is not Result.SKIP]
        if not hits or (others and wanted in (Result.PASS, Result.SKIP)):
            came = ", ".join(_described(item) for item in chosen) or "no outcome at all"
            yield f"expected {wanted.value} on {entity.name}, and it came to: {came}"
            return
        message, path = expected.get("message"), expected.get("field")
        if message is not None and all(str(message) not in item.message for item in hits):
            yield f"expected the message to contain\n    - {message}\n    + {hits[0].message}"
        if isinstance(path, str):
            place = catalogue.locate(entity, "/" + path.replace(".", "/"))
            if all(item.place != place for item in hits):
                found = hits[0].place.pointer if hits[0].place else "nowhere"
                yield f"expected the finding at {path} ({place}), and it stands at {hits[0].place} ({found})"

    def _expected_entity(self, expected: JsonObject, catalogue: Catalogue, pointer: str) -> CatalogueEntity | None:
        reference = self._reference(str(expected.get("entity")))
        entity = catalogue.find(reference) if reference else None
        if entity is None:
            self._known("entity", [str(expected.get("entity"))], list(catalogue.by_name), f"{pointer}/entity")
        return entity

    def _reference(self, text: str) -> EntityReference | None:
        parsed = parse_reference(text, _ANY, DEFAULT_NAMESPACE, self.rules.kinds)
        return parsed if isinstance(parsed, EntityReference) else None

    def _known(
        self, what: str, names: Mapping[str, JsonValue] | list[str], known: tuple[str, ...] | list[str], pointer: str
    ) -> None:
        """Unknown names are errors: a case about something that does not exist would test nothing."""
        for name in names:
            if name not in known:
                key = isinstance(names, Mapping)
                place = self.marks.head(f"{pointer}/{name}") if key else self.marks.nearest(pointer)
                expected = f"one of {', '.join(known)}" if known else f"there is no {what} at all"
                meant = suggest(name, known)
                message = f'there is no {what} "{name}"'
                self.problems.append(
                    Problem("cases", message, place, expected, meant, _NOTHING_TESTED, subject=self.policy.id)
                )


@dataclass(frozen=True)
class _CaseMarks:
    """Places of entities that are written inside a cases file."""

    marks: Positions
    pointers: list[str]

    def of(self, file: str, index: int) -> Positions:  # noqa: ARG002 - all entities of a case stand in one file
        return _Inside(self.marks, self.pointers[index])


class _Inside(Positions):
    """The positions below one node of a document."""

    def __init__(self, marks: Positions, prefix: str) -> None:
        self._marks = marks
        self._prefix = prefix

    def value(self, pointer: str) -> Place:
        return self._marks.value(self._prefix + pointer)

    def key(self, pointer: str) -> Place:
        return self._marks.key(self._prefix + pointer)

    def nearest(self, pointer: str) -> Place:
        return self._marks.nearest(self._prefix + pointer)

    def head(self, pointer: str) -> Place:
        return self._marks.head(self._prefix + pointer)

    def scalar(self, pointer: str) -> ScalarMark | None:
        return self._marks.scalar(self._prefix + pointer)


def _values(entities: _Entities) -> dict[tuple[str, str, str], JsonObject]:
    return {identity: value for identity, (_, value) in entities.items()}


def _concerns(outcome: Outcome, entity: CatalogueEntity, expected: JsonObject) -> bool:
    return (
        outcome.subject == entity.name
        and outcome.validation == expected.get("validation", outcome.validation)
        and outcome.key == str(expected.get("key", outcome.key))
    )


def _described(outcome: Outcome) -> str:
    name = "/".join(part for part in (outcome.validation, outcome.key) if part)
    where = f" ({name})" if name else ""
    message = f": {outcome.message}" if outcome.message else ""
    return f"{outcome.result.value} on {outcome.subject}{where}{message}"


def _put(holder: JsonValue, path: list[str], value: JsonValue | None, *, remove: bool) -> bool:
    """Set or remove the node at `path`; whether the path led anywhere."""
    *above, last = path
    for part in above:
        if isinstance(holder, list) and part.isdigit() and int(part) < len(holder):
            holder = holder[int(part)]
        elif isinstance(holder, dict):
            holder = holder.setdefault(part, {}) if not remove else holder.get(part, "")
        else:
            return False
    if isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        holder[int(last)] = value
        if remove:
            del holder[int(last)]
        return True
    if not isinstance(holder, dict) or (remove and last not in holder):
        return False
    holder[last] = value
    if remove:
        del holder[last]
    return True


def _mapping(value: JsonObject, key: str) -> JsonObject:
    item = value.get(key)
    return item if isinstance(item, Mapping) else {}


def _list(value: JsonObject, key: str) -> list[JsonObject]:
    item = value.get(key)
    return [element for element in item if isinstance(element, Mapping)] if isinstance(item, list) else []
