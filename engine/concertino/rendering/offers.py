"""Changes that would make a finding go away, as text and for programs."""

from collections.abc import Iterator, Sequence

from concertino.evaluation import Remedy
from concertino.model.edit import APPEND, Edit
from concertino.model.json import JsonValue
from concertino.model.outcome import Outcome
from concertino.model.visible import visible
from concertino.rendering.painting import cut
from concertino.rendering.values import value_text

_LONGEST = 60
"""Characters of one value: who offers a change shows what to type, or enough to know it again."""


def edit_text(edit: Edit, subject: str = "") -> str:
    """`catalogue/services.yaml:12  spec.slo.target: 99.0 -> 99.5`, with the entity if that is not the subject."""
    about = "" if edit.entity == subject else f"{edit.entity} "
    return visible(f"{edit.place.file}:{edit.place.line}  {about}{_path(edit)}: {_doing(edit)}")


def _path(edit: Edit) -> str:
    return cut(edit.path, 2 * _LONGEST)


def _doing(edit: Edit) -> str:
    if edit.after is None:
        return f"remove {_value(edit.before)}"
    if edit.pointer.endswith(f"/{APPEND}") or edit.before is None:
        return f"add {_value(edit.after)}"
    return f"{_value(edit.before)} -> {_value(edit.after)}"


def _value(value: JsonValue | None) -> str:
    return value_text(value, _LONGEST)


def offer_line(item: Outcome) -> str:
    """The one change that would make a finding pass, in short; empty if none was found.

    Where it stands is left out if the finding stands there too.
    """
    edits = item.offers[0].edits if item.offers else ()
    here = (item.place.file, item.place.line) if item.place else None
    return ", and ".join(
        visible(f"{_path(edit)}: {_doing(edit)}")
        if (edit.place.file, edit.place.line) == here
        else edit_text(edit, item.subject)
        for edit in edits
    )


def remedies_text(remedies: Sequence[Remedy]) -> Iterator[str]:
    """What would make each finding pass, and where nothing was found, that nothing was."""
    if not remedies:
        return
    yield ""
    yield "what would make it pass"
    for remedy in remedies:
        item = remedy.outcome
        name = " ".join(part for part in (item.validation, item.key) if part)
        indent = "  "
        if len(remedies) > 1 and name:
            yield f"{indent}{name}"
            indent = "    "
        yield from (f"{indent}{line}" for line in _remedy(remedy))


def _remedy(remedy: Remedy) -> Iterator[str]:
    search, subject = remedy.search, remedy.outcome.subject
    if not search.offers:
        yield f"no change was found{'' if search.complete else ' within what may be tried'} ({search.tried} tried)"
    for offer in search.offers:
        after = "" if offer.applies else "  (then the policy does not apply any more)"
        if len(offer.edits) == 1:
            yield f"{edit_text(offer.edits[0], subject)}{after}"
        else:
            yield f"together:{after}"
            yield from (f"  {edit_text(edit, subject)}" for edit in offer.edits)
