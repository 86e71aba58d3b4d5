"""A new entry of the exception register as YAML."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from concertino.model.json import JsonValue

_WIDTH = 116


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `validations` and `keys` narrow it to the findings that are there; days are ISO days.

    `holders` says, for people, who may approve it.
    """

    name: str
    policy: str
    digest: str
    entity: str
    type: str
    requester: str
    owner: str
    expires: str
    reason: str
    holders: str
    validations: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    evidence: tuple[Mapping[str, JsonValue], ...] = field(default_factory=tuple)
    ticket: str = ""
    renewal_of: str = ""


def entry_text(request: Request) -> str:
    """The document of an exception that is asked for and not approved yet."""
    return "\n".join([*_lines(request), ""])


def _lines(request: Request) -> Iterator[str]:
    yield f"# Asked for, not approved: {request.holders}"
    yield "# Whoever approves adds approver and approvedOn, in a commit of their own."
    yield "apiVersion: concertino/v1"
    yield "kind: Exception"
    yield f"metadata: {{name: {_scalar(request.name)}}}"
    yield "spec:"
    yield f"  policies: [{_scalar(request.policy)}]"
    yield "  # The version of the policy that is asked about. The audit tells when it is another one."
    yield f"  policyDigests: {{{_scalar(request.policy)}: {json.dumps(request.digest)}}}"
    yield f"  entities: [{_scalar(request.entity)}]"
    yield from _texts("validations", request.validations)
    yield from _texts("keys", request.keys)
    for name, value in (("type", request.type), ("requester", request.requester), ("owner", request.owner)):
        yield f"  {name}: {_scalar(value)}"
    yield f"  expires: {request.expires} # the last day, inclusive"
    yield from _evidence(request.evidence)
    yield from _blocks("controls", request.controls, "What is done meanwhile so that the risk stays small.")
    if request.renewal_of:
        yield f"  renewalOf: {_scalar(request.renewal_of)}"
    if request.ticket:
        yield f"  ticket: {_scalar(request.ticket)}"
    yield f"  reason: {_long(request.reason, 4)}"


def _texts(name: str, values: tuple[str, ...]) -> Iterator[str]:
    if values:
        yield f"  {name}: [{', '.join(map(_scalar, values))}]"


def _evidence(figures: tuple[Mapping[str, JsonValue], ...]) -> Iterator[str]:
    if not figures:
        yield "  # A figure before and after, with period and source. Without one the exception has no effect."
        yield "  evidence: []"
        return
    yield "  evidence:"
    for figure in figures:
        for number, (name, value) in enumerate(figure.items()):
            yield f"    {'-' if number == 0 else ' '} {name}: {_scalar(value)}"


def _blocks(name: str, values: tuple[str, ...], comment: str) -> Iterator[str]:
    if not values:
        yield f"  # {comment} Without it the exception has no effect."
        yield f"  {name}: []"
        return
    yield f"  {name}:"
    for value in values:
        yield f"    - {_long(value, 6)}"


def _long(text: str, indent: int) -> str:
    """A text on one line if there is room, else folded. Whatever folding would change is quoted instead."""
    plain = " ".join(text.split())
    if len(plain) < _WIDTH - indent - len("reason: ") or plain != text or not plain.isprintable():
        return _scalar(text)
    pad = " " * indent
    return ">-\n" + textwrap.fill(
        plain, _WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )


def _scalar(value: JsonValue) -> str:
    """A value in YAML's flow style. JSON is YAML; a plain slug reads better without quotes."""
    slug = isinstance(value, str) and value.replace("-", "").isalnum() and value.isascii() and value[:1].isalpha()
    if isinstance(value, str) and slug and value not in ("true", "false", "null"):
        return value
    return json.dumps(value, ensure_ascii=not str(value).isprintable())
