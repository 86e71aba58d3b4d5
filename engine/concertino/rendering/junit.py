"""JUnit XML, which most CI servers show as tests: a suite for each policy, a case for each finding.

What the gate does not count must not turn a build red, so it is a skipped case that says what it is about.
"""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from concertino.model.outcome import Outcome, Result
from concertino.model.visible import visible
from concertino.rendering.context import ReportContext
from concertino.rendering.plain import details, headline, policies_by_id, shown
from concertino.rendering.summary import degree, nothing_judged
from concertino.verdict import Change, JudgedPolicy


def render(context: ReportContext) -> str:
    """The suites of all policies that judged something.

    `tests` counts everything that a policy judged; only findings have a case of their own. Passes share one, since the
    verdict counts them and does not name them; what a policy does not apply to is no test.
    """
    findings: dict[str, list[Outcome]] = {}
    for item in context.verdict.findings:
        findings.setdefault(item.policy, []).append(item)
    root = Element("testsuites", name="Concertino")
    for policy in policies_by_id(context.verdict, context.verdict.findings).values():
        found = findings.get(policy.id, [])
        if found or policy.results.get(Result.PASS):
            root.append(_suite(policy, found, context))
    if not context.verdict.entities and not context.verdict.findings:
        root.append(_nothing(context))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    indent(root)
    # Somebody may print the file in a step of GitHub Actions, whose runner takes `##[` for the beginning of a command.
    xml = tostring(root, encoding="unicode").replace("##[", "#&#35;[")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml}\n'


def _suite(policy: JudgedPolicy, findings: Sequence[Outcome], context: ReportContext) -> Element:
    passed = policy.results.get(Result.PASS, 0)
    suite = Element("testsuite", name=visible(policy.id), tests=str(passed + len(findings)))
    properties = SubElement(suite, "properties")
    _property(properties, "title", policy.title)
    _property(properties, "severity", policy.severity)
    _property(properties, "enforcement", policy.enforcement)
    _property(properties, "passed", str(passed))
    _property(properties, "not-applicable", str(policy.results.get(Result.SKIP, 0)))
    for item in findings:
        suite.append(_case(item, context))
    if passed:
        # The name stays as it is from run to run, since servers draw the history of a case by it.
        case = SubElement(suite, "testcase", classname=visible(policy.id), name="passes")
        SubElement(case, "system-out").text = f"{passed} passed"
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{tag}"))))
    return suite


def _case(item: Outcome, context: ReportContext) -> Element:
    named = " ".join(part for part in (item.subject, item.key, item.validation and f"({item.validation})") if part)
    case = Element("testcase", classname=visible(item.policy), name=visible(named))
    if item.place:
        case.set("file", visible(item.place.file))
        case.set("line", str(item.place.line))
    tag, message = _result(item, context)
    result = SubElement(case, tag, type=degree(item), message=message)
    result.text = "\n".join(_lines(item))
    return case


def _result(item: Outcome, context: ReportContext) -> tuple[str, str]:
    """The element that says how a case ended, and its message."""
    if item.exception:
        return "skipped", visible(f"waived by {item.exception.reference} until {item.exception.expires}")
    if item.result is Result.WAIVED:
        return "skipped", "waived"
    if context.change(item) is Change.UNCHANGED and not context.counts(item):
        return "skipped", f"{degree(item)}, not new: {headline(item)}"
    if item.result is Result.ERROR:
        return "error", headline(item)
    if context.counts(item):
        return "failure", headline(item)
    return "skipped", f"{degree(item)}, not counted: {headline(item)}"


def _lines(item: Outcome) -> Iterator[str]:
    """What a reader sees of a case. Every line begins with a word of ours."""
    yield f"{degree(item)}: {headline(item)}"
    if item.place:
        yield visible(f"At {item.place}")
    yield from details(item)
    if item.exception and item.exception.owner:
        yield f"Owner: {shown(item.exception.owner)}"
    if item.exception and item.exception.reason:
        yield f"Because: {shown(item.exception.reason)}"


def _nothing(context: ReportContext) -> Element:
    """A server would take an empty file for a green one."""
    suite = Element("testsuite", name="concertino", tests="1", failures="0", errors="1", skipped="0")
    case = SubElement(suite, "testcase", classname="concertino", name="something is judged")
    SubElement(case, "error", type="error", message=nothing_judged(context.verdict))
    return suite


def _property(properties: Element, name: str, value: str) -> None:
    SubElement(properties, "property", name=name, value=visible(value))
