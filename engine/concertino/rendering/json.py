"""The report for programs. Its shape is promised by `schemas/report.schema.json`."""

import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

from concertino import __version__
from concertino.model.outcome import AppliedException, Outcome, Result, Severity
from concertino.model.place import Place, Related
from concertino.rendering.context import ReportContext
from concertino.verdict import JudgedPolicy, Verdict, counts

REPORT_VERSION = "1"
"""Raised when a field changes its meaning or goes away; a field that is added changes nothing for readers."""

Tree: TypeAlias = "Mapping[str, Tree] | Sequence[Tree] | str | int | bool"

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
"""What JSON allows in a string as it is, and a terminal or a reviewer may be fooled by."""


def render(context: ReportContext) -> str:
    """The whole report. It depends on the verdict and the gate only, so the same input gives the same bytes."""
    return dumped(_report(context.verdict, context.fail_on))


def dumped(tree: Tree) -> str:
    """A tree as JSON that hides nothing from a reader, with a newline at its end.

    GitHub's runner takes `##[` in what a step prints for the beginning of a command.
    """
    text = json.dumps(tree, ensure_ascii=False, indent=2, allow_nan=False).replace("##[", "#\\u0023[")
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def fingerprint(item: Outcome) -> str:
    """The SHA-256 of a finding's identity, in hexadecimal: the same as long as it is the same finding."""
    return sha256(json.dumps(item.identity, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _report(verdict: Verdict, fail_on: Severity) -> Tree:
    return {
        "version": REPORT_VERSION,
        "engine": {"name": "concertino", "version": __version__},
        "source": filled(kind=verdict.source.kind.value, revision=verdict.source.revision, tree=verdict.source.tree),
        "asOf": verdict.as_of,
        "policies": {"digest": verdict.policies_digest, "judged": [_policy(item) for item in verdict.policies]},
        "summary": _summary(verdict, fail_on),
        "overrides": [filled(policy=item.policy, change=item.change, reason=item.reason) for item in verdict.overrides],
        "notes": [_text(note) for note in verdict.notes],
        "findings": [_finding(item, fail_on) for item in verdict.findings],
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


def _summary(verdict: Verdict, fail_on: Severity) -> Tree:
    severities = verdict.severities()
    return {
        "entities": verdict.entities,
        "files": verdict.files,
        "outcomes": {result.value: verdict.count(result) for result in Result},
        "severities": {severity.value: severities.get(severity, 0) for severity in Severity},
        "gated": len(verdict.gated(fail_on)),
        "failOn": fail_on.value,
        "exit": verdict.exit_code(fail_on),
        "inForce": [{"reference": _text(name), "expires": _text(day)} for name, day in verdict.in_force],
        "expiring": [{"reference": _text(name), "expires": _text(day)} for name, day in verdict.expiring],
    }


def _finding(item: Outcome, fail_on: Severity) -> Tree:
    return {
        "policy": _text(item.policy),
        **filled(validation=item.validation),
        "entity": _text(item.subject),
        **filled(key=item.key),
        "outcome": item.result.value,
        "severity": item.severity.value,
        "enforcement": item.enforcement.value,
        "message": _text(item.message),
        "gated": counts(item, fail_on),
        "fingerprint": fingerprint(item),
        **filled(
            location=_location(item.place) if item.place else {},
            related=[_related(other) for other in item.related],
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
