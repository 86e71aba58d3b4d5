"""Verdicts built by hand, and the files that their findings stand in."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from concertino.model.edit import Edit, Offer
from concertino.model.outcome import AppliedException, Enforcement, Outcome, Result, Severity
from concertino.model.place import Place, Related
from concertino.model.snapshot import Source, SourceKind
from concertino.policies import Override
from concertino.rendering import ReportContext
from concertino.verdict import BUILT_IN_CHECKS, JudgedPolicy, Verdict

_DECISION = "catalogue/decisions/0007-aurora-orders.yaml"
_SERVICE = "catalogue/services/aurora-orders.yaml"
_BRAND = "catalogue/brands/borealis.yaml"
_POLICY = "policies/own/lead-time-is-kept/policy.yaml"

FILES: Mapping[str, bytes] = {
    _DECISION: b"""\
apiVersion: concertino/v1
kind: Decision
metadata:
  name: aurora-orders
  title: Aurora runs its own order management
spec:
  model: operate
  status: accepted
  evidence:
    - {kind: revenue, metric: conversion-rate, baseline: 2.1, value: 2.6, unit: percent, basis: expected}
  deciders: ["mara", "jon"]
  nextReview: "2026-09-30"
""",
    _SERVICE: b"""\
apiVersion: concertino/v1
kind: Service
metadata:
  name: aurora-orders
spec:
  owner: aurora-technolgy
  lifecycle: liv
""",
    _BRAND: "apiVersion: concertino/v1\nkind: Brand\nmetadata:\n  name: borealis\n  title: Boréalis – 北\n".encode(),
    _POLICY: b'spec:\n  when: entity.spec.slo.leadTme.target > 10 && entity.spec.lifecycle == "live"\n',
}


def _place(file: str, text: str, pointer: str = "") -> Place:
    before, _, _ = FILES[file].decode().partition(text)
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Place(file, line, column, line, column + len(text), pointer)


OUTCOME = Outcome(
    policy="operated-node-shows-value",
    validation="measured",
    subject="decision:aurora-orders",
    key="",
    result=Result.FAIL,
    severity=Severity.ERROR,
    enforcement=Enforcement.SOFT_MANDATORY,
    message="0 of 1 figures are measured",
    place=_place(_DECISION, "evidence:", "/spec/evidence"),
    remediation="Measure the figure for one quarter and enter it with basis: observed, or hand the node over.",
)
_EXCEPTION = AppliedException(
    "exception:borealis-own-search", "2026-07-15", "borealis-technology", "The contract with the vendor ends in July."
)
_CHECK = replace(OUTCOME, validation="", enforcement=Enforcement.HARD_MANDATORY)

_READ = (
    Related('item.basis is "expected"', _place(_DECISION, "expected", "/spec/evidence/0/basis")),
    Related("item.source is not there", _place(_DECISION, "{kind: revenue", "/spec/evidence/0/source")),
)
_OFFER = Offer(
    (
        Edit(
            OUTCOME.subject,
            "/spec/evidence/0/basis",
            "expected",
            "observed",
            _place(_DECISION, "expected", "/spec/evidence/0/basis"),
        ),
        Edit("brand:borealis", "/spec/functions/-", None, "analytics", _place(_BRAND, "borealis", "/metadata/name")),
    )
)

FINDINGS = (
    replace(OUTCOME, reads=_READ, offers=(_OFFER,)),
    replace(
        OUTCOME,
        validation="every-figure-has-a-source",
        key="conversion-rate",
        message="the figure for conversion-rate names no source",
        place=_place(_DECISION, "{kind: revenue", "/spec/evidence/0"),
        expected="the report or query that the figure was taken from",
        notes=("exception:aurora-own-orders covered this until 2026-05-31; it has expired",),
        related=(Related("the brand that the decision speaks of", _place(_BRAND, "borealis", "/metadata/name")),),
    ),
    replace(
        OUTCOME,
        policy="decided-by-both-sides",
        validation="",
        severity=Severity.WARNING,
        message="all deciders are of technology: mara, jon",
        place=_place(_DECISION, '["mara", "jon"]', "/spec/deciders"),
        remediation="Name at least one person of a brand or commercial team.",
    ),
    replace(
        OUTCOME,
        policy="boundary-is-piloted",
        validation="",
        subject="cell:borealis/search",
        severity=Severity.NOTE,
        enforcement=Enforcement.ADVISORY,
        message="the cell is 12 points from the boundary and would make a good pilot",
        place=_place(_BRAND, "borealis", "/metadata/name"),
        remediation="Plan a pilot of one to three brands.",
    ),
    replace(
        OUTCOME,
        policy="edge-belongs-to-the-brand",
        validation="",
        subject="cell:borealis/search",
        result=Result.WAIVED,
        place=_place(_BRAND, "borealis", "/metadata/name"),
        exception=_EXCEPTION,
    ),
    replace(
        OUTCOME,
        policy="lead-time-is-kept",
        validation="",
        subject="service:aurora-orders",
        result=Result.ERROR,
        message="no such field: leadTime",
        place=_place(_SERVICE, "Service", "/kind"),
        remediation="",
    ),
    replace(
        _CHECK,
        policy="reference",
        subject="service:aurora-orders",
        key="/spec/owner",
        message='there is no team "aurora-technolgy"',
        place=_place(_SERVICE, "aurora-technolgy", "/spec/owner"),
        suggestion="aurora-technology",
        remediation="Correct the name, or describe the team.",
    ),
    replace(
        _CHECK,
        policy="schema",
        subject="service:aurora-orders",
        key="/spec/lifecycle",
        message='"liv" is not one of the values',
        place=_place(_SERVICE, "liv\n", "/spec/lifecycle"),
        expected="planned, live or retiring",
        suggestion="live",
        remediation="",
    ),
    replace(
        _CHECK,
        policy="policy",
        subject="lead-time-is-kept",
        key="/spec/when",
        message='a service level has no field "leadTme"',
        place=_place(_POLICY, "leadTme", "/spec/when"),
        suggestion="leadTime",
        remediation="Correct the expression; the policy judges nothing as it is.",
    ),
)


def _policies() -> tuple[JudgedPolicy, ...]:
    """Every policy that occurs in the findings, and the built-in checks, as the verdict lists them."""
    judged = {}
    for item in FINDINGS:
        if item.policy not in BUILT_IN_CHECKS and item.policy not in judged:
            found = [other.result for other in FINDINGS if other.policy == item.policy]
            results = {Result.PASS: 40, Result.SKIP: 7, **{result: found.count(result) for result in found}}
            title = item.policy.replace("-", " ").capitalize()
            pack, mission = "operate-orchestrate", ("DM8",)
            judged[item.policy] = JudgedPolicy(
                item.policy, title, item.severity, item.enforcement, "", "", pack, mission, results
            )
    for check in BUILT_IN_CHECKS.values():
        failed = sum(item.policy == check.id for item in FINDINGS)
        results = {Result.FAIL: failed} if failed else {}
        judged[check.id] = JudgedPolicy(
            check.id, check.title, check.severity, check.enforcement, pack="built in", results=results
        )
    return tuple(judged.values())


CLEAN = Verdict(
    source=Source(SourceKind.REVISION, "4f" * 20, "a0" * 20),
    as_of="2026-06-30",
    policies_digest="5e" * 32,
    policies=_policies(),
    findings=(),
    entities=214,
    files=61,
)

RICH = replace(
    CLEAN,
    findings=FINDINGS,
    in_force=(("exception:borealis-own-search", "2026-07-15"), ("exception:cygnus-own-cms", "2026-12-31")),
    expiring=(("exception:borealis-own-search", "2026-07-15"),),
    overrides=(Override("decided-by-both-sides", "severity error → warning", "until the new board is named"),),
    notes=("There is no concertino.yaml: the defaults hold, with the pack operate-orchestrate.",),
)


HOSTILE = {
    "a colour": "\x1b[31mred\x1b[0m",
    "a colour by one character": "\x9b31m",
    "a link for a terminal": "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "another line": "fine\n✓ passed: no findings",
    "a line overwritten": "bad\rgood",
    "a line overwritten by backspaces": "bad\b\b\bgood",
    "text turned around": "\u202egnp.exe\u2066",
    "a line break of Unicode": "a\u2028b\u2029c\x85d",
    "markup of rich": "[bold red]x[/] [link=https://evil.example]y[/link]",
    "a table": "a | b |\n| --- |",
    "HTML": "</details><script>alert(1)</script><!--",
    "half a character": "\ud800",
    "bytes that are not UTF-8": "\udcff.yaml",
    "a workflow command": "\n::error::x",
    "per cent signs": "100%0A::error::x %25",
    "another workflow command": "::stop-commands::x",
    "an older workflow command": "##[add-mask]x",
    "properties of a command": "a,title=b:c::d",
    "the end of character data": "]]>",
    "an entity of XML": "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;&lt;",
    "pipes": "a | b || c \\| d",
    "backticks": "``` `x` ```",
    "quotes": "a \"b\", 'c'",
    "emoji": "👩‍👩‍👧 🇪🇺 ✅",
    "a formula": "=cmd|'/c calc'!A1",
    "formulas after separators": "a;=1+1;\t@x",
    "a formula in wide signs": "\uff1d1\uff0b1",
    "a link in a message": "[click](1) and [this](https://evil.example)",
    "a placeholder": "{0} {{1}} %s",
    "a path that leads out": "/../../etc/passwd?x#y",
    "nothing": "",
    "ten kilobytes": "ä1 " * 2_500,
    "very much": "x" * 100_000,
}


@pytest.fixture
def rich() -> Verdict:
    return RICH


@pytest.fixture
def clean() -> Verdict:
    return CLEAN


@pytest.fixture
def outcome() -> Outcome:
    return OUTCOME


@pytest.fixture
def context_of() -> Callable[..., ReportContext]:
    """A context for a verdict, with the files of the findings to take frames from."""

    def build(verdict: Verdict, fail_on: Severity = Severity.ERROR, **options: object) -> ReportContext:
        return replace(ReportContext(verdict, fail_on, FILES.get), **options)  # type: ignore[arg-type] # a test names them

    return build


@pytest.fixture(params=HOSTILE.values(), ids=list(HOSTILE))
def hostile(request: pytest.FixtureRequest, rich: Verdict) -> Verdict:
    """A verdict in which everything that a repository can word is worded by an enemy."""
    text = str(request.param)
    return replace(
        rich,
        findings=tuple(_worded(item, text) for item in rich.findings),
        policies=tuple(_policy(policy, text) for policy in rich.policies),
        in_force=((text, text),),
        expiring=((text, text),),
        overrides=(Override(text, text, text),),
        notes=(text,),
    )


def _worded(item: Outcome, text: str) -> Outcome:
    place = Place(text, 3, 5, 3, 9, text)
    return replace(
        item,
        policy=item.policy if item.result is Result.PASS else text,
        validation=text,
        subject=text,
        key=text,
        message=f"m{text}",
        place=place,
        related=(Related(text, place),),
        reads=(Related(text, place),),
        offers=(Offer((Edit(text, f"/spec/{text}", text, {text: [text, 1.5, True]}, place),)),),
        remediation=text,
        expected=text,
        suggestion=text,
        notes=(text,),
        exception=AppliedException(text, text, text, text) if item.exception else None,
    )


def _policy(policy: JudgedPolicy, text: str) -> JudgedPolicy:
    return replace(policy, title=text, description=text, remediation=text, pack=text, mission=(text,))
