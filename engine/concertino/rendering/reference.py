"""The reference of policies as Markdown: what each asks for, why, what fails and what passes, and which rows it covers.

What policies say was written by people nobody here knows; it goes through `escape`, and code stands in fences that it
can't close. What is written here is clean by markdownlint's default rules but line length, so it may be committed where
a pipeline looks at Markdown: no HTML, no two headings alike, tables with one space around each cell.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from concertino.documents.writing import block, flow, items
from concertino.model.json import JsonObject
from concertino.model.visible import visible
from concertino.policies import Expression, Policy
from concertino.policies.rows import Row
from concertino.rendering.escape import backticks, cell_code, code_span, escape
from concertino.verdict.case_examples import CaseExample, CaseExamples

_LONGEST = 6_000
"""Characters of one text of a policy; a description is shorter by its schema."""
_MOST_LINES = 40
"""Lines of one example. Whoever wants more opens the cases."""
_ENDS = (".", "!", "?", ":", "…")
_ROWS = "Rows, and what covers them"
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
    """The reference of these policies, by pack, row and id, and of the rows that their packs declare.

    A policy that covers several rows stands at the first of them, one that covers none at the end of its pack.
    """
    groups = _groups(policies, rows)
    parts = [
        "<!-- Written by concertino policies docs from the policies and their cases: change those, not this. -->",
        "# Policies",
        _counted(groups),
        "## Contents",
        "\n".join(_contents(groups, rows)),
        *_rows(rows),
    ]
    for pack, about in groupby(groups, key=lambda group: group.pack):
        parts.append(f"## {_pack_heading(pack)}")
        for group in about:
            for item in group.policies:
                parts += policy_section(item)
    return "\n\n".join(parts) + "\n"


def policy_section(item: Documented, level: int = 3) -> list[str]:
    """What there is to say about one policy, its name as the heading; what it says in CEL comes last."""
    policy = item.policy
    title = escape(policy.title)
    lead = f"**{title}**" if title.endswith(_ENDS) else f"**{title}.**"
    reason, *more = _paragraphs(policy.description) or [""]
    parts = [f"{'#' * level} {escape(policy.id)}", f"{lead} {reason}".rstrip(), *more]
    parts.append("\n".join(_facts(policy)))
    parts += _parameters(policy)
    parts.append("What to do:")
    parts += _paragraphs(policy.remediation)
    parts += _examples(item)
    parts += [f"{'#' * (level + 1)} The rule of {escape(policy.id)} in CEL", _rule(policy)]
    return parts


@dataclass(frozen=True, slots=True)
class _Group:
    """The policies of a pack that stand together, since they cover the same row first."""

    pack: str
    row: Row | None
    policies: Sequence[Documented]


def _groups(policies: Sequence[Documented], rows: Sequence[CoveredRow]) -> list[_Group]:
    places = {item.row.id: place for place, item in reversed(list(enumerate(rows)))}

    def place(item: Documented) -> tuple[str, int]:
        covered = (places[row] for row in item.policy.mission if row in places)
        return item.policy.origin.pack, next(covered, len(rows))

    ordered = sorted(policies, key=lambda item: (*place(item), item.policy.id))
    return [
        _Group(pack, rows[at].row if at < len(rows) else None, list(group))
        for (pack, at), group in groupby(ordered, key=place)
    ]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell or '–' for cell in cells)} |" for cells in lines)


def _counted(groups: Sequence[_Group]) -> str:
    counts = Counter[str]()
    for group in groups:
        counts[group.pack] += len(group.policies)
    named = [f"{count} of {escape(pack)}" for pack, count in counts.items()]
    return f"What is asked of the catalogue, and why: {', '.join(named) or 'no policies'}."


def _pack_heading(pack: str) -> str:
    return f"The policies of {escape(pack)}"


def _contents(groups: Sequence[_Group], rows: Sequence[CoveredRow]) -> Iterator[str]:
    if rows:
        yield f"- [{_ROWS}](#{_anchor(_ROWS)})"
    for pack, about in groupby(groups, key=lambda group: group.pack):
        yield f"- [{_pack_heading(pack)}](#{_anchor(f'The policies of {pack}')})"
        for group in about:
            indent = "  "
            if rows:
                row = group.row
                yield f"  - {f'{escape(row.id)}: {escape(row.title)}' if row else 'No row'}"
                indent = "    "
            for item in group.policies:
                yield f"{indent}- {_link(item.policy.id)}: {escape(item.policy.title)}"


def _rows(rows: Sequence[CoveredRow]) -> Iterator[str]:
    if rows:
        yield f"## {_ROWS}"
        yield _table(
            ("row", "what it asks", "covered by"),
            [(escape(item.row.id), escape(item.row.title), _cover(item)) for item in rows],
        )


def _cover(item: CoveredRow) -> str:
    named = [_link(name) for name in item.policies]
    named += [
        f"the guard {cell_code(part)} of the decision model" if part else "the decision model" for part in item.model
    ]
    named += [cell_code(f"concertino {command}") for command in item.row.commands]
    return ", ".join(named) or "–"


def _facts(policy: Policy) -> Iterator[str]:
    enforcement = policy.enforcement.value
    facts = [
        ("judges", code_span(policy.target)),
        ("severity", policy.severity.value),
        ("enforcement", f"{enforcement} ({_WHO_MAY[enforcement]})"),
        ("an exception takes", f"the right {code_span(policy.approval_right)}" if policy.approval_right else ""),
        ("covers", escape(", ".join(policy.mission))),
        ("stands in", code_span(policy.origin.file)),
    ]
    yield from (f"- {name}: {value}" for name, value in facts if value)


def _parameters(policy: Policy) -> Iterator[str]:
    if policy.parameters:
        yield _table(
            ("parameter", "default", "why"),
            [
                (cell_code(name), cell_code(flow(value)), escape(policy.parameter_reasons.get(name, ""), _LONGEST))
                for name, value in policy.parameters.items()
            ],
        )


def _rule(policy: Policy) -> str:
    lines: list[str] = []
    if policy.when:
        lines += ["// applies when", *_source(policy.when)]
    for name, expression in policy.variables.items():
        lines += [f"// variables.{name}", *_source(expression)]
    for item in policy.validations:
        named = f" ({item.name})" if item.name else ""
        if item.each:
            lines += [f"// for each item of{named}", *_source(item.each)]
        lines += [f"// must hold{named}", *_source(item.expression)]
    return _fenced("cel", lines)


def _source(expression: Expression) -> Iterator[str]:
    yield from (visible(line) for line in expression.tree.source.strip().split("\n"))


def _examples(item: Documented) -> Iterator[str]:
    shared, passing, failing = item.examples.shared, item.examples.passing, item.examples.failing
    if shared and (passing or failing):
        yield "Given:"
        yield _fenced("yaml", list(items(list(shared))))
    if passing:
        yield f"**Passes:** {escape(passing.name)}"
        yield from _told(passing)
    if failing:
        yield f"**Fails:** {escape(failing.name)}"
        yield from _told(failing)
        yield "\n".join(
            f"- {code_span(' '.join(part for part in (found.subject, found.validation, found.key) if part))}: "
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
    fence = "`" * max(3, 1 + backticks(text))
    return f"{fence}{language}\n{text}\n{fence}"


def _paragraphs(text: str) -> list[str]:
    return [escape(" ".join(part.split()), _LONGEST) for part in text.strip().split("\n\n") if part.strip()]


def _anchor(name: str) -> str:
    """The anchor that a forge makes of a heading: ids of policies are lower-case words joined by `-` already."""
    return re.sub(r"[^a-z0-9_-]", "", name.lower().replace(" ", "-"))


def _link(policy: str) -> str:
    return f"[{escape(policy)}](#{_anchor(policy)})"
