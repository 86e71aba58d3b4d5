"""What every command begins with: the governed folder, its snapshot and its rules."""

import itertools
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import click

from concertino.catalogue import Catalogue, GitArchive
from concertino.evaluation import member_keys
from concertino.model.outcome import Outcome
from concertino.model.snapshot import Snapshot
from concertino.model.suggest import suggest
from concertino.policies import CONFIGURATION_FILE, Configuration, Policy
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import EXCEPTION_KIND, Rules, read_catalogue, read_rules
from concertino.verdict.checks import outcome_of
from concertino.verdict.proof import Prover, Trusted
from concertino.verdict.rights import Rights


@dataclass(frozen=True)
class Session:
    """One run of a command on one snapshot."""

    folder: Path
    snapshot: Snapshot

    @cached_property
    def rules(self) -> Rules:
        """The configuration, kinds and policies of the snapshot."""
        rules = read_rules(self.snapshot, shipped_files())
        return self._with_proof(rules) if rules.configuration.proof else rules

    def _with_proof(self, rules: Rules) -> Rules:
        """The rules with somebody to look for the proof of approvals. Whom to trust is read from another revision."""
        configuration = rules.configuration
        archive = GitArchive(self.snapshot, configuration.catalogue, configuration.records, configuration.limits)
        prover = Prover(archive, rules.kinds.by_name[EXCEPTION_KIND], self._trusted(configuration.proof))
        return replace(rules, exceptions=replace(rules.exceptions, prover=prover))

    def _trusted(self, revision: str) -> Trusted | str:
        snapshot = open_snapshot(self.folder, revision=revision, environment=os.environ)
        if isinstance(snapshot, SnapshotProblem):
            return f"{snapshot.message} (exceptions.signers in concertino.yaml)"
        catalogue = read_catalogue(snapshot, read_rules(snapshot, shipped_files()))
        return Trusted(Rights.of(catalogue), member_keys(catalogue))

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue of the snapshot."""
        return read_catalogue(self.snapshot, self.rules)

    @property
    def policies(self) -> dict[str, Policy]:
        """The policies that judge, by id."""
        return {policy.id: policy for policy in self.rules.policies.policies}

    def source(self, file: str) -> bytes | None:
        """The bytes of a file that a finding stands in: of the snapshot, or of what travels with the engine."""
        return self.snapshot.read([file]).get(file) or shipped_files().get(file)

    def broken_rules(self) -> tuple[Outcome, ...]:
        """What is wrong with configuration, schemas, packs and policies, as findings."""
        return tuple(outcome_of(problem) for problem in self.rules.problems)


def open_session(folder: str | None, *, rev: str | None = None, staged: bool = False) -> Session:
    """The session in a folder.

    Raises:
        click.ClickException: the folder can't be opened, or the revision is none.
    """
    if rev is not None and staged:
        raise click.UsageError("--rev and --staged exclude each other: a revision is judged, or the index.")
    path = Path(folder or click.get_current_context().find_root().obj["folder"])
    if not path.is_dir():
        raise click.UsageError(f"There is no folder {str(path)!r}.")
    path = governed_folder(path)
    snapshot = open_snapshot(path, revision=rev, staged=staged, environment=os.environ)
    if isinstance(snapshot, SnapshotProblem):
        raise click.ClickException(f"{snapshot.message}\n{snapshot.remediation}".rstrip())
    return Session(path, snapshot)


def governed_folder(path: Path) -> Path:
    """The folder that is meant from inside a governed repository: the nearest one above that holds a configuration.

    Nothing outside the repository is looked at, and a folder with a catalogue of its own is meant itself.
    """
    if any((path / name).exists() for name in (CONFIGURATION_FILE, Configuration.catalogue, "HEAD")):
        return path
    above = list(itertools.takewhile(lambda here: not (here / ".git").exists(), path.resolve().parents))
    top = path.resolve().parents[len(above) : len(above) + 1]
    found = next((here for here in (*above, *top) if top and (here / CONFIGURATION_FILE).exists()), None)
    if found is None or (path / ".git").exists():
        return path
    click.echo(f"note: {CONFIGURATION_FILE} is in {found}; that folder is meant", err=True)
    return found


def known_names(what: str, names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """The names, if all of them are known.

    Raises:
        click.UsageError: a name is unknown; the message suggests one.
    """
    available = sorted(known)
    spelled = {name.casefold(): name for name in available}
    for name in names:
        if name.casefold() not in spelled:
            meant = suggest(name, available)
            hint = f'Did you mean "{meant}"?' if meant else f"There are: {', '.join(available) or 'none'}."
            raise click.UsageError(f'There is no {what} "{name}". {hint}')
    return tuple(spelled[name.casefold()] for name in names)
