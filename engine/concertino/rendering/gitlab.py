"""GitLab's Code Quality report, the format of Code Climate with fewer fields."""

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.visible import visible
from concertino.rendering.context import ReportContext, rooted
from concertino.rendering.json import Tree, dumped, filled, fingerprint
from concertino.rendering.plain import details, headline, level, open_findings
from concertino.rendering.summary import is_advice, rule

_ELSEWHERE = "concertino.yaml"
"""Every entry needs a file. What stands in none is shown at the configuration."""
_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "minor"}


def render(context: ReportContext) -> str:
    """A list of the findings that are not waived, the most severe first.

    With a base the old ones stay in it: GitLab compares the lists of both branches by fingerprint itself, and would
    call fixed what is missing in one of them.
    """
    return dumped([_entry(rooted(context, item), context.prefix) for item in open_findings(context)])


def _entry(item: Outcome, prefix: str) -> Tree:
    file, line = (item.place.file, item.place.line) if item.place and item.place.file else (prefix + _ELSEWHERE, 1)
    return {
        # The widget shows one line.
        "description": " ".join((_ended(headline(item)), *map(_ended, details(item)))),
        "check_name": visible(rule(item)),
        "fingerprint": fingerprint(item),
        "severity": _severity(item),
        "location": {**filled(path=file), "lines": {"begin": max(line, 1)}},
    }


def _severity(item: Outcome) -> str:
    """`blocker` is what nobody may waive, `info` what nobody has to follow."""
    if is_advice(item):
        return "info"
    if item.result is Result.FAIL and level(item) is Severity.ERROR and item.enforcement is Enforcement.HARD_MANDATORY:
        return "blocker"
    return _SEVERITIES[level(item)]


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
