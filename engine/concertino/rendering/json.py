"""The report for programs. Its shape is promised by `schemas/report.schema.json`."""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

from concertino import __version__
from concertino.model.edit import Edit
from concertino.model.json import JsonValue
from concertino.model.outcome import AppliedException, Outcome, Result, Severity
from concertino.model.place import Place, Related
from concertino.model.snapshot import Source
from concertino.rendering.context import ReportContext
from concertino.rendering.impact import headline
from concertino.verdict import Change, Comparison, Gone, JudgedPolicy
from concertino.verdict.impact import Impact
from concertino.verdict.impact_answers import Cause, Flip
from concertino.verdict.touching import Touched

REPORT_VERSION = "1"
"""Raised when a field changes its meaning or goes away; a field that is added changes nothing for readers."""

Tree: TypeAlias = "Mapping[str, Tree] | Sequence[Tree] | str | int | float | bool"

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What JSON allows in a string as it is, and a terminal or a reviewer may be fooled by."""


def render(context: ReportContext) -> str:
    """The whole report. It depends on verdicts and the gate only, so the same input gives the same bytes."""
    return dumped(_report(context))


def dumped(tree: Tree) -> str:
    """A tree as JSON that hides nothing from a reader, with a newline at its end.

    GitHub's runner takes `##[` in what a step prints for the beginning of a command.
    """
    text = json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False).replace("##[", "#\\u0023[")
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def fingerprint(item: Outcome) -> str:
    """The SHA-256 of a finding's identity, in hexadecimal: the same as long as it is the same finding."""
    return sha256(json.dumps(item.identity, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _report(context: ReportContext) -> Tree:
    verdict, compared = context.verdict, context.comparison
    return {
        "version": REPORT_VERSION,
        "engine": {"name": "concertino", "version": __version__},
        "source": source_tree(verdict.source),
        **({"base": source_tree(compared.base.source)} if compared else {}),
        "asOf": verdict.as_of,
        **filled(rulesFrom=context.rules_from),
        **({"touched": [touched_tree(item) for item in context.touched]} if compared or context.rules_from else {}),
        "policies": {"digest": verdict.policies_digest, "judged": [_policy(item) for item in verdict.policies]},
        "summary": _summary(context),
        "overrides": [filled(policy=item.policy, change=item.change, reason=item.reason) for item in verdict.overrides],
        "notes": [_text(note) for note in verdict.notes],
        "findings": [_finding(context, item) for item in verdict.findings],
        **({"fixed": [_gone(item) for item in compared.fixed]} if compared else {}),
        **({"impact": _impact(context.impact)} if context.impact else {}),
    }


def _impact(impact: Impact) -> Tree:
    return {
        "headline": _text(headline(impact)),
        **filled(kind=impact.kind),
        "flips": [_flip(item) for item in impact.flips],
        "arrived": [_text(name) for name in impact.arrived],
        "left": [_text(name) for name in impact.left],
        "stale": [_text(name) for name in impact.newly_stale],
        "exceptions": [
            {
                "exception": _text(item.exception),
                "change": item.fate.value,
                "policies": [_text(name) for name in item.policies],
                "entities": [_text(name) for name in item.subjects],
                **filled(until=item.until, why=item.why),
            }
            for item in impact.exceptions
        ],
        "reviews": [
            {"entity": _text(item.subject), "due": item.due.value, **filled(day=item.day, before=item.before)}
            for item in impact.reviews
        ],
        "records": [
            {"file": _text(item.file), "why": _text(item.why), **filled(decision=item.decision)}
            for item in impact.records
        ],
        "owners": [{**filled(team=item.team), "entities": item.entities} for item in impact.owners],
    }


def _flip(item: Flip) -> Tree:
    return {
        "entity": _text(item.entity),
        "factors": [{"name": _text(name), "value": _text(value)} for name, value in item.factors.items()],
        "answer": item.reading.value,
        **filled(before=item.before, now=item.now),
        "causes": [_cause(cause) for cause in item.causes],
    }


def _cause(cause: Cause) -> Tree:
    told = filled(
        title=cause.title,
        before=cause.before,
        now=cause.now,
        level=cause.level,
        levelTitle=cause.level_title,
        levelBefore=cause.level_before,
        location=_location(cause.place) if cause.place else {},
    )
    return {"kind": cause.kind.value, "name": _text(cause.name), **told}


def source_tree(source: Source) -> Tree:
    """Where files came from."""
    return filled(kind=source.kind.value, revision=source.revision, tree=source.tree)


def touched_tree(item: Touched) -> Tree:
    """One thing that a change touches of the rules."""
    return {
        "area": item.area.value,
        "name": _text(item.name),
        "change": item.touch.value,
        **filled(detail=item.detail),
        "approvers": [
            {
                "right": _text(one.right),
                "team": _text(one.team),
                "people": [_text(person) for person in one.people],
                **filled(escalation=one.escalation),
            }
            for one in item.approvers
        ],
    }


def _policy(policy: JudgedPolicy) -> Tree:
    return {
        **filled(
            id=policy.id,
            title=policy.title,
            severity=policy.severity.value,
            enforcement=policy.enforcement.value,
            pack=policy.pack,
            mission=[_text(row) for row in policy.mission],
        ),
        "results": {result.value: policy.results.get(result, 0) for result in Result},
    }


def _summary(context: ReportContext) -> Tree:
    verdict = context.verdict
    severities = verdict.severities()
    return {
        "entities": verdict.entities,
        "files": verdict.files,
        "outcomes": {result.value: verdict.count(result) for result in Result},
        "severities": {severity.value: severities.get(severity, 0) for severity in Severity},
        "gated": sum(map(context.counts, verdict.findings)),
        "failOn": context.fail_on.value,
        "exit": context.exit_code,
        **({"changes": _changes(context.comparison)} if context.comparison else {}),
        "inForce": [{"reference": _text(name), "expires": _text(day)} for name, day in verdict.in_force],
        "expiring": [{"reference": _text(name), "expires": _text(day)} for name, day in verdict.expiring],
    }


def _changes(compared: Comparison) -> Tree:
    counts = {change.value: len(compared.of(change)) for change in Change}
    return {**counts, "fixed": len(compared.fixed), "gate": compared.gate.value}


def _gone(item: Gone) -> Tree:
    return described(item.finding, ending=item.ending.value)


def _finding(context: ReportContext, item: Outcome) -> Tree:
    change = context.change(item)
    return described(item, gated=context.counts(item), **filled(change=change.value if change else ""))


def finding_tree(item: Outcome) -> Tree:
    """One finding as it stands in a report, for commands that judge nothing."""
    return described(item)


def described(item: Outcome, **more: Tree) -> dict[str, Tree]:
    """A finding with all its fields, and `more` that depend on who asks."""
    return {
        "policy": _text(item.policy),
        **filled(validation=item.validation),
        "entity": _text(item.subject),
        **filled(key=item.key),
        "outcome": item.result.value,
        "severity": item.severity.value,
        "enforcement": item.enforcement.value,
        "message": _text(item.message),
        **more,
        "fingerprint": fingerprint(item),
        **filled(
            location=_location(item.place) if item.place else {},
            related=[_related(other) for other in (*item.related, *item.reads)],
            wouldPassWith=[_edit(edit) for offer in item.offers[:1] for edit in offer.edits],
            exception=_exception(item.exception) if item.exception else {},
            expected=item.expected,
            suggestion=item.suggestion,
            remediation=item.remediation,
            notes=[_text(note) for note in item.notes],
        ),
    }


def _location(place: Place) -> Tree:
    return {
        "file": _text(place.file),
        **filled(pointer=place.pointer),
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _related(other: Related) -> Tree:
    return {"message": _text(other.message), "location": _location(other.place)}


def _edit(edit: Edit) -> Tree:
    return edit_tree(edit, _location(edit.place))


def edit_tree(edit: Edit, location: Tree) -> Tree:
    """One change that would have to be made. What is not there before, or not any more after it, is left out."""
    return {
        "entity": _text(edit.entity),
        "field": _text(edit.path),
        **({} if edit.before is None else {"before": _safe(edit.before)}),
        **({} if edit.after is None else {"after": _safe(edit.after)}),
        "location": location,
    }


def _safe(value: JsonValue) -> Tree:
    """A value of a document with its texts made safe to encode."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return {_text(key): _safe(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_safe(item) for item in value]
    return value


def _exception(exception: AppliedException) -> Tree:
    return {
        "reference": _text(exception.reference),
        "expires": _text(exception.expires),
        **filled(owner=exception.owner, reason=exception.reason),
    }


def filled(**fields: Tree) -> dict[str, Tree]:
    """The fields that say something, their texts made safe to encode."""
    return {name: _text(value) if isinstance(value, str) else value for name, value in fields.items() if value}


def _text(text: str) -> str:
    r"""The text without lone surrogates, which no encoding takes: a byte that is not UTF-8 becomes `\xNN`."""
    return _SURROGATE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"  # noqa: PLR2004 - surrogateescape
