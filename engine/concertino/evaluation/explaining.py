"""How the outcomes of one policy on one entity came about, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.evaluation.counterfactual import Search
from concertino.model.outcome import Outcome
from concertino.model.place import Place
from concertino.policies import Policy


@dataclass(frozen=True)
class Shown:
    """A sub-expression with what it came to.

    `text` is its source, `offsets` where that stands in the source of the whole expression, `bound` the variables of
    macros (and `item`) that it saw. `failure` says why it has no value. `origin` is where the value stands in the
    catalogue. `elements` are those a macro went through.
    """

    text: str
    offsets: tuple[int, int]
    value: object
    failure: str = ""
    bound: Mapping[str, object] = field(default_factory=dict)
    origin: Place | None = None
    parts: tuple["Shown", ...] = ()
    elements: tuple["Element", ...] = ()


@dataclass(frozen=True)
class Element:
    """What a macro did with one element. `decided` says whether the value of the macro rests on it."""

    bound: Mapping[str, object]
    decided: bool
    parts: tuple[Shown, ...]
    origin: Place | None = None


@dataclass(frozen=True)
class Member:
    """An entity that counts in an aggregate, and the value it gives."""

    reference: str
    value: object
    place: Place


@dataclass(frozen=True)
class Passage:
    """One expression of a policy, explained.

    `kind` is when, variable, aggregate, history, matrix, validation or element.
    `pointer` leads to the expression in the policy's document. Under `each`, `inner` has a passage for each element.
    """

    kind: str
    name: str = ""
    shown: Shown | None = None
    pointer: str = ""
    outcome: Outcome | None = None
    notes: tuple[str, ...] = ()
    members: tuple[Member, ...] = ()
    inner: tuple["Passage", ...] = ()


@dataclass(frozen=True)
class Remedy:
    """What would make one finding go away, as far as it was looked for."""

    outcome: Outcome
    search: Search


@dataclass(frozen=True)
class Explanation:
    """The outcomes of a policy on an entity, the expressions that led to them, and what would lead elsewhere."""

    policy: Policy
    entity: str
    place: Place
    outcomes: tuple[Outcome, ...]
    passages: tuple[Passage, ...]
    notes: tuple[str, ...] = ()
    remedies: tuple[Remedy, ...] = ()
