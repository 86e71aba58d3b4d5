"""What a change touches of all that judges, in words that formats share."""

from collections.abc import Iterator

from concertino.rendering.context import ReportContext
from concertino.rendering.summary import is_broken_rule
from concertino.verdict.approvers import Approver
from concertino.verdict.touching import Touched

_MOST_PEOPLE = 6
_SHORT = 12


def touched_title(context: ReportContext) -> str:
    """What stands above the list."""
    several = len(context.touched) > 1
    return f"This change touches what judges: {len(context.touched)} {'things' if several else 'thing'}"


def touched_head(item: Touched) -> str:
    """What was done to what: `policy removed`."""
    return f"{item.area} {item.touch}"


def approval(item: Touched) -> str:
    """Who must approve, in a sentence."""
    if not item.approvers:
        return "nobody can be named who must approve: no right over it stands in the base"
    return f"must be approved by {', or by '.join(map(_approver, item.approvers))}"


def rules_note(context: ReportContext) -> Iterator[str]:
    """Whose rules judged, if that has to be said."""
    if context.rules_from:
        yield (
            f"Judged by the policies, schemas, configuration, rights and signers of {context.rules_from[:_SHORT]}; "
            "those of the change count once they are merged."
        )
    elif context.touched:
        yield (
            "The change is judged by its own rules. With --policies-from, those of the base would judge it, and nobody "
            "could excuse themselves."
        )

    if not context.rules_from and context.comparison and any(map(is_broken_rule, context.comparison.base.findings)):
        yield "The base itself has broken rules, which judged nothing there: what is called new may be older."


def base_note(context: ReportContext) -> str:
    """What the verdict is compared with."""
    source = context.comparison.base.source if context.comparison else None
    return f"Compared with {source.revision[:_SHORT]}" if source and source.revision else "Compared with the base"


def _approver(item: Approver) -> str:
    rest = len(item.people) - _MOST_PEOPLE
    people = ", ".join(item.people[:_MOST_PEOPLE]) + (f" and {rest} more" if rest > 0 else "")
    means = "to whom it is escalated, by" if item.escalation else "by"
    return f"{item.team} ({people}), {means} the right {item.right}"
