"""An explanation as a tree of text, and as JSON."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from concertino.evaluation import Element, Explanation, Passage, Remedy, Shown
from concertino.model.outcome import Outcome, Result
from concertino.model.place import Place
from concertino.model.visible import visible
from concertino.rendering.json import Tree, dumped, edit_tree, filled
from concertino.rendering.offers import remedies_text
from concertino.rendering.values import value_text

Locate: TypeAlias = Callable[[str, tuple[int, int]], Place]
"""The place in the policy's file of the offsets of an expression, by the pointer to it."""

_LONGEST = 160
_MOST_SHOWN = 5
"""Elements that did not decide, and members of an aggregate, that are listed one by one."""


def explanation_text(explanation: Explanation, locate: Locate) -> str:
    """Every expression as a tree: each part with its value, and where in the catalogue it came from."""
    policy = explanation.policy
    results = ", ".join(dict.fromkeys(item.result.value for item in explanation.outcomes)) or "not judged"
    lines = [
        f"{policy.id} on {explanation.entity}: {results}",
        policy.title,
        f"entity: {explanation.place}",
        f"policy: {policy.place}",
    ]
    for passage in explanation.passages:
        lines += ["", *_passage(passage, locate, 0)]
    lines += remedies_text(explanation.remedies)
    lines += ["", *explanation.notes] if explanation.notes else []
    return "\n".join(visible(line) for line in lines)


def _passage(passage: Passage, locate: Locate, depth: int) -> Iterator[str]:
    indent = "  " * depth
    at = f"  ({locate(passage.pointer, (0, 0))})" if passage.pointer and passage.kind != "element" else ""
    result = f": {passage.outcome.result.value}" if passage.outcome else ""
    yield f"{indent}{passage.kind}{f' {passage.name}' if passage.name else ''}{result}{at}"
    yield from (f"{indent}  {line}" for line in _about(passage))
    if passage.shown and not _is_quiet(passage):
        yield from _shown(passage.shown, depth + 1)
    for member in passage.members[:_MOST_SHOWN]:
        value = "" if member.value is None else value_text(member.value)
        given = f" gives {value}" if value not in ("", member.reference) else ""
        yield f"{indent}  • {member.reference}{given}  ← {member.place}"
    if len(passage.members) > _MOST_SHOWN:
        yield f"{indent}  … and {len(passage.members) - _MOST_SHOWN} more members"
    for inner in passage.inner:
        yield from _passage(inner, locate, depth + 1)


def _is_quiet(passage: Passage) -> bool:
    """Whether a passage is an element that passed, of which the result is enough."""
    return passage.kind == "element" and passage.outcome is not None and passage.outcome.result is Result.PASS


def _about(passage: Passage) -> Iterator[str]:
    outcome = passage.outcome
    if outcome and outcome.message:
        yield f"{outcome.message}" + (f"  ← {outcome.place}" if outcome.place else "")
    if outcome and outcome.exception:
        exception = outcome.exception
        because = f": {' '.join(exception.reason.split())}" if exception.reason else ""
        yield f"waived by {exception.reference} until {exception.expires}{because}"
    yield from outcome.notes if outcome else ()
    yield from passage.notes


def _shown(shown: Shown, depth: int) -> Iterator[str]:
    came = f"  ← {shown.origin}" if shown.origin else ""
    came_to = f"→ {shown.failure}" if shown.failure else f"= {value_text(shown.value)}"
    yield f"{'  ' * depth}{_source(shown.text)}  {came_to}{came}"
    for part in shown.parts:
        yield from _shown(part, depth + 1)
    yield from _elements(shown.elements, depth + 1)


def _elements(elements: tuple[Element, ...], depth: int) -> Iterator[str]:
    """Those that decided in full; of the others the first few, with what was asked of them."""
    quiet = 0
    for element in elements:
        quiet += not element.decided
        if not element.decided and quiet > _MOST_SHOWN:
            continue
        names = ", ".join(f"{name} = {value_text(value)}" for name, value in element.bound.items())
        came = f"  ← {element.origin}" if element.origin else ""
        yield f"{'  ' * depth}{'•' if element.decided else '·'} {names}{came}"
        for part in element.parts:
            yield from _shown(part, depth + 1)
    if quiet > _MOST_SHOWN:
        yield f"{'  ' * depth}· … and {quiet - _MOST_SHOWN} more that decided nothing"


def _source(text: str) -> str:
    """Source on one line, for reading only."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def explanation_json(explanation: Explanation, locate: Locate) -> str:
    """The same for programs."""
    return dumped(
        {
            "version": "1",
            "policy": explanation.policy.id,
            "entity": explanation.entity,
            "location": _location(explanation.place),
            "outcomes": [_outcome(item) for item in explanation.outcomes],
            "passages": [_passage_tree(item, locate) for item in explanation.passages],
            "wouldPassWith": [_remedy(item) for item in explanation.remedies],
            **filled(notes=list(explanation.notes)),
        }
    )


def _outcome(item: Outcome) -> Tree:
    exception = item.exception
    return {
        **filled(validation=item.validation, key=_clean(item.key)),
        "outcome": item.result.value,
        **filled(
            message=_clean(item.message),
            location=_location(item.place) if item.place else {},
            exception=filled(reference=exception.reference, expires=exception.expires) if exception else {},
            related=[{"message": _clean(one.message), "location": _location(one.place)} for one in item.related],
            notes=[_clean(note) for note in item.notes],
        ),
    }


def _remedy(item: Remedy) -> Tree:
    """What would make a finding pass: each offer with changes that are to be made together."""
    return {
        **filled(validation=item.outcome.validation, key=_clean(item.outcome.key)),
        "offers": [
            {
                "then": (Result.PASS if offer.applies else Result.SKIP).value,
                "changes": [edit_tree(edit, _location(edit.place)) for edit in offer.edits],
            }
            for offer in item.search.offers
        ],
        "tried": item.search.tried,
        "complete": item.search.complete,
    }


def _passage_tree(passage: Passage, locate: Locate) -> Tree:
    return {
        "kind": passage.kind,
        **filled(
            name=_clean(passage.name),
            outcome=_outcome(passage.outcome) if passage.outcome else {},
            notes=[_clean(note) for note in passage.notes],
            expression=_shown_tree(passage.shown, passage.pointer, locate) if passage.shown else {},
            members=[
                {"entity": one.reference, "value": value_text(one.value), "location": _location(one.place)}
                for one in passage.members
            ],
            passages=[_passage_tree(one, locate) for one in passage.inner],
        ),
    }


def _shown_tree(shown: Shown, pointer: str, locate: Locate) -> Tree:
    return {
        "source": shown.text,
        **({"failure": _clean(shown.failure)} if shown.failure else {"value": value_text(shown.value)}),
        **filled(
            location=_location(locate(pointer, shown.offsets)) if pointer else {},
            origin=_location(shown.origin) if shown.origin else {},
            parts=[_shown_tree(part, pointer, locate) for part in shown.parts],
            elements=[_element_tree(element, pointer, locate) for element in shown.elements],
        ),
    }


def _element_tree(element: Element, pointer: str, locate: Locate) -> Tree:
    return {
        "bound": {name: value_text(value) for name, value in element.bound.items()},
        "decided": element.decided,
        **filled(
            origin=_location(element.origin) if element.origin else {},
            parts=[_shown_tree(part, pointer, locate) for part in element.parts],
        ),
    }


def _location(place: Place) -> Tree:
    return {
        "file": _clean(place.file),
        **filled(pointer=place.pointer),
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _clean(text: str) -> str:
    """Text that UTF-8 can hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
