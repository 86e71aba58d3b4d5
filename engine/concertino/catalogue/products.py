"""Derived kinds: one entity for each combination of factors for which the kind's condition holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from concertino.catalogue.catalogue import CatalogueEntity
from concertino.catalogue.reference import join_names
from concertino.expressions import (
    BOOL,
    DYN,
    Call,
    CheckedTree,
    Environment,
    EvaluationError,
    Identifier,
    Meter,
    Program,
    Select,
    compile_tree,
    nodes,
    shape,
)
from concertino.expressions.values import Entity, UnreadableError
from concertino.kinds import Kind, Kinds
from concertino.model.limits import Limits
from concertino.model.place import Place
from concertino.model.problem import Problem
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest


@dataclass(frozen=True)
class CompiledProduct:
    """A derived kind with its condition ready to run. Without a condition every combination counts."""

    kind: Kind
    factors: tuple[tuple[str, str], ...]
    place: str
    where: Program | None


def compile_products(kinds: Kinds, environment: Environment) -> tuple[tuple[CompiledProduct, ...], tuple[Problem, ...]]:
    """The derived kinds, ready to be made, and what is wrong with their declarations."""
    compiled: list[CompiledProduct] = []
    problems: list[Problem] = []
    for kind in kinds.by_name.values():
        declared = kind.product
        if declared is None:
            continue
        unknown = [(factor, name) for factor, name in declared.factors if name not in kinds.by_name]
        if unknown:
            factor, name = unknown[0]
            meant = suggest(name, kinds.by_name)
            problems.append(_problem(kind, f'its factor "{name}" is not a kind', f"factors/{factor}", meant))
            continue
        scope = environment.scope({name: shape(target) for name, target in declared.factors})
        checked = scope.check(declared.where, BOOL) if declared.where else None
        if isinstance(checked, CheckedTree) or checked is None:
            where = compile_tree(checked) if checked else None
            compiled.append(CompiledProduct(kind, declared.factors, declared.place, where))
        else:
            problems.extend(
                _problem(kind, f"in its condition, {fault.message}", "where", fault.suggestion) for fault in checked
            )
    return tuple(compiled), tuple(problems)


def derive(
    item: CompiledProduct, members: Mapping[str, Sequence[CatalogueEntity]], limits: Limits
) -> Iterator[CatalogueEntity]:
    """The entities of a derived kind. `members` are the entities by kind.

    A combination whose condition can't be judged, since an entity in it is faulty, counts: it is not judged either.
    """
    names = [name for name, _ in item.factors]
    for factors in product(*(members.get(kind, ()) for _, kind in item.factors)):
        bindings = {name: factor.value for name, factor in zip(names, factors, strict=True)}
        fault = next((factor.fault for factor in factors if factor.fault), None)
        if fault or item.where is None or _holds(item.where, bindings, limits):
            yield _entity(item, dict(zip(names, factors, strict=True)), fault)


def looks_further(item: CompiledProduct, kinds: Kinds) -> bool:
    """Whether the condition of a derived kind reads of other entities than those it is made from."""
    if item.where is None:
        return False
    tree = item.where.tree
    for node in nodes(tree.root):
        holder = node.operand if isinstance(node, Select) else None
        if isinstance(node, Call) and node.function in ("_?._", "_[_]", "_[?_]"):
            holder = node.arguments[0]
        if holder is None or isinstance(holder, Identifier):
            continue
        of = tree.types.get(holder.id, DYN)
        of = of.parameters[0] if of.name == "optional_type" and of.parameters else of
        if of == DYN or of.name in kinds.by_name or of.name.endswith(".inverse"):
            return True
    return False


def _holds(where: Program, bindings: Mapping[str, object], limits: Limits) -> bool:
    try:
        return where.evaluate(bindings, Meter(limits.expression_steps, limits.value_size)) is True
    except (EvaluationError, UnreadableError):
        return True


def _entity(item: CompiledProduct, factors: Mapping[str, CatalogueEntity], fault: Problem | None) -> CatalogueEntity:
    name = join_names([factor.reference for factor in factors.values()])
    reference = EntityReference(item.kind.name, DEFAULT_NAMESPACE, name)
    titles = [_title(factor) for factor in factors.values()]
    value = Entity(
        str(reference),
        {
            "apiVersion": item.kind.api_version,
            "kind": item.kind.name,
            "metadata": {"name": name, "title": " × ".join(titles)},
            "spec": {key: _written(factor) for key, factor in factors.items()},
        },
    )
    place = factors[item.place]
    return CatalogueEntity(reference, item.kind, place.file, place.index, value, fault)


def _written(factor: CatalogueEntity) -> str:
    space = factor.reference.namespace
    return factor.reference.name if space == DEFAULT_NAMESPACE else f"{space}/{factor.reference.name}"


def _title(factor: CatalogueEntity) -> str:
    metadata = factor.value.get("metadata")
    title = metadata.get("title") if isinstance(metadata, dict) else None
    return title if isinstance(title, str) else factor.reference.name


def _problem(kind: Kind, message: str, part: str, suggestion: str) -> Problem:
    return Problem(
        "kind",
        f"{kind.name} can't be derived: {message}",
        Place(kind.schema_file, pointer=f"/x-product/{part}"),
        suggestion=suggestion,
        remediation="Correct x-product in the schema file.",
    )
