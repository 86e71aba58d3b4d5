"""The one command that helps most after a run."""

import re
from collections import Counter
from collections.abc import Iterable

from concertino.model.outcome import Outcome
from concertino.rendering.context import ReportContext
from concertino.rendering.summary import is_advice, sections
from concertino.verdict import BUILT_IN_CHECKS, Verdict

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]*")
"""Names come from the judged repository. Whatever a shell might read as more than a word stays out of a command."""

_AFTER_CHECKS = {
    "syntax": ("check", "again, once the files can be read"),
    "schema": ("check", "again, once the documents are as their schemas say"),
    "reference": ("catalogue list", "shows what can be referred to"),
    "duplicate": ("catalogue list", "shows what is described, and where"),
    "unread": ("check", "again, once everything can be read"),
    "exception": ("catalogue list --kind Exception", "shows all exceptions"),
    "record": ("records render", "writes the records anew"),
    "policy": ("policies lint", "shows all that is wrong with the policies"),
    "cases": ("policies test", "judges every policy by its cases"),
}


def next_command(context: ReportContext) -> tuple[str, str]:
    """A command, and what it does for the reader. What is urgent comes first, advice last."""
    found, verdict = sections(context), context.verdict
    if not verdict.entities and not verdict.findings:
        return _after_nothing(verdict)
    warnings = tuple(item for item in found.uncounted if not is_advice(item))
    for items in (found.broken, found.counted, found.lapsed, warnings):
        if items:
            return _after(items, verdict)
    if verdict.expiring:
        return _with_name("catalogue show", verdict.expiring[0][0], "shows an exception that is about to end")
    if found.uncounted:
        return _after(found.uncounted, verdict)
    return "concertino records check", "tells whether the decision records are up to date"


def _after(items: Iterable[Outcome], verdict: Verdict) -> tuple[str, str]:
    """What helps with the policy that most of the findings are of."""
    often = Counter(item.policy for item in items)
    policy = min(often, key=lambda name: (-often[name], name))
    if policy in BUILT_IN_CHECKS:
        words, why = _AFTER_CHECKS.get(policy, ("policies list", "shows which rules are in force"))
        return f"concertino {words}", why
    known = {item.id for item in verdict.policies}
    return _with_name("policies show", policy if policy in known else "", "explains the rule and what satisfies it")


def _after_nothing(verdict: Verdict) -> tuple[str, str]:
    if not verdict.files:
        return "concertino init", "starts a catalogue that passes"
    if all(policy.id in BUILT_IN_CHECKS for policy in verdict.policies):
        return "concertino policies list", "shows which policies there are"
    return "concertino catalogue list", "shows what was read"


def _with_name(words: str, name: str, why: str) -> tuple[str, str]:
    if _SAFE.fullmatch(name):
        return f"concertino {words} {name}", why
    group, _, _ = words.partition(" ")
    return f"concertino {group} list", "shows what there is"
