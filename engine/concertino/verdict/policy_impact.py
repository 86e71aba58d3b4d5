"""What a change of policies does to one and the same catalogue: who newly fails, passes, counts or is not judged."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from concertino.catalogue import Catalogue, CatalogueEntity
from concertino.expressions import Entity
from concertino.model.outcome import Outcome, Result, Severity
from concertino.verdict.checks import BUILT_IN_CHECKS
from concertino.verdict.comparing import Change, Comparison, Ending
from concertino.verdict.rights import scope_of
from concertino.verdict.verdict import counts

_BAD = (Result.FAIL, Result.ERROR)
_OWNERS = ("owner", "team")


class Effect(StrEnum):
    """What a change of policies does to one entity under one policy."""

    FAILS = "newly-fails"
    COUNTED = "counts-now"
    """It failed before and still does, and now the gate counts it."""
    OTHERWISE = "fails-otherwise"
    """It failed before, and does so now for other reasons as well or instead."""
    UNCOUNTED = "no-longer-counts"
    """It failed before and still does, but as advice, or below what the gate counts."""
    UNJUDGED = "no-longer-judged"
    """It failed or was waived before, and the policy does not judge it any more: nobody can say that it passes."""
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


def affected(comparison: Comparison, catalogue: Catalogue, fail_on: Severity = Severity.ERROR) -> tuple[Affected, ...]:
    """The pairs of policy and entity whose findings are others under the new policies, or weigh otherwise, sorted.

    `fail_on` is the least severity that the gate counts.
    """
    before, now = (_by_pair(verdict.findings) for verdict in (comparison.base, comparison.head))
    pairs = {_pair(item.finding) for item in comparison.findings if item.change is not Change.UNCHANGED}
    pairs |= {_pair(item.finding) for item in comparison.fixed}
    unjudged = {_pair(item.finding) for item in comparison.fixed if item.ending is not Ending.MENDED}
    pairs |= {pair for pair in before.keys() & now.keys() if _shift(before[pair], now[pair], fail_on)}
    # A fault of the rules themselves is no effect that they have on an entity.
    pairs = {pair for pair in pairs if pair[0] not in BUILT_IN_CHECKS or not BUILT_IN_CHECKS[pair[0]].broken_rule}
    found = []
    for pair in sorted(pairs):
        old, new = before.get(pair, ()), now.get(pair, ())
        effect = _shift(old, new, fail_on) or _effect(old, new, judged=pair not in unjudged)
        found.append(_affected(pair, effect, old, new, catalogue))
    return tuple(found)


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
    pair: tuple[str, str],
    effect: Effect,
    before: tuple[Outcome, ...],
    now: tuple[Outcome, ...],
    catalogue: Catalogue,
) -> Affected:
    policy, subject = pair
    entity = catalogue.by_name.get(subject)
    brands = tuple(sorted(scope_of(entity).brands)) if entity else ()
    owner = _owner(entity, catalogue, brands) if entity else ""
    return Affected(policy, subject, effect, before, now, brands, owner)


def _shift(before: tuple[Outcome, ...], now: tuple[Outcome, ...], fail_on: Severity) -> Effect | None:
    """Whether what fails on both sides counts on one of them only."""
    if not (_fails(before) and _fails(now)):
        return None
    counted, counting = (any(counts(item, fail_on) for item in items) for items in (before, now))
    if counted is counting:
        return None
    return Effect.COUNTED if counting else Effect.UNCOUNTED


def _effect(before: tuple[Outcome, ...], now: tuple[Outcome, ...], *, judged: bool) -> Effect:
    if _fails(now):
        return Effect.OTHERWISE if _fails(before) else Effect.FAILS
    if now:
        return Effect.WAIVED
    return Effect.PASSES if judged else Effect.UNJUDGED


def _fails(items: tuple[Outcome, ...]) -> bool:
    return any(item.result in _BAD for item in items)


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
