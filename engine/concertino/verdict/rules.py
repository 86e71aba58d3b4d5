"""The rules of a snapshot: configuration, kinds and policies, ready to judge, and what is wrong with them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from concertino.catalogue import CatalogueBuilder, compile_products
from concertino.documents import SchemaSet
from concertino.expressions import Environment, shared_environment
from concertino.kinds import Kinds
from concertino.matrix.resolution import MatrixModel, compile_matrix, reads_matrix
from concertino.matrix.vocabulary import target_of, with_matrix
from concertino.model.json import JsonObject
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.snapshot import EntryKind, Snapshot
from concertino.policies import (
    CONFIGURATION_FILE,
    MODEL_FILE,
    ChosenModel,
    Configuration,
    Override,
    Packs,
    Policy,
    PolicySet,
    PolicySource,
    choose_model,
    find_packs,
    load_policies,
    read_configuration,
)
from concertino.policies.expressing import digest_of
from concertino.policies.loading import PolicyReader
from concertino.policies.overview import OVERVIEW_FILE
from concertino.policies.overviews import OverviewReader, Overviews
from concertino.policies.rows import Row
from concertino.verdict.checks import BUILT_IN_CHECKS
from concertino.verdict.declaring import declared_kinds, shipped_schemas
from concertino.verdict.force import Settlement, settled_already
from concertino.verdict.force_shape import with_force
from concertino.verdict.limits import ExceptionLimits, limits_of_pack, overridden
from concertino.verdict.metrics import with_metrics
from concertino.verdict.misplaced import SCHEMA_ENDING, closed_folders, misplaced
from concertino.verdict.proof import Prover, Trusted


@dataclass(frozen=True, slots=True)
class ExceptionRules:
    """What exceptions are held to, and what the configuration changed about it."""

    limits: ExceptionLimits = field(default_factory=ExceptionLimits)
    overrides: tuple[Override, ...] = ()
    prover: Prover | None = None
    """Looks for the proof of approvals, where the configuration asks for one."""
    trusted: Trusted | None = None
    """Who holds rights and keys, where the rules come from another revision than the catalogue."""
    settled: Settlement = settled_already
    """Which exceptions count before they are merged."""


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
    exceptions: ExceptionRules = field(default_factory=ExceptionRules)
    rows: tuple[Row, ...] = ()
    """What the packs say they are there for."""
    model: MatrixModel | None = None
    """The decision model that applies, if there is one and it is sound."""
    metrics: Mapping[str, JsonObject] = field(default_factory=dict)
    """The metrics that the packs bring, by id."""
    overviews: Overviews = field(default_factory=Overviews)
    """What the packs say about the whole: the steps of its way, what falls due, scores. It judges nothing."""


def read_rules(snapshot: Snapshot, shipped: Mapping[str, bytes]) -> Rules:
    """The rules in force in a snapshot. `shipped` are the schemas and packs of the engine, by path."""
    base = shipped_schemas(shipped)
    data = snapshot.read([CONFIGURATION_FILE]).get(CONFIGURATION_FILE)
    configuration, problems = read_configuration(data, lambda: base.gate("Configuration.schema.json"))
    found = [replace(problem, check="configuration") for problem in problems]
    wanted = _paths_below(snapshot, (configuration.schemas, configuration.policies))
    own = snapshot.read(wanted)
    found += _not_read(snapshot, configuration, [CONFIGURATION_FILE, *wanted], own.keys())
    declared = declared_kinds(own, configuration.schemas, shipped)
    schemas = declared.schemas
    packs = find_packs(configuration, own, shipped, schemas.gate("Pack.schema.json"))
    gate = schemas.gate("DecisionModel.schema.json")
    chosen = choose_model(packs.models, configuration, gate, configuration.limits)
    known = with_metrics(with_force(declared.kinds))
    kinds = with_matrix(known, chosen.source.spec if chosen.source else None) if packs.models else known
    environment = shared_environment(kinds.vocabulary, configuration.limits)
    products, broken = compile_products(kinds, environment)
    model, unsound = _model(chosen.source, kinds, environment)
    reader = PolicyReader(kinds, schemas.gate("Policy.schema.json"), environment.scope({}), configuration.limits)
    asking = OverviewReader(kinds, schemas.gate("Overview.schema.json"), reader.scope, configuration.limits)
    overviews = Overviews(packs.overviews, asking)
    exceptions, unfit = _exception_rules(packs, configuration)
    policies = load_policies(packs.policies, configuration, reader)
    policies = _with_model(policies, chosen, sound=model is not None) if packs.models else policies
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
        problems=(
            *found,
            *declared.problems,
            *map(declared.located, broken),
            *packs.problems,
            *unfit,
            *chosen.problems,
            *unsound,
            *policies.problems,
            *overviews.own_problems,
            *map(_reserved, reserved),
        ),
        exceptions=exceptions,
        rows=packs.rows,
        model=model,
        metrics=packs.metrics,
        overviews=overviews,
    )


def _model(
    source: PolicySource | None, kinds: Kinds, environment: Environment
) -> tuple[MatrixModel | None, tuple[Problem, ...]]:
    """The decision model of a document, or what is wrong with it."""
    found = compile_matrix(source, kinds, environment.scope({})) if source else ()
    return (found, ()) if isinstance(found, MatrixModel) else (None, found)


def _with_model(policies: PolicySet, chosen: ChosenModel, *, sound: bool) -> PolicySet:
    """The policies with the model they may read. Those that do so are others when the model is another.

    While the model is faulty they do not judge: what is wrong with it is told once, and not by each of them.
    """
    source = chosen.source
    target = target_of(source.spec if source else {})
    judging: list[Policy] = []
    for policy in policies.policies:
        if not reads_matrix([expression.tree for expression in policy.expressions], target):
            judging.append(policy)
        elif source and sound:
            judging.append(replace(policy, digest=digest_of(policy.digest, source.digest)))
    overrides = (*policies.overrides, *chosen.overrides)
    return replace(policies, policies=tuple(judging), overrides=overrides, model=source)


def _exception_rules(packs: Packs, configuration: Configuration) -> tuple[ExceptionRules, tuple[Problem, ...]]:
    limits, faults = limits_of_pack(packs.parameters)
    limits, overrides = overridden(limits, configuration.exception_parameters, configuration.exception_reason)
    remedy = "Correct it in the pack; until then the limit is that of the engine."
    problems = [Problem("pack", fault, Place(packs.parameter_file), remediation=remedy) for fault in faults]
    return ExceptionRules(limits, overrides), tuple(problems)


def _reserved(policy: Policy) -> Problem:
    return Problem(
        "policy",
        f'"{policy.id}" is the name of a built-in check; in a report nobody could tell the two apart',
        policy.place,
        remediation="Give the policy, and its folder, another name.",
        subject=policy.id,
    )


def _paths_below(snapshot: Snapshot, folders: tuple[str, ...]) -> list[str]:
    prefixes = tuple(f"{folder}/" for folder in folders)
    wanted = (SCHEMA_ENDING, "/policy.yaml", "/cases.yaml", "/pack.yaml", f"/{MODEL_FILE}", f"/{OVERVIEW_FILE}")
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
                f"this is {_OTHERWISE[kind]}",
                Place(path),
                remediation="Put the file itself into the repository, or remove the entry.",
            )


_OTHERWISE = {
    EntryKind.SYMLINK: "a symbolic link, and it is not followed: what it leads to is not judged",
    EntryKind.SUBMODULE: "a repository of its own, and it is not entered: what lies in it is not judged",
    EntryKind.OTHER: "no plain file, and it is not opened: nothing in it is judged",
}


def _not_read(
    snapshot: Snapshot, configuration: Configuration, wanted: list[str], read: Collection[str]
) -> Iterator[Problem]:
    """What can't be read of the rules breaks them: a policy that nobody could read must not pass in silence."""
    folders = (configuration.schemas, configuration.policies)
    closed = {path for folder in folders for path in closed_folders(snapshot, folder)}
    for problem in unread(snapshot, [*wanted, *sorted(closed.difference(wanted))], read):
        path = problem.place.file
        schema = path.endswith(SCHEMA_ENDING) or f"{path}/".startswith(f"{configuration.schemas}/")
        yield replace(problem, check="configuration" if path == CONFIGURATION_FILE else "kind" if schema else "policy")
    yield from misplaced(snapshot, configuration)
