"""`concertino policies new`: a policy and its cases to start from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

import click

from concertino.cli.authoring import schemas_of
from concertino.cli.editors import schema_comment
from concertino.cli.options import as_of_option, common_options, today
from concertino.cli.session import Session, known_names, open_session
from concertino.editing.example import Examples
from concertino.editing.policy import Draft, Sight, distinct, sights
from concertino.kinds import Kind
from concertino.model.outcome import Result
from concertino.model.suggest import suggest
from concertino.policies import OWN_POLICIES, PolicyFile, PolicyOrigin, PolicySet, lint_policy, load_policies
from concertino.policies.loading import PolicyReader
from concertino.revision.shipped import shipped_files
from concertino.revision.writing import UnsafePathError, safe_path, write_file
from concertino.verdict.cases import prepare_cases, run_cases
from concertino.verdict.checks import BUILT_IN_CHECKS

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 63
_MOST_SHOWN = 20
_MOST_DRAFTS = 200
"""As many drafts are tried; each takes some milliseconds, and of most kinds the first one will do."""


@click.command("new")
@click.argument("name")
@click.option("--target", metavar="KIND", help="The kind that is judged. Left out: the one that the name begins with.")
@click.option(
    "--field",
    "fields",
    multiple=True,
    metavar="PATH",
    help="A field that the rule is about, such as spec.roadmap. Left out: one that fits. Can be repeated.",
)
@click.option("--title", help="What the rule asks for, as a sentence.")
@as_of_option
@common_options
def command(  # noqa: PLR0913 - click hands over each option
    name: str,
    target: str | None,
    fields: tuple[str, ...],
    title: str | None,
    as_of: str | None,
    folder: str | None,
    *,
    quiet: bool,
    no_color: bool,
) -> None:
    """Write a policy called NAME with its cases, to be changed until it says what you mean.

    It is a real rule on a real field: of one that may be left out it asks that it is there, of one that is required it
    asks something that fits its type. It comes with a case that passes, one that fails, and one that does not apply;
    all of them hold. It is advisory, so that nothing fails by it before you want it to. Nothing is overwritten.

    \b
    Examples:
      concertino policies new service-has-a-roadmap --target Service --field spec.roadmap
      concertino policies new brand-is-in-demand --field spec.demand --title "A brand is in demand"
      concertino policies new cell-is-looked-after --target Cell
    """
    del no_color
    session = open_session(folder)
    _refuse_name(session, name)
    kind = session.rules.kinds.by_name[_target(session, name, target)]
    folder_of = f"{session.rules.configuration.policies}/{name}"
    _refuse_existing(session, folder_of)
    examples = Examples(schemas_of(session), session.rules.kinds, session.rules.schemas.gate, as_of or today())
    draft = _Drafts(session, name, examples, kind, fields, title or "").first()
    written = {"policy.yaml": draft.policy, "cases.yaml": draft.cases}
    for file, text in written.items():
        head = schema_comment(session.folder, f"{folder_of}/{file}")
        try:
            write_file(session.folder, f"{folder_of}/{file}", text(head).encode())
        except (OSError, UnsafePathError) as error:
            raise click.ClickException(f"{folder_of}/{file} can't be written: {error}") from error
        click.echo(f"wrote {folder_of}/{file}")
    if not quiet:
        click.echo(f"It judges {kind.name} and is advisory: it stops nothing until you say so.")
        click.echo(
            f"next: say what you mean in it, then\n"
            f"  concertino policies lint {name}\n  concertino policies test {name}\n"
            f"  concertino check --policy {name}"
        )


def _refuse_name(session: Session, name: str) -> None:
    """Refuse what is no name of a policy, or the name of another one."""
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        meant = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST].strip("-")
        hint = f' Try "{meant}".' if meant else ""
        raise click.UsageError(
            f'"{name}" is no name for a policy: lower-case words joined by "-", {_LONGEST} letters at most.{hint}'
        )
    if name in BUILT_IN_CHECKS:
        raise click.UsageError(f'"{name}" is the name of a built-in check; in a report nobody could tell them apart.')
    known = (session.rules.policies.files or {}).get(name)
    shipped = next((path for path in shipped_files() if path.endswith(f"/{name}/policy.yaml")), "")
    if known or shipped:
        pack, file = (known.origin.pack, known.origin.file) if known else (shipped.split("/")[1], shipped)
        raise click.ClickException(
            f"There is a policy called {name} already, in {pack} ({file}). Findings and exceptions know a policy by "
            "its name alone: choose another one."
        )


def _refuse_existing(session: Session, folder: str) -> None:
    try:
        if safe_path(session.folder, folder).exists():
            raise click.ClickException(f"{folder} is there already, and nothing is overwritten.")
    except UnsafePathError as error:
        raise click.ClickException(f"{folder} can't be written: {error}") from error


def _target(session: Session, name: str, target: str | None) -> str:
    """The kind that is meant, by name or by the words that the policy's name begins with."""
    kinds = session.rules.kinds.by_name
    if target is not None:
        return known_names("kind", [target], kinds)[0]
    words = name.split("-")
    begun = ["".join(words[:count]) for count in range(len(words), 0, -1)]
    meant = {kind.casefold(): kind for kind in kinds}
    found = next((meant[word] for word in begun if word in meant), None)
    if found is None:
        raise click.UsageError(f"Say what is judged with --target KIND: {', '.join(sorted(kinds))}.")
    return found


@dataclass(frozen=True)
class _Drafts:
    """The drafts that could be written, each tried before it is: compiled, linted, and its cases run."""

    session: Session
    name: str
    examples: Examples
    kind: Kind
    fields: tuple[str, ...]
    title: str

    def first(self) -> Draft:
        """The first draft in which everything holds.

        Raises:
            click.UsageError: there is no such field, or none on which a first condition could be written.
        """
        for path in self.fields:
            self._refuse_unknown(path)
        complaint = ""
        for draft in islice(self._all(), _MOST_DRAFTS):
            found = self._complaint(draft)
            if not found:
                return replace(draft, messages=self._messages(draft))
            complaint = complaint or found
        about = " and ".join(self.fields) or f"a field of {self.kind.name}"
        why = complaint or "there is no condition that fits its type"
        raise click.UsageError(f"No first rule could be written on {about}: {why}.")

    def _all(self) -> Iterator[Draft]:
        for sight in sights(self.examples, self.kind):
            choices = [tuple(sight.probing.probes(self._inside(path, sight))) for path in self.fields or ("",)]
            for probes in product(*choices):
                for condition in sight.probing.conditions(probes[0]):
                    yield Draft(self.name, sight, distinct(probes), condition, self.examples.today, self.title)

    def _inside(self, path: str, sight: Sight) -> str:
        """The path in what is looked at: `spec.brand.spec.role` of a cell is `spec.role` of its brand."""
        return path.removeprefix(f"{sight.place}.") if sight.place else path

    def _refuse_unknown(self, path: str) -> None:
        known = [found for sight in sights(self.examples, self.kind) for found in _paths(sight)]
        if path not in known:
            meant = suggest(path, known)
            listed = ", ".join(item for item in known if item.count(".") == 1)
            hint = f'Did you mean "{meant}"?' if meant else f"There are: {listed or ', '.join(known[:_MOST_SHOWN])}."
            raise click.UsageError(f'{self.kind.name} has no field "{path}". {hint}')

    def _complaint(self, draft: Draft) -> str:
        """What does not hold in a draft, or nothing."""
        file, read = self._compiled(draft)
        rules = self.session.rules
        for policy in read.policies:
            warnings = lint_policy(policy, file, rules.kinds.vocabulary, rules.configuration.limits)
            report = run_cases(policy, f"{file.folder}/cases.yaml", draft.cases().encode(), rules)
            failures = [failure for result in report.results for failure in result.failures]
            return next(iter([*(item.message for item in (*warnings, *report.problems)), *failures]), "")
        return next((item.message for item in read.problems), "it can't be read")

    def _messages(self, draft: Draft) -> dict[str, str]:
        """What the findings of the failing cases say, so that the cases can hold them to it."""
        file, read = self._compiled(draft)
        (policy,) = read.policies
        prepared = prepare_cases(policy, f"{file.folder}/cases.yaml", draft.cases().encode(), self.session.rules)
        found = [outcome for case in prepared.cases for outcome in case.outcomes(policy)]
        return {outcome.validation: outcome.message for outcome in found if outcome.result is Result.FAIL}

    def _compiled(self, draft: Draft) -> tuple[PolicyFile, PolicySet]:
        """A draft as if it had been written."""
        rules, folder = self.session.rules, f"{self.session.rules.configuration.policies}/{self.name}"
        origin = PolicyOrigin(OWN_POLICIES, f"{folder}/policy.yaml", shipped=False)
        file = PolicyFile(origin, folder, draft.policy().encode(), draft.cases().encode())
        gate = rules.schemas.gate("Policy.schema.json")
        reader = PolicyReader(rules.kinds, gate, rules.environment.scope({}), rules.configuration.limits)
        return file, load_policies((file,), replace(rules.configuration, overrides={}), reader)


def _paths(sight: Sight) -> list[str]:
    """The paths of all fields that a rule can be about, as `--field` takes them."""
    before = f"{sight.place}." if sight.place else ""
    return [f"{before}{path}" for path in sight.probing.paths()]
