"""What a change touches of all that judges, in words that formats share."""

from collections.abc import Iterator

from concertino.rendering.context import ReportContext
from concertino.rendering.escape import code, escape
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


def approval(item: Touched, several: int = 1) -> str:
    """Who must approve, in a sentence. It may speak for `several` things that stand above it."""
    if not item.approvers:
        what, over = (f" any of these {several}", "them") if several > 1 else ("", "it")
        return f"nobody can be named who must approve{what}: no right over {over} stands in the base"
    every = f"all {several} of these " if several > 1 else ""
    return f"{every}must be approved by {', or by '.join(map(_approver, item.approvers))}"


def touched_bullet(item: Touched) -> str:
    """One thing in markdown, with who must approve it: a comment may be cut after any of them."""
    detail = f": {escape(item.detail)}" if item.detail else ""
    return f"- **{touched_head(item)}** {code(item.name)}{detail}<br>→ {escape(approval(item))}"


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
