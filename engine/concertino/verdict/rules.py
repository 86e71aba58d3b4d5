"""The rules of a snapshot: configuration, kinds and policies, ready to judge, and what is wrong with them."""

from collections.abc import Mapping
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
    PolicySet,
    find_packs,
    load_policies,
    read_configuration,
)
from concertino.policies.loading import PolicyReader

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
    own = snapshot.read(_paths_below(snapshot, (configuration.schemas, configuration.policies)))
    schemas, faults = _schemas(configuration, own, shipped)
    kinds = read_kinds(schemas.schemas)
    environment = Environment(kinds.vocabulary, configuration.limits)
    products, broken = compile_products(kinds, environment)
    packs = find_packs(configuration, own, shipped, schemas.gate("Pack.schema.json"))
    reader = PolicyReader(kinds, schemas.gate("Policy.schema.json"), environment.scope({}), configuration.limits)
    policies = load_policies(packs.policies, configuration.overrides, reader)
    return Rules(
        configuration=configuration,
        schemas=schemas,
        kinds=kinds,
        environment=environment,
        builder=CatalogueBuilder(kinds, schemas.gate, products, configuration.limits),
        policies=policies,
        problems=(*found, *faults, *broken, *packs.problems, *policies.problems),
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
    return [
        path
        for path, entry in snapshot.entries.items()
        if entry.kind is EntryKind.FILE and path.startswith(prefixes) and path.endswith(wanted)
    ]
