"""The result of a verdict in a few words and figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.rendering.context import ReportContext
from concertino.verdict import BUILT_IN_CHECKS, EXPIRING_DAYS, Change, Ending, Gate, Verdict


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with its noun in the singular and the plural."""

    count: int
    one: str
    many: str

    def __str__(self) -> str:
        return f"{self.count} {self.one if self.count == 1 else self.many}"


@dataclass(frozen=True, slots=True)
class Sections:
    """The findings by what they mean for the reader, each in the order of the verdict.

    `broken` are faults in what judges; `counted` what the gate counts; `uncounted` advice and what is below the gate.
    With a base, what the change did not bring is left out, except for broken rules; `lapsed` is what was waived there.
    """

    broken: tuple[Outcome, ...]
    counted: tuple[Outcome, ...]
    uncounted: tuple[Outcome, ...]
    waived: tuple[Outcome, ...]
    lapsed: tuple[Outcome, ...] = ()


def sections(context: ReportContext) -> Sections:
    """The findings of a verdict, taken apart."""
    broken, counted, uncounted, waived, lapsed = [], [], [], [], []
    for item in context.verdict.findings:
        change = context.change(item)
        if is_broken_rule(item):
            broken.append(item)
        elif item.result is Result.WAIVED:
            waived += [] if change is Change.UNCHANGED else [item]
        elif change is Change.NO_LONGER_WAIVED:
            lapsed.append(_with_lapse(context, item))
        elif context.counts(item):
            counted.append(item)
        elif context.is_news(item):
            uncounted.append(item)
    return Sections(tuple(broken), tuple(counted), tuple(uncounted), tuple(waived), tuple(lapsed))


def _with_lapse(context: ReportContext, item: Outcome) -> Outcome:
    """A finding with a note on the exception that covered it in the base."""
    before = context.comparison.likeness.get(item) if context.comparison else None
    if before is None or before.exception is None:
        return item
    note = f"{before.exception.reference} covered this in the base, until {before.exception.expires}"
    return replace(item, notes=(*item.notes, note))


def is_broken_rule(item: Outcome) -> bool:
    """Whether a finding is a fault in what judges."""
    check = BUILT_IN_CHECKS.get(item.policy)
    return check is not None and check.broken_rule


def is_advice(item: Outcome) -> bool:
    """Whether a finding fails a policy that nobody has to follow."""
    return item.result is Result.FAIL and item.enforcement is Enforcement.ADVISORY


def result_of(context: ReportContext) -> tuple[str, str]:
    """The sign and the word for how the run ended."""
    match context.exit_code:
        case 0:
            return "✓", "passed"
        case 3:
            return "✗", "nothing was judged"
    return "✗", "failed"


def failures(verdict: Verdict) -> tuple[Fact, ...]:
    """How many findings there are of each severity, without advice, and how many broken rules."""
    plain = [item for item in verdict.findings if not is_broken_rule(item) and not is_advice(item)]
    failed = [item.severity for item in plain if item.result is Result.FAIL]
    facts = (
        Fact(sum(map(is_broken_rule, verdict.findings)), "broken rule", "broken rules"),
        *(Fact(failed.count(item), item.value, f"{item.value}s") for item in Severity),
    )
    return tuple(fact for fact in facts if fact.count)


def circumstances(verdict: Verdict) -> tuple[Fact, ...]:
    """What else there is to know about the findings."""
    findings = verdict.findings
    soon = f"within {EXPIRING_DAYS} days"
    facts = (
        Fact(sum(map(is_advice, findings)), "piece of advice", "pieces of advice"),
        _same(sum(item.result is Result.WAIVED for item in findings), "waived"),
        _same(sum(item.result is Result.ERROR for item in findings), "could not be judged"),
        Fact(len(verdict.expiring), f"exception expires {soon}", f"exceptions expire {soon}"),
    )
    return tuple(fact for fact in facts if fact.count)


def extent(verdict: Verdict) -> tuple[Fact, ...]:
    """How much was judged by how much."""
    policies = sum(policy.id not in BUILT_IN_CHECKS for policy in verdict.policies)
    return (Fact(verdict.entities, "entity", "entities"), Fact(policies, "policy", "policies"))


def summary_line(context: ReportContext) -> str:
    """One line with everything that matters, such as `✗ failed: 2 errors · 1 waived · 8 entities, 3 policies, …`."""
    verdict = context.verdict
    sign, word = result_of(context)
    found = ", ".join(map(str, failures(verdict)))
    judged = ", ".join([*map(str, extent(verdict)), f"as of {verdict.as_of}"])
    parts = [*([found] if found else []), *map(str, circumstances(verdict)), judged]
    if context.comparison:
        broken = sum(map(is_broken_rule, verdict.findings))
        parts = [*([str(Fact(broken, "broken rule", "broken rules"))] if broken else []), changed(context), judged]
    elif not verdict.findings and word == "passed":
        parts.insert(0, "no findings")
    return f"{sign} {word}: {' · '.join(parts)}"


def changed(context: ReportContext) -> str:
    """What the change did to the findings, in one line: `2 new (1 error, 1 warning) · 1 fixed · 31 unchanged`."""
    parts = [str(fact) for fact in changes(context)]
    degrees = [degree(item) for item in context.comparison.of(Change.NEW)] if context.comparison else []
    if degrees:
        weights = sorted(set(degrees), key=_weight_of)
        parts[0] += f" ({', '.join(f'{degrees.count(name)} {name}' for name in weights)})"
    return " · ".join(parts) or "nothing changed"


def changes(context: ReportContext) -> tuple[Fact, ...]:
    """How many findings are new, waived no more, fixed, waived now, and as they were."""
    found = context.comparison
    if found is None:
        return ()
    facts = (
        _same(len(found.of(Change.NEW)), "new"),
        _same(len(found.of(Change.NO_LONGER_WAIVED)), "no longer waived"),
        _same(len(found.fixed), "fixed"),
        _same(len(found.of(Change.NEWLY_WAIVED)), "newly waived"),
        _same(len(found.of(Change.UNCHANGED)), "unchanged"),
    )
    return tuple(fact for fact in facts if fact.count)


def _weight_of(name: str) -> tuple[int, str]:
    known = [severity.value for severity in Severity]
    return (known.index(name) if name in known else len(known), name)


def nothing_judged(verdict: Verdict) -> str:
    """Why there is neither an entity that was judged nor a finding: silence here is no clean bill."""
    if not verdict.files:
        return "No catalogue file was found where the configuration says the catalogue is, so nothing was checked."
    if all(policy.id in BUILT_IN_CHECKS for policy in verdict.policies):
        return f"{_files(verdict)} read, but no policy is in force, so nothing was checked."
    return f"{_files(verdict)} read, but no entity in them is of a kind that a policy judges, so nothing was checked."


def idle(verdict: Verdict) -> Iterator[str]:
    """A sentence on the policies that met nothing they apply to: they neither passed nor failed."""
    met = (Result.PASS, Result.FAIL, Result.WAIVED, Result.ERROR)
    names = [
        policy.id
        for policy in verdict.policies
        if policy.id not in BUILT_IN_CHECKS and not any(policy.results.get(result) for result in met)
    ]
    if names:
        yield f"Nothing was met that these policies apply to: {', '.join(names)}."


def where(item: Outcome) -> str:
    """The place of a finding, or what it is about if it has none."""
    return str(item.place) if item.place else item.subject


def rule(item: Outcome) -> str:
    """The policy and, where there is one, the validation."""
    return f"{item.policy}/{item.validation}" if item.validation else item.policy


def key(item: Outcome) -> str:
    """The element a finding is about, unless that only repeats what else is said."""
    return "" if item.key == item.message else item.key


def entity(item: Outcome) -> str:
    """The entity a finding is about, or nothing if it is the file that is named anyway."""
    file = item.place.file if item.place else ""
    return "" if item.subject == file or file.endswith(f"/{item.subject}") else item.subject


def degree(item: Outcome) -> str:
    """How much a finding weighs, in a word or two."""
    if item.result is Result.ERROR:
        return "could not be judged"
    return f"{item.severity} (advice)" if is_advice(item) else item.severity.value


def uncounted_title(context: ReportContext) -> str:
    """What the findings that the gate does not count have in common."""
    if context.fail_on is Severity.NOTE:
        return "Not counted: advice"
    return f"Not counted: advice, and what is less than {_article(context.fail_on)}"


def findings_title(context: ReportContext) -> str:
    """What the findings that the gate counts have in common."""
    return "New findings" if context.comparison and context.comparison.gate is Gate.NEW else "Findings"


ENDINGS: Mapping[Ending, str] = {
    Ending.MENDED: "",
    Ending.REMOVED: "what it was about is gone",
    Ending.RULE_REMOVED: "its policy judges no more",
    Ending.NOT_JUDGED: "what it was about can't be judged any more",
}
"""Why a finding is gone, if it was not simply mended."""


def blocks(items: Iterable[Outcome]) -> Iterator[tuple[str, tuple[Outcome, ...]]]:
    """The findings of each file, in their order; those without a place come under the empty name."""
    by_file: dict[str, list[Outcome]] = {}
    for item in items:
        by_file.setdefault(item.place.file if item.place else "", []).append(item)
    for file, found in by_file.items():
        yield file, tuple(found)


def _same(count: int, words: str) -> Fact:
    return Fact(count, words, words)


def _files(verdict: Verdict) -> str:
    return f"{Fact(verdict.files, 'file was', 'files were')}"


def _article(severity: Severity) -> str:
    return f"an {severity}" if severity is Severity.ERROR else f"a {severity}"
