"""What records call the values that schemas list."""

from collections.abc import Mapping

from concertino.records.escaping import plain

MODELS: Mapping[str, tuple[str, str]] = {
    "operate": ("Operate", "The brand runs its own node, on common interfaces."),
    "orchestrate": ("Orchestrate", "The group runs one shared service."),
    "federate": ("Federate", "The group sets the guardrails and the core; the brand extends or replaces inside them."),
}
"""The three models in the order in which records weigh them: name, and what it means."""

DRIVERS: Mapping[str, tuple[str, str]] = {
    "customer-journey": ("Customer journey", "the customer journey differs"),
    "audience": ("Audience", "the audience is a different one"),
    "merchandising-cadence": ("Merchandising cadence", "assortments change at a pace of their own"),
    "channel-model": ("Channel model", "the channels differ"),
    "compliance-profile": ("Compliance profile", "other rules apply"),
    "demand-pattern": ("Demand pattern", "demand follows a pattern of its own"),
    "experiment-pace": ("Experiment pace", "experiments need a pace of their own"),
    "agility": ("Agility", "changes have to be live sooner"),
    "single-truth": ("Single truth", "there has to be one truth"),
    "reuse": ("Reuse", "others can use the same"),
    "risk-reduction": ("Risk reduction", "it lowers risk"),
    "cost": ("Cost", "it lowers cost"),
    "legacy": ("Legacy", "it has always been so"),
}
"""Drivers: name, and what they say after `because`."""

ARGUMENTS: Mapping[str, str] = {
    "good": "Good, because {}",
    "neutral": "Neutral, because {}",
    "bad": "Bad, because {}",
}

_HEADINGS = (
    "Context and Problem Statement",
    "Decision Drivers",
    "Considered Options",
    "Decision Outcome",
    "Consequences",
    "Confirmation",
    "Pros and Cons of the Options",
    "More Information",
)
FIXED_HEADINGS = frozenset(_HEADINGS)
"""The headings that every record has, so that no title repeats one."""
_NOT_AT_THE_END = " .,;:!。，；：！"  # noqa: RUF001 - full-width signs are meant


def words(slug: str) -> str:
    """A slug as words: `queueing-delay` as `queueing delay`."""
    return slug.replace("-", " ")


def heading(title: str, otherwise: str, taken: set[str]) -> str:
    """`title` as a heading of its own: without a stop at its end, and unlike those already `taken`."""
    wanted = plain(title).rstrip(_NOT_AT_THE_END) or otherwise
    unique, count = wanted, 1
    while unique in taken:
        count += 1
        unique = f"{wanted} ({count})"
    taken.add(unique)
    return unique
