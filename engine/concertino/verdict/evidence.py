"""What a figure proves: whether it is measurable and material, and until when a forecast may stand for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from concertino.catalogue import Catalogue
from concertino.verdict.entry import days_between, is_day
from concertino.verdict.limits import ExceptionLimits

FOR_EVER = "9999-12-31"
_PORTFOLIO_KIND = "Portfolio"
_ROUNDING = 1e-9
"""Decimal figures are binary numbers here; a threshold that is met to the last digit is met."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How long a figure carries an exception (an ISO day, inclusive), or why it doesn't: then `until` is empty."""

    until: str
    why: str = ""
    forecast: bool = False


def directions(catalogue: Catalogue) -> Mapping[str, str]:
    """The good direction (`up`, `down`) of the metrics that the portfolio declares."""
    found: dict[str, str] = {}
    for entity in catalogue.of_kind(_PORTFOLIO_KIND):
        spec = entity.value.get("spec")
        metrics = spec.get("metrics") if isinstance(spec, Mapping) else None
        for item in metrics if isinstance(metrics, list) else ():
            if isinstance(item, Mapping):
                found.setdefault(str(item.get("id")), str(item.get("better")))
    return found


def figures(spec: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    """The figures of an exception."""
    value = spec.get("evidence")
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()


def weigh(
    spec: Mapping[str, object],
    before: tuple[Mapping[str, object], ...],
    better: Mapping[str, str],
    limits: ExceptionLimits,
) -> Weight:
    """How long the evidence of an exception carries it: the figure that does so longest decides.

    `before` are the entries that it renews: a forecast that stood in one of them already is not renewed with it.
    """
    if "evidence" not in spec:
        return Weight(
            FOR_EVER
        )  # The schema asks for it. Only the cases of a policy may leave it out, as not their matter.
    earlier = frozenset(
        str(item.get("metric")) for entry in before for item in figures(entry) if item.get("basis") == "expected"
    )
    weights = [_weight(item, spec, earlier, better, limits) for item in figures(spec)]
    if not weights:
        return Weight("", "no figure shows what it brings")
    found = max(weights, key=lambda item: item.until)
    return found if found.until else weights[0]


def _weight(
    item: Mapping[str, object],
    spec: Mapping[str, object],
    earlier: frozenset[str],
    better: Mapping[str, str],
    limits: ExceptionLimits,
) -> Weight:
    metric = str(item.get("metric", "the figure"))
    fault = next(_faults(item, metric, better, limits), "")
    if fault:
        return Weight("", fault)
    if item.get("basis") != "expected":
        return Weight(FOR_EVER)
    by, since = item.get("confirmBy"), spec.get("approvedOn")
    if not isinstance(by, str) or not is_day(by):
        return Weight("", f"{metric} is a forecast without a day by which it is confirmed", forecast=True)
    if metric in earlier:
        return Weight("", f"{metric} was a forecast before the renewal already and still is one", forecast=True)
    if isinstance(since, str) and is_day(since) and days_between(since, by) > limits.confirm_within_days:
        days = days_between(since, by)
        why = f"{metric} is to be confirmed {days} days after the approval"
        return Weight("", f"{why}; at most {limits.confirm_within_days} are allowed", forecast=True)
    return Weight(by, f"{metric} was to be confirmed by {by} and still is a forecast", forecast=True)


def _faults(
    item: Mapping[str, object], metric: str, better: Mapping[str, str], limits: ExceptionLimits
) -> Iterator[str]:
    """Why a figure is not measurable or not material."""
    baseline, value = item.get("baseline"), item.get("value")
    if not isinstance(baseline, int | float) or not isinstance(value, int | float):
        yield f"{metric} has no baseline and value that can be compared"
        return
    missing = " and ".join(name for name in ("period", "source") if not item.get(name))
    if missing:
        yield f"{metric} does not say its {missing}, so it can't be looked up"
    if value == baseline:
        yield f"{metric} is {value:g} before and after"
    elif better.get(metric) == ("down" if value > baseline else "up"):
        yield f"{metric} gets worse, from {baseline:g} to {value:g}"
    else:
        yield from _immaterial(item, metric, float(baseline), float(value), limits)


def _immaterial(
    item: Mapping[str, object], metric: str, baseline: float, value: float, limits: ExceptionLimits
) -> Iterator[str]:
    change = abs(value - baseline)
    if item.get("kind") == "risk" and _in_levels(item):
        if change < limits.material_risk_levels - _ROUNDING:
            yield f"{metric} changes by {change:g} levels; less than {limits.material_risk_levels:g} is not material"
        return
    least = {
        "revenue": limits.material_revenue,
        "customer": limits.material_customer,
        "risk": limits.material_risk,
    }.get(str(item.get("kind")), limits.material_differentiation)
    share = 100 * change / abs(baseline) if baseline else float("inf")
    if share < least - _ROUNDING:
        yield f"{metric} changes by {share:.2g} %; less than {least:g} % is not material"


def _in_levels(item: Mapping[str, object]) -> bool:
    return bool({"level", "levels"} & set(str(item.get("unit", "")).casefold().split()))
