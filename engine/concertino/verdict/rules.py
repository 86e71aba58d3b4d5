"""The rules of a snapshot: configuration, kinds and policies, ready to judge, and what is wrong with them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from concertino.catalogue import CatalogueBuilder, compile_products
from concertino.documents import SchemaSet
from concertino.expressions import Environment
from concertino.kinds import Kinds, read_kinds
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import EntryKind, Snapshot
from concertino.policies import (
    CONFIGURATION_FILE,
    Configuration,
    Policy,
    PolicySet,
    find_packs,
    load_policies,
    read_configuration,
)
from concertino.policies.loading import PolicyReader
from concertino.verdict.checks import BUILT_IN_CHECKS

_SCHEMA_ENDING = ".schema.json"


@dataclass(frozen=True)
class Rules:
    """What judges: everything that is not the catalogue itself."""

    configuration: Configuration
    schemas: SchemaSet
    kinds: Kinds
    environment: Environment
    builder: CatalogueBuilder
    policies: PolicySet
    problems: tuple[Problem, ...]


def read_rules(snapshot: Snapshot, shipped: Mapping[str, bytes]) -> Rules:
    """The rules in force in a snapshot. `shipped` are the schemas and packs of the engine, by path."""
    base, _ = SchemaSet.build(_by_name(shipped, "schemas"))
    data = snapshot.read([CONFIGURATION_FILE]).get(CONFIGURATION_FILE)
    configuration, problems = read_configuration(data, lambda: base.gate("Configuration.schema.json"))
    found = [replace(problem, check="configuration") for problem in problems]
    wanted = _paths_below(snapshot, (configuration.schemas, configuration.policies))
    own = snapshot.read(wanted)
    found += [_broken_file(problem) for problem in unread(snapshot, [CONFIGURATION_FILE, *wanted], own.keys())]
    schemas, faults = _schemas(configuration, own, shipped)
    kinds = read_kinds(schemas.schemas)
    environment = Environment(kinds.vocabulary, configuration.limits)
    products, broken = compile_products(kinds, environment)
    packs = find_packs(configuration, own, shipped, schemas.gate("Pack.schema.json"))
    reader = PolicyReader(kinds, schemas.gate("Policy.schema.json"), environment.scope({}), configuration.limits)
    policies = load_policies(packs.policies, configuration, reader)
    reserved = [policy for policy in policies.policies if policy.id in BUILT_IN_CHECKS]
    if reserved:
        policies = replace(policies, policies=tuple(item for item in policies.policies if item not in reserved))
    return Rules(
        configuration=configuration,
        schemas=schemas,
        kinds=kinds,
        environment=environment,
        builder=CatalogueBuilder(kinds, schemas.gate, products, configuration.limits),
        policies=policies,
        problems=(*found, *faults, *broken, *packs.problems, *policies.problems, *map(_reserved, reserved)),
    )


def _schemas(
    configuration: Configuration, own: Mapping[str, bytes], shipped: Mapping[str, bytes]
) -> tuple[SchemaSet, tuple[Problem, ...]]:
    """The shipped schemas and the repository's own, which may add kinds but not redefine any."""
    base = _by_name(shipped, "schemas")
    added = _by_name(own, configuration.schemas)
    redefined = sorted(name for name in added if name in base and not _same(added[name], base[name]))
    schemas, problems = SchemaSet.build({**added, **base})
    paths = {name: f"{configuration.schemas}/{name}" for name in added}
    located = [
        replace(
            problem, check="kind", place=replace(problem.place, file=paths.get(problem.place.file, problem.place.file))
        )
        for problem in problems
    ]
    return schemas, (*located, *(_redefinition(paths[name]) for name in redefined))


def _reserved(policy: Policy) -> Problem:
    return Problem(
        "policy",
        f'"{policy.id}" is the name of a built-in check; in a report nobody could tell the two apart',
        policy.place,
        remediation="Give the policy, and its folder, another name.",
        subject=policy.id,
    )


def _redefinition(path: str) -> Problem:
    return Problem(
        "kind",
        "this schema redefines one that comes with the engine, which stays in force",
        Place(path),
        remediation="Give the kind, and its file, another name; shipped kinds mean the same everywhere.",
    )


def _same(one: bytes, other: bytes) -> bool:
    return one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")


def _by_name(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """The schema files directly in `folder`, by file name."""
    prefix = f"{folder}/"
    names = {path.removeprefix(prefix): path for path in files if path.startswith(prefix)}
    return {name: files[path] for name, path in names.items() if name.endswith(_SCHEMA_ENDING) and "/" not in name}


def _paths_below(snapshot: Snapshot, folders: tuple[str, ...]) -> list[str]:
    prefixes = tuple(f"{folder}/" for folder in folders)
    wanted = (_SCHEMA_ENDING, "/policy.yaml", "/cases.yaml", "/pack.yaml")
    return [path for path in snapshot.entries if path.startswith(prefixes) and path.endswith(wanted)]


def unread(snapshot: Snapshot, wanted: Iterable[str], read: Collection[str]) -> Iterator[Problem]:
    """A problem for each path of the snapshot that was wanted and could not be read."""
    missing = [path for path in wanted if path in snapshot.entries and path not in read]
    reasons = snapshot.unread([path for path in missing if snapshot.entries[path].kind is EntryKind.FILE])
    for path in missing:
        kind = snapshot.entries[path].kind
        if path in reasons:
            yield replace(reasons[path], check="unread")
        elif kind is not EntryKind.FILE:
            yield Problem(
                "unread",
                f"this is {_OTHERWISE[kind]}, and it is not followed: what it leads to is not judged",
                Place(path),
                remediation="Put the file itself into the repository, or remove the entry.",
            )


_OTHERWISE = {
    EntryKind.SYMLINK: "a symbolic link",
    EntryKind.SUBMODULE: "a submodule",
    EntryKind.OTHER: "no plain file",
}


def _broken_file(problem: Problem) -> Problem:
    """What can't be read of the rules breaks them: a policy that nobody could read must not pass in silence."""
    path = problem.place.file
    check = "configuration" if path == CONFIGURATION_FILE else "kind" if path.endswith(_SCHEMA_ENDING) else "policy"
    return replace(problem, check=check)
