"""Policy files to policies: read, gated, overridden, compiled; a broken one does not hide the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from concertino.documents import Document, Gate, positions, read_documents
from concertino.expressions import Scope
from concertino.kinds import Kinds
from concertino.model.json import JsonObject, JsonValue
from concertino.model.limits import Limits
from concertino.model.place import Place, Related
from concertino.model.problem import Problem
from concertino.policies.compiling import compile_policy
from concertino.policies.configuration import Configuration
from concertino.policies.expressing import PolicySource
from concertino.policies.overrides import apply_override, unknown_overrides
from concertino.policies.packs import PolicyFile
from concertino.policies.policy import Override, Policy

_TOLD_OF = frozenset(
    {"target", "over", "when", "expression", "each", "key", "messageExpression", "where", "by", "at", "value"}
)
"""The last words of the pointers to what is checked against the kinds, in a document that has other faults too."""


@dataclass(frozen=True)
class PolicySet:
    """The policies that judge, sorted by id, the overrides that shaped them, and what is wrong with their files.

    `switched_off` are the ids of policies that the configuration turns off; `files` those of all policies by id.
    """

    policies: tuple[Policy, ...]
    overrides: tuple[Override, ...]
    problems: tuple[Problem, ...]
    switched_off: tuple[str, ...] = ()
    files: Mapping[str, PolicyFile] | None = None
    model: PolicySource | None = None
    """The document of the decision model that applies, with the overrides of the configuration."""

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all policies whose files could be found, broken and switched off ones included."""
        return tuple(sorted(self.files or {}))


@dataclass(frozen=True)
class PolicyReader:
    """What policies are read with. `scope` is one without variables."""

    kinds: Kinds
    gate: Gate
    scope: Scope
    limits: Limits


def load_policies(files: tuple[PolicyFile, ...], configuration: Configuration, reader: PolicyReader) -> PolicySet:
    """The policies in these files, with the overrides of the configuration applied."""
    by_id: dict[str, PolicyFile] = {}
    policies: list[Policy] = []
    applied: list[Override] = []
    problems: list[Problem] = []
    off: list[str] = []
    for file in files:
        name = file.folder.rpartition("/")[2]
        if name in by_id:
            problems.append(_twice(name, file, by_id[name], reader.limits))
            continue
        by_id[name] = file
        source = _source(file, name, reader)
        if not isinstance(source, PolicySource):
            problems.extend(source)
            continue
        change = apply_override(source, configuration.overrides.get(name, {}), configuration.locate)
        problems.extend(change.problems)
        applied.extend(change.notes)
        if change.off:
            off.append(name)
            continue
        policy = compile_policy(replace(source, value=change.value), reader.kinds, reader.scope)
        if isinstance(policy, Policy):
            policies.append(policy)
        else:
            problems.extend(policy)
    problems.extend(unknown_overrides(configuration.overrides, tuple(by_id), configuration.locate))
    ordered = tuple(sorted(policies, key=lambda policy: policy.id))
    return PolicySet(ordered, tuple(applied), tuple(problems), tuple(off), by_id)


def _source(file: PolicyFile, name: str, reader: PolicyReader) -> PolicySource | tuple[Problem, ...]:
    path = file.origin.file
    read = read_documents(path, file.data, reader.limits)
    if read.problems:
        return tuple(replace(problem, check="policy", subject=name) for problem in read.problems)
    if len(read.documents) != 1:
        return (_not_one(path, name, read.documents),)
    value, marks = read.documents[0].value, positions(path, file.data, 0, reader.limits)
    if not isinstance(value, dict) or not reader.gate.accepts(value):
        found = tuple(replace(item, check="policy", subject=name) for item in reader.gate.explain(value, marks))
        source = PolicySource(name, file.origin, value if isinstance(value, dict) else {}, file.data, marks)
        return (*found, *_besides(source, found, reader))
    source = PolicySource(name, file.origin, value, file.data, marks)
    written = _name(value)
    if written != name:
        misnamed = _misnamed(written, name, marks.nearest("/metadata/name"))
        return (misnamed, *_besides(source, (misnamed,), reader))
    return source


def _besides(source: PolicySource, found: tuple[Problem, ...], reader: PolicyReader) -> Iterator[Problem]:
    """What is wrong with the expressions of a document that has other faults, so that all is told at once.

    A name that is not declared is not told of: what declares it may be what is faulty.
    """
    known = {problem.place.pointer for problem in found}
    spec = {key: _mappings(part) for key, part in source.spec.items() if key not in ("severity", "enforcement")}
    policy = compile_policy(replace(source, value={**source.value, "spec": spec}), reader.kinds, reader.scope)
    for problem in policy if isinstance(policy, tuple) else ():
        pointer = problem.place.pointer
        meant = pointer.rpartition("/")[2] in _TOLD_OF and not problem.message.startswith("there is no ")
        if meant and pointer not in known:
            yield problem


def _mappings(part: JsonValue) -> JsonValue:
    """A list with its elements where they are, those that are no mappings empty: what reads it leaves them out."""
    return [item if isinstance(item, Mapping) else {} for item in part] if isinstance(part, list) else part


def _name(value: JsonObject) -> str:
    metadata = value.get("metadata")
    return str(metadata.get("name")) if isinstance(metadata, Mapping) else ""


def _misnamed(written: str, folder: str, place: Place) -> Problem:
    return Problem(
        "policy",
        f'the policy is called "{written}", but its folder "{folder}"',
        place,
        expected=folder,
        suggestion=folder,
        remediation="A policy has one name: its folder, its id in findings and exceptions, its heading.",
        subject=folder,
    )


def _not_one(path: str, name: str, documents: Sequence[Document]) -> Problem:
    if not documents:
        remedy = "Write the policy, or remove the file: an empty one judges nothing."
        return Problem("policy", "the policy is empty", Place(path), remediation=remedy, subject=name)
    return Problem(
        "policy",
        f"policy.yaml holds one document, and this one holds {len(documents)}",
        documents[1].place,
        remediation="Give each policy a folder of its own.",
        subject=name,
    )


def _twice(name: str, file: PolicyFile, first: PolicyFile, limits: Limits) -> Problem:
    here, there = (_place_of_name(item, limits) for item in (file, first))
    return Problem(
        "policy",
        f'there are two policies called "{name}"; the other stands in {first.origin.file}',
        here,
        remediation="Rename the folder and the policy: findings and exceptions know a policy by its name alone.",
        related=(Related("called so as well", there),),
        subject=name,
    )


def _place_of_name(file: PolicyFile, limits: Limits) -> Place:
    return positions(file.origin.file, file.data, 0, limits).nearest("/metadata/name")
