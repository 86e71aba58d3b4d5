"""`concertino explain`: how the outcome of a policy on an entity came about."""

import click

from concertino.catalogue import CatalogueEntity, Overlay, parse_reference
from concertino.cli.options import as_of_option, common_options, snapshot_options, today
from concertino.cli.output import wants_colour
from concertino.cli.session import Session, known_names, open_session
from concertino.documents import positions
from concertino.evaluation import Explanation, Judge, explain
from concertino.kinds import ANY_KIND, ReferenceRule
from concertino.model.place import Place
from concertino.model.reference import DEFAULT_NAMESPACE, EntityReference
from concertino.model.suggest import suggest
from concertino.policies import Policy, place_inside
from concertino.rendering.explanation import Locate, explanation_json, explanation_text
from concertino.rendering.following import Given
from concertino.rendering.text import findings_text
from concertino.verdict import Selection, judge
from concertino.verdict.judge import read_histories
from concertino.verdict.verdict import EXIT_BROKEN_RULE, EXIT_CLEAN
from concertino.verdict.views import views


@click.command(short_help="Show how a policy came to its outcome on an entity.")
@click.argument("policy")
@click.argument("entity")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@as_of_option
@snapshot_options
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    policy: str,
    entity: str,
    form: str,
    as_of: str | None,
    rev: str | None,
    folder: str | None,
    *,
    staged: bool,
    quiet: bool,
    no_color: bool,
) -> int:
    """Show every expression of a policy with the value of each part, and where in the catalogue it came from.

    A dot marks the elements of a list on which the value rests.

    \b
    Examples:
      concertino explain actual-follows-decision cell:oakwell/analytics
      concertino explain shared-service-is-funded service:content-hub --as-of 2026-06-30
      concertino explain right-has-one-holder decisionright:vendor-selection --format json

    Exit codes: 0 explained, 2 wrong usage, or the policy is broken or switched off.
    """
    session = open_session(folder, rev=rev, staged=staged)
    (name,) = known_names("policy", [policy], session.rules.policies.ids)
    found = session.policies.get(name)
    if found is None:
        return _not_judging(session, name, no_color=no_color)
    chosen = _entity(session, entity, found)
    day = as_of or today()
    verdict = judge(session.snapshot, session.rules, day, Selection(policies=(name,)))
    histories = read_histories(session.snapshot, session.rules, session.catalogue)
    judging = Judge(
        session.catalogue,
        day,
        session.rules.configuration.limits,
        histories,
        model=session.rules.model,
        views=views(session.catalogue, session.rules, day),
    )
    explanation = explain(judging, found, chosen, verdict.findings, Overlay(session.catalogue, session.rules.builder))
    render = explanation_json if form == "json" else explanation_text
    click.echo(render(explanation, _locate(session, found)).rstrip("\n"))
    if form != "json" and not quiet:
        click.echo(f"\n{_next(explanation, session, Given(as_of, rev, staged))}")
    return EXIT_CLEAN


def _next(explanation: Explanation, session: Session, given: Given) -> str:
    """The command that leads on: to what excuses a finding, to what to do about it, or to where an answer came from."""
    excused = dict.fromkeys(item.exception.reference for item in explanation.outcomes if item.exception)
    if excused:
        return "\n".join(_led(given, f"catalogue show {name}", "what excuses it, until when") for name in excused)
    model = session.rules.model
    if any(item.is_finding for item in explanation.outcomes) or model is None:
        return _led(given, f"policies show {explanation.policy.id}", "what it asks for, and what to do")
    kind, _, name = explanation.entity.partition(":")
    if kind == model.model.target.casefold():
        return _led(given, f"matrix {name}", "what is decided on it, and why")
    return _led(given, f"catalogue show {explanation.entity}", "what it is, and what refers to it")


def _led(given: Given, words: str, shows: str) -> str:
    return f"next: {given.carried(f'concertino {words}')}  # {shows}"


def _not_judging(session: Session, name: str, *, no_color: bool) -> int:
    if name in session.rules.policies.switched_off:
        raise click.ClickException(f"{name} is switched off by the configuration, so there is nothing to explain.")
    colour = wants_colour(no_color=no_color)
    broken = [item for item in session.broken_rules() if item.subject == name]
    click.echo(findings_text(broken, session.source, colour=colour), err=True, color=colour)
    return EXIT_BROKEN_RULE


def _entity(session: Session, text: str, policy: Policy) -> CatalogueEntity:
    """The entity that is meant; without a kind one of the kind that the policy judges.

    Raises:
        click.UsageError: there is none, or the policy does not judge its kind.
    """
    rule = ReferenceRule((ANY_KIND,), "") if ":" in text else ReferenceRule((policy.target,), "")
    parsed = parse_reference(text, rule, DEFAULT_NAMESPACE, session.rules.kinds)
    entity = session.catalogue.find(parsed) if isinstance(parsed, EntityReference) else None
    if entity is None:
        names = [item.name for item in session.catalogue.of_kind(policy.target)]
        meant = suggest(text, names) or suggest(text, [name.partition(":")[2] for name in names])
        hint = f'Did you mean "{meant}"?' if meant else f"concertino catalogue list --kind {policy.target} shows them."
        why = parsed if isinstance(parsed, str) else f'there is no entity "{text}"'
        raise click.UsageError(f"{why[0].upper()}{why[1:]}. {hint}")
    if entity.kind.name != policy.target:
        raise click.UsageError(f"{policy.id} judges {policy.target}, and {entity.name} is a {entity.kind.name}.")
    return entity


def _locate(session: Session, policy: Policy) -> Locate:
    file = policy.origin.file
    data = session.source(file) or b""
    marks = positions(file, data, 0, session.rules.configuration.limits)

    def locate(pointer: str, offsets: tuple[int, int]) -> Place:
        return place_inside(data, marks, pointer, *offsets)

    return locate
