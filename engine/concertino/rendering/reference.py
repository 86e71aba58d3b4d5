"""The reference of policies as Markdown: what each asks for, why, what fails and what passes, and which rows it covers.

What policies say was written by people nobody here knows; it goes through `escape`, and code stands in fences that it
can't close.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from concertino.documents.writing import block, items
from concertino.model.json import JsonObject
from concertino.model.visible import visible
from concertino.policies import Expression, Policy
from concertino.policies.rows import Row
from concertino.rendering.escape import code, escape
from concertino.verdict.case_examples import CaseExample, CaseExamples

_LONGEST = 6_000
"""Characters of one text of a policy; a description is shorter by its schema."""
_MOST_LINES = 40
"""Lines of one example. Whoever wants more opens the cases."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/:×-]*")
_WHO_MAY = {
    "advisory": "it is reported and stops nothing",
    "soft-mandatory": "an approved exception may waive it",
    "hard-mandatory": "nothing may waive it",
}


@dataclass(frozen=True)
class Documented:
    """A policy with its examples."""

    policy: Policy
    examples: CaseExamples


@dataclass(frozen=True)
class CoveredRow:
    """A row with everything that covers it: policies by id, commands, and parts of a decision model."""

    row: Row
    policies: tuple[str, ...] = ()
    model: tuple[str, ...] = ()


def reference(policies: Sequence[Documented], rows: Sequence[CoveredRow]) -> str:
    """The reference of these policies, sorted by pack and id, and of the rows that their packs declare."""
    ordered = sorted(policies, key=lambda item: (item.policy.origin.pack, item.policy.id))
    packs = [(pack, list(group)) for pack, group in groupby(ordered, key=lambda item: item.policy.origin.pack)]
    parts = [
        "<!-- Written by concertino policies docs from the policies and their cases: change those, not this. -->",
        "# Policies",
        _counted(packs),
        "## Contents",
        "\n".join(_contents(packs, rows)),
    ]
    parts += _rows(rows)
    for pack, group in packs:
        parts.append(f"## {escape(pack)}")
        for item in group:
            parts += policy_section(item)
    return "\n\n".join(parts) + "\n"


def policy_section(item: Documented, level: int = 3) -> list[str]:
    """What there is to say about one policy, its name as the heading."""
    policy = item.policy
    parts = [f"{'#' * level} {escape(policy.id)}", f"**{escape(policy.title)}**", *_paragraphs(policy.description)]
    parts.append("\n".join(_facts(policy)))
    parts += _parameters(policy)
    parts += _rule(policy)
    parts.append("**What to do**")
    parts += _paragraphs(policy.remediation)
    parts += _examples(item)
    return parts


def _code(text: str) -> str:
    """A name as code: between backticks if nothing in it has a meaning there."""
    return f"`{text}`" if _NAME.fullmatch(text) else code(text)


def _counted(packs: Sequence[tuple[str, Sequence[Documented]]]) -> str:
    named = [f"{len(group)} of {escape(pack)}" for pack, group in packs]
    return f"What is asked of the catalogue, and why: {', '.join(named) or 'no policies'}."


def _contents(packs: Sequence[tuple[str, Sequence[Documented]]], rows: Sequence[CoveredRow]) -> Iterator[str]:
    if rows:
        yield "- [Rows, and what covers them](#rows-and-what-covers-them)"
    for pack, group in packs:
        yield f"- {escape(pack)}"
        for item in group:
            yield f"  - [{escape(item.policy.id)}](#{_anchor(item.policy.id)}): {escape(item.policy.title)}"


def _rows(rows: Sequence[CoveredRow]) -> Iterator[str]:
    if not rows:
        return
    yield "## Rows, and what covers them"
    yield "\n".join(
        ["| row | what it asks | covered by |", "|:--|:--|:--|"]
        + [f"| {escape(item.row.id)} | {escape(item.row.title)} | {_cover(item)} |" for item in rows]
    )


def _cover(item: CoveredRow) -> str:
    named = [f"[{escape(name)}](#{_anchor(name)})" for name in item.policies]
    named += [f"the decision model, {_code(part)}" if part else "the decision model" for part in item.model]
    named += [_code(f"concertino {command}") for command in item.row.commands]
    return ", ".join(named) or "–"


def _facts(policy: Policy) -> Iterator[str]:
    enforcement = policy.enforcement.value
    facts = [
        ("judges", _code(policy.target)),
        ("severity", policy.severity.value),
        ("enforcement", f"{enforcement}: {_WHO_MAY[enforcement]}"),
        ("an exception takes", f"the right {_code(policy.approval_right)}" if policy.approval_right else ""),
        ("covers", escape(", ".join(policy.mission))),
        ("stands in", _code(policy.origin.file)),
    ]
    yield "| | |"
    yield "|:--|:--|"
    yield from (f"| {name} | {value} |" for name, value in facts if value)


def _parameters(policy: Policy) -> Iterator[str]:
    if policy.parameters:
        yield "\n".join(
            ["| parameter | default | why |", "|:--|:--|:--|"]
            + [
                f"| {_code(name)} | {_code(str(value))} | {escape(policy.parameter_reasons.get(name, ''), _LONGEST)} |"
                for name, value in policy.parameters.items()
            ]
        )


def _rule(policy: Policy) -> Iterator[str]:
    lines: list[str] = []
    if policy.when:
        lines += ["// applies when", *_source(policy.when)]
    for name, expression in policy.variables.items():
        lines += [f"// variables.{name}", *_source(expression)]
    for item in policy.validations:
        if item.each:
            lines += [f"// for each item of ({item.name})", *_source(item.each)]
        lines += [f"// must hold{f' ({item.name})' if item.name else ''}", *_source(item.expression)]
    yield f"<details>\n<summary>The rule in CEL</summary>\n\n{_fenced('cel', lines)}\n\n</details>"


def _source(expression: Expression) -> Iterator[str]:
    yield from (visible(line) for line in expression.tree.source.strip().split("\n"))


def _examples(item: Documented) -> Iterator[str]:
    shared, passing, failing = item.examples.shared, item.examples.passing, item.examples.failing
    if shared and (passing or failing):
        yield "**Given**"
        yield _fenced("yaml", list(items(list(shared))))
    if passing:
        yield f"**Passes:** {escape(passing.name)}"
        yield from _told(passing)
    if failing:
        yield f"**Fails:** {escape(failing.name)}"
        yield from _told(failing)
        yield "\n".join(
            f"- {_code(' '.join(part for part in (found.subject, found.validation, found.key) if part))}: "
            f"{escape(found.message)}"
            for found in failing.outcomes
        )


def _told(example: CaseExample) -> Iterator[str]:
    if example.told:
        yield _fenced("yaml", list(block(_ordered(example.told))))


def _ordered(told: JsonObject) -> JsonObject:
    first = ("asOf", "entities", "change", "parameters")
    return {key: told[key] for key in (*first, *(key for key in told if key not in first)) if key in told}


def _fenced(language: str, lines: Sequence[str]) -> str:
    """Lines as code, in a fence that is longer than any run of backticks in them."""
    rest = [f"# … and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
    text = "\n".join([*map(visible, lines[:_MOST_LINES]), *rest])
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"


def _paragraphs(text: str) -> list[str]:
    return [escape(" ".join(part.split()), _LONGEST) for part in text.strip().split("\n\n") if part.strip()]


def _anchor(name: str) -> str:
    """The anchor that a forge makes of a heading: ids of policies are lower-case words joined by `-` already."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower().replace(" ", "-"))
