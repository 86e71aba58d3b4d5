"""What `exceptions new` is asked from, and what becomes of its options."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.session import Session, known_names
from concertino.model.json import JsonValue
from concertino.model.outcome import Outcome, Result
from concertino.policies import Policy
from concertino.verdict import Selection, judge
from concertino.verdict.force import Matter, permission
from concertino.verdict.rights import Holder

DAYS = 92
"""One quarter: an exception is looked at in the next quarterly review, unless more is asked for."""
_FIGURE = ("kind", "metric", "baseline", "value", "unit", "period", "source", "basis", "confirmBy", "asOf")


def findings(session: Session, policy: Policy, entity: CatalogueEntity, day: str) -> tuple[Outcome, ...]:
    """What the policy finds on the entity. Without a finding there is nothing to except from."""
    refused = permission(Matter(policy.id, policy, entity.name, entity))
    if refused:
        raise click.ClickException(f"{refused.why[0].upper()}{refused.why[1:]}.")
    verdict = judge(session.snapshot, session.rules, day, Selection(policies=(policy.id,)))
    mine = [item for item in verdict.findings if (item.policy, item.subject) == (policy.id, entity.name)]
    waived = next((item.exception for item in mine if item.exception), None)
    failed = tuple(item for item in mine if item.result is Result.FAIL)
    if not failed and waived:
        raise click.ClickException(
            f"{waived.reference} covers that until {waived.expires}. To continue it: --renewal-of, once it has ended."
        )
    if not failed:
        raise click.ClickException(
            f"{policy.id} finds nothing on {entity.name} on {day}, so there is nothing to ask an exception from."
        )
    return failed


def chosen(findings: tuple[Outcome, ...], validations: tuple[str, ...], keys: tuple[str, ...]) -> tuple[Outcome, ...]:
    """The findings that are meant, of those that are there.

    Raises:
        click.UsageError: there is none of that validation, or on that element.
    """
    names = known_names("finding of the validation", validations, {item.validation for item in findings})
    elements = known_names("finding on", keys, {item.key for item in findings if item.key})
    found = tuple(
        item for item in findings if (not names or item.validation in names) and (not elements or item.key in elements)
    )
    if not found:
        raise click.UsageError("There is no finding of that validation on that element.")
    return found


def expires(session: Session, wanted: str | None, day: str) -> str:
    """The last day: the one that is wanted, or a quarter from `day`, within what the pack allows.

    Raises:
        click.UsageError: the day is past, or further away than an exception may last.
    """
    most = session.rules.exceptions.limits.most_days
    if wanted is None:
        return (date.fromisoformat(day) + timedelta(days=min(DAYS, most))).isoformat()
    days = (date.fromisoformat(wanted) - date.fromisoformat(day)).days
    if days < 0:
        raise click.UsageError(f"{wanted} is past; an exception ends on a day that is still to come.")
    if days > most:
        raise click.UsageError(f"{wanted} is {days} days away, and an exception may last {most} days at most.")
    return wanted


def holders(policy: Policy, holder: Holder | None) -> str:
    """Who may approve it, as a sentence."""
    right = policy.approval_right
    if holder is None or holder.why:
        return f"{policy.id} asks for the right {right}, and {holder.why if holder else 'nobody is asked'}."
    return f"it takes the right {right}, which {holder.team} holds here ({', '.join(sorted(holder.members))})."


def figure(text: str) -> Mapping[str, JsonValue]:
    """A figure from `NAME=VALUE;NAME=VALUE`, its fields in the order in which the register writes them.

    Raises:
        click.UsageError: a part is no field with a value.
    """
    values: dict[str, JsonValue] = {}
    for part in text.split(";"):
        name, equals, value = part.strip().partition("=")
        if not equals:
            raise click.UsageError(f"--figure takes NAME=VALUE;NAME=VALUE, and {part.strip()!r} has no equals sign.")
        (known,) = known_names("field of a figure", [name.strip()], _FIGURE)
        values[known] = _number(known, value.strip()) if known in ("baseline", "value") else value.strip()
    values.setdefault("basis", "observed")
    return {name: values[name] for name in _FIGURE if name in values}


def _number(name: str, text: str) -> JsonValue:
    try:
        number = json.loads(text)
    except ValueError:
        number = None
    if not isinstance(number, int | float) or isinstance(number, bool):
        raise click.UsageError(f"{name} of a figure is a number, and {text!r} is none.")
    return number
