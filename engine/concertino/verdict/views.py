"""What is computed about entities by this room, for policies to read beside their documents."""

from concertino.catalogue import Catalogue
from concertino.verdict.force_seen import ForceViews
from concertino.verdict.metrics import MetricViews
from concertino.verdict.rules import Rules


def views(catalogue: Catalogue, rules: Rules, as_of: str, *, presumed: bool = False) -> tuple[ForceViews, MetricViews]:
    """All of it for one catalogue on the ISO day `as_of`; nothing is computed before something reads it.

    With `presumed`, an approver is taken to hold the right that nobody is said to hold: that is for small cases.
    """
    return (ForceViews(catalogue, rules, as_of, presumed), MetricViews(catalogue, rules.metrics))
