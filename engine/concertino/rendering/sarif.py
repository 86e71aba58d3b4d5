"""SARIF 2.1.0, an OASIS standard, in the part of it that GitHub's code scanning reads.

What GitHub takes: descriptions of at most 1,024 characters, 10 tags of a rule, 5,000 results, 10 MB compressed. It
shows suppressed results as if they were open, so what is waived stays out.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from urllib.parse import quote

from concertino import __version__
from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.place import Place
from concertino.model.visible import visible
from concertino.rendering.context import ReportContext, rooted
from concertino.rendering.escape import escape
from concertino.rendering.json import Tree, dumped, filled, fingerprint
from concertino.rendering.painting import cut
from concertino.rendering.plain import level, open_findings, paragraphs, policies_by_id, shown, words
from concertino.rendering.summary import is_broken_rule, nothing_judged
from concertino.rendering.touching import approval, touched_head
from concertino.verdict import JudgedPolicy, Verdict

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LONGEST = 1024
_MOST_RESULTS = 5_000
_MOST_TAGS = 10
_MOST_WORDS = 20_000
_ROOM = 9_000_000
"""Bytes of all results before they are indented and compressed: what fits here fits whatever is in it."""
_ELSEWHERE = "concertino.yaml"
"""Every result needs a file. What stands in none is shown at the configuration."""
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def render(context: ReportContext) -> str:
    """One run with every policy as a rule, and the findings that are not waived, the most severe first.

    With a base, each says in `baselineState` whether it is new. What is fixed stays out, and its number is told: GitHub
    reads no such state and would show it as open.
    """
    verdict, found = context.verdict, open_findings(context)
    rules = policies_by_id(verdict, found)
    numbers = {name: number for number, name in enumerate(rules)}
    results = _fitting(_result(context, item, numbers[item.policy]) for item in found[:_MOST_RESULTS])
    run: Tree = {
        "tool": {
            "driver": {"name": "Concertino", "version": __version__, "rules": [_rule(rule) for rule in rules.values()]}
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(context, len(found) - len(results))],
        "results": results,
        "properties": {
            "asOf": verdict.as_of,
            "policiesDigest": verdict.policies_digest,
            "source": filled(
                kind=verdict.source.kind.value, revision=verdict.source.revision, tree=verdict.source.tree
            ),
        },
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(policy: JudgedPolicy) -> Tree:
    title = visible(policy.title or policy.id)
    why = paragraphs(policy.description) or [title]
    remedy = paragraphs(policy.remediation)
    grade = Severity.NOTE if policy.enforcement is Enforcement.ADVISORY else policy.severity
    return {
        **_named("id", policy.id),
        "shortDescription": {"text": _short(title)},
        "fullDescription": {"text": _short(" ".join(why))},
        "help": {
            "text": "\n\n".join([*why, *(f"What to do: {part}" for part in remedy)]),
            "markdown": "\n\n".join([*_markdown(why), *(["**What to do**"] if remedy else []), *_markdown(remedy)]),
        },
        "defaultConfiguration": {"level": grade.value},
        "properties": {
            "precision": "very-high",
            "problem.severity": _PROBLEM[grade],
            **filled(enforcement=policy.enforcement.value, pack=policy.pack),
            "tags": [visible(row) for row in sorted(set(policy.mission))[:_MOST_TAGS]],
        },
    }


def _result(context: ReportContext, finding: Outcome, number: int) -> Tree:
    identity, change, item = fingerprint(finding), context.change(finding), rooted(context, finding)
    return {
        **_named("ruleId", item.policy),
        "ruleIndex": number,
        "level": level(item).value,
        **({"baselineState": "new" if change.worse else "unchanged"} if change else {}),
        "message": {"text": _linkless(words(item))},
        "locations": [_location(item.place, context.prefix)],
        "relatedLocations": [
            {
                "id": count,
                **_location(other.place, context.prefix),
                "message": {"text": _linkless(shown(other.message))},
            }
            for count, other in enumerate((*item.related, *item.reads), start=1)
        ],
        # GitHub reads no other name. The number after the colon tells equal lines apart; an identity occurs once.
        "partialFingerprints": {"primaryLocationLineHash": f"{identity}:1"},
        "properties": {
            **_named("entity", cut(item.subject, _MOST_WORDS)),
            **filled(validation=cut(item.validation, _MOST_WORDS), key=cut(item.key, _MOST_WORDS)),
            "outcome": item.result.value,
            "enforcement": item.enforcement.value,
            "gated": context.counts(finding),
            **filled(change=change.value if change else ""),
            **filled(pointer=cut(item.place.pointer, _MOST_WORDS) if item.place else ""),
        },
    }


def _location(place: Place | None, prefix: str) -> dict[str, Tree]:
    spot = place if place and place.file else Place(prefix + _ELSEWHERE)
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(spot.file)}, "region": _region(spot)}}


def _region(place: Place) -> Tree:
    start = {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)}
    if (place.end_line, place.end_column) <= (place.line, place.column):
        return start
    return {**start, "endLine": place.end_line, "endColumn": place.end_column}


def _uri(path: str) -> str:
    """The path as a relative URI reference. Bytes that are not UTF-8 are those bytes again."""
    return quote(_NO_BYTE.sub("\N{REPLACEMENT CHARACTER}", path), safe="/", errors="surrogateescape")


def _linkless(text: str) -> str:
    """A message without links: SARIF reads `[words](1)` in plain text, unless the brackets are escaped (3.11.6)."""
    return text.replace("[", "\\[").replace("]", "\\]") if "](" in text else text


def _fitting(results: Iterable[Tree]) -> list[Tree]:
    """The results that there is room for. One that is too large does not keep out the smaller ones behind it."""
    taken: list[Tree] = []
    room = _ROOM
    for result in results:
        size = len(json.dumps(result, separators=(",", ":")))
        if size <= room:
            room -= size
            taken.append(result)
    return taken


def _invocation(context: ReportContext, left_out: int) -> Tree:
    verdict = context.verdict
    return {
        "executionSuccessful": not any(map(is_broken_rule, verdict.findings)) and not _is_empty(verdict),
        "exitCode": context.exit_code,
        "toolExecutionNotifications": [
            {"level": "warning" if serious else "note", "message": {"text": _linkless(visible(text))}}
            for serious, text in _remarks(context, left_out)
        ],
    }


def _remarks(context: ReportContext, left_out: int) -> Iterator[tuple[bool, str]]:
    verdict = context.verdict
    waived = verdict.count(Result.WAIVED)
    fixed = len(context.comparison.fixed) if context.comparison else 0
    return chain(
        ((True, f"{touched_head(item)}: {item.name}; {approval(item)}") for item in context.touched),
        [(False, f"Fixed since the base, and not listed here: {fixed}.")] if fixed else [],
        [(True, nothing_judged(verdict))] if _is_empty(verdict) else [],
        [(True, f"Too much for one file. Findings left out, the least severe first: {left_out}.")] if left_out else [],
        [(False, f"Waived by exceptions, and not listed here: {waived}.")] if waived else [],
        ((False, f"{item.policy}: {item.change} ({item.reason or 'no reason given'})") for item in verdict.overrides),
        ((False, note) for note in verdict.notes),
    )


def _is_empty(verdict: Verdict) -> bool:
    return not verdict.entities and not verdict.findings


def _named(name: str, text: str) -> Mapping[str, Tree]:
    """A field that has to be there even if it is empty."""
    return {name: "", **filled(**{name: text})}


def _markdown(parts: Iterable[str]) -> Iterator[str]:
    return (escape(part, _MOST_WORDS) for part in parts)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
