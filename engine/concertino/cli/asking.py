"""What an exception needs, asked for on a terminal where it is missing."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.session import Session, known_names
from concertino.policies import Policy
from concertino.verdict.reasons import says_nothing


@dataclass(frozen=True)
class Asked:
    """What stands on the command line, or was answered."""

    reason: str
    owner: str
    requester: str
    controls: tuple[str, ...]


def complete(session: Session, asked: Asked, policy: Policy, entity: CatalogueEntity) -> Asked:
    """What is missing, asked for on a terminal; in a pipe nobody would answer.

    A slip in an answer is told with what was probably meant, and the question is asked again.

    Raises:
        click.UsageError: something is missing in a pipe, or what the command line says is wrong.
    """
    missing = [name for name in ("reason", "owner", "requester") if not getattr(asked, name)]
    if missing and not (sys.stdin.isatty() and sys.stdout.isatty()):
        options = " and ".join(f"--{name}" for name in missing)
        raise click.UsageError(f"An exception needs {options}; on a terminal Concertino would ask.")

    def reason(text: str) -> str:
        if says_nothing(text, policy.id, policy.title, entity.name):
            raise click.UsageError(
                f'"{text}" tells nobody why. Say what would be lost without the exception, and what has to happen '
                "first."
            )
        return text

    def team(text: str) -> str:
        return known_names("team", [text], [item.reference.name for item in session.catalogue.of_kind("Team")])[0]

    def person(text: str) -> str:
        return known_names("person", [text.removeprefix("@")], _people(session))[0]

    return Asked(
        _answer(asked.reason, "Why is it worth having", reason),
        _answer(asked.owner, "Which team answers for it", team),
        _answer(asked.requester, "Who asks (handle)", person),
        _controls(asked.controls, asks=bool(missing)),
    )


def _answer(given: str, question: str, checked: Callable[[str], str]) -> str:
    """What was given, if it is right; else the answer, asked for until it is."""
    if given:
        return checked(given)
    answer: str = click.prompt(question, value_proc=checked)
    return answer


def _controls(given: tuple[str, ...], *, asks: bool) -> tuple[str, ...]:
    if given or not asks:
        return given
    control = click.prompt("What keeps the risk small meanwhile", default="", show_default=False)
    return (control,) if control else ()


def _people(session: Session) -> list[str]:
    """The handles of all members of teams."""
    found: list[str] = []
    for team in session.catalogue.of_kind("Team"):
        spec = team.value.get("spec")
        members = spec.get("members") if isinstance(spec, Mapping) else None
        listed = members if isinstance(members, list) else []
        found += [
            str(item["handle"]).removeprefix("@") for item in listed if isinstance(item, Mapping) and "handle" in item
        ]
    return found
