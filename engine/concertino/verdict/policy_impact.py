"""What a change of policies does to one and the same catalogue: who newly fails, who newly passes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.model.outcome import Outcome, Result
from concertino.verdict.checks import BUILT_IN_CHECKS
from concertino.verdict.comparing import Change, Comparison
from concertino.verdict.rights import scope_of

_BAD = (Result.FAIL, Result.ERROR)
_OWNERS = ("owner", "team")


class Effect(StrEnum):
    """What a change of policies does to one entity under one policy."""

    FAILS = "newly-fails"
    OTHERWISE = "fails-otherwise"
    """It failed before, and does so now for other reasons as well or instead."""
    WAIVED = "newly-waived"
    PASSES = "newly-passes"


@dataclass(frozen=True, slots=True)
class Affected:
    """One entity under one policy: what the findings came to before and now, and to whom it belongs.

    `brands` are references; `owner` is that of a team, empty where nobody is named.
    """

    policy: str
    entity: str
    effect: Effect
    before: tuple[Outcome, ...]
    now: tuple[Outcome, ...]
    brands: tuple[str, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """How many pairs of policy and entity there are of each effect, under one name."""

    name: str
    counts: Mapping[Effect, int]


def affected(comparison: Comparison, catalogue: Catalogue) -> tuple[Affected, ...]:
    """The pairs of policy and entity whose findings are others under the new policies, sorted."""
    before, now = (_by_pair(verdict.findings) for verdict in (comparison.base, comparison.head))
    pairs = {_pair(item.finding) for item in comparison.findings if item.change is not Change.UNCHANGED}
    pairs |= {_pair(item.finding) for item in comparison.fixed}
    # A fault of the rules themselves is no effect that they have on an entity.
    pairs = {pair for pair in pairs if pair[0] not in BUILT_IN_CHECKS or not BUILT_IN_CHECKS[pair[0]].broken_rule}
    return tuple(_affected(pair, before.get(pair, ()), now.get(pair, ()), catalogue) for pair in sorted(pairs))


def totals(items: Iterable[Affected], names: Callable[[Affected], Iterable[str]]) -> tuple[Total, ...]:
    """The effects counted under the names that each pair goes by, sorted by name."""
    found: dict[str, dict[Effect, int]] = {}
    for item in items:
        for name in names(item):
            counts = found.setdefault(name, {})
            counts[item.effect] = counts.get(item.effect, 0) + 1
    return tuple(Total(name, counts) for name, counts in sorted(found.items()))


def by_policy(item: Affected) -> Iterator[str]:
    """The policy of a pair."""
    yield item.policy


def by_brand(item: Affected) -> Iterator[str]:
    """The brands of a pair; what belongs to none is common to all."""
    yield from item.brands or ("all brands",)


def by_owner(item: Affected) -> Iterator[str]:
    """The team that owns the entity of a pair."""
    yield item.owner or "nobody"


def _affected(
    pair: tuple[str, str], before: tuple[Outcome, ...], now: tuple[Outcome, ...], catalogue: Catalogue
) -> Affected:
    policy, subject = pair
    entity = catalogue.by_name.get(subject)
    brands = tuple(sorted(scope_of(entity).brands)) if entity else ()
    owner = _owner(entity, catalogue, brands) if entity else ""
    return Affected(policy, subject, _effect(before, now), before, now, brands, owner)


def _effect(before: tuple[Outcome, ...], now: tuple[Outcome, ...]) -> Effect:
    failed, fails = (any(item.result in _BAD for item in items) for items in (before, now))
    if fails:
        return Effect.OTHERWISE if failed else Effect.FAILS
    return Effect.WAIVED if now else Effect.PASSES


def _owner(entity: CatalogueEntity, catalogue: Catalogue, brands: tuple[str, ...]) -> str:
    """The team that an entity names; for one that names none, that of the one brand it belongs to."""
    spec = entity.value.get("spec")
    refs = spec.get("refs") if isinstance(spec, Mapping) else None
    named = [refs.get(name) for name in _OWNERS] if isinstance(refs, Mapping) else []
    found = next((item.reference for item in named if isinstance(item, Entity)), "")
    brand = catalogue.by_name.get(brands[0]) if len(brands) == 1 else None
    if found or brand is None or brand is entity:
        return found
    return _owner(brand, catalogue, ())


def _by_pair(findings: Iterable[Outcome]) -> dict[tuple[str, str], tuple[Outcome, ...]]:
    found: dict[tuple[str, str], tuple[Outcome, ...]] = {}
    for item in findings:
        found[_pair(item)] = (*found.get(_pair(item), ()), item)
    return found


def _pair(item: Outcome) -> tuple[str, str]:
    return (item.policy, item.subject)
