"""What every command begins with: the governed folder, its snapshot and its rules."""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import click

from concertino.catalogue import Catalogue, GitArchive
from concertino.evaluation import member_keys
from concertino.model.outcome import Outcome
from concertino.model.problem import Problem
from concertino.model.snapshot import Snapshot
from concertino.model.suggest import suggest
from concertino.policies import CONFIGURATION_FILE, Configuration, Policy
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import EXCEPTION_KIND, Register, Rules, read_catalogue, read_rules
from concertino.verdict.checks import outcome_of
from concertino.verdict.proof import Prover, Trusted
from concertino.verdict.rights import Rights
from concertino.verdict.settling import Settled

_Opened = TypeVar("_Opened")
_DECISIVE = ("configuration", "pack")
"""Checks whose findings mean that other rules judge than those that were asked for."""


def read_own_rules(snapshot: Snapshot) -> Rules:
    """The rules that stand in a snapshot."""
    return read_rules(snapshot, shipped_files())


@dataclass(frozen=True)
class Session:
    """One run of a command on one snapshot. With `ruling`, the rules come from that session's snapshot instead."""

    folder: Path
    snapshot: Snapshot
    ruling: "Session | None" = None
    read: Callable[[Snapshot], Rules] = field(default=read_own_rules, compare=False)

    @cached_property
    def rules(self) -> Rules:
        """The configuration, kinds and policies that judge."""
        return self._ruled_by(self.ruling) if self.ruling else self.proving(self.own_rules)

    @cached_property
    def own_rules(self) -> Rules:
        """The configuration, kinds and policies of the snapshot itself, whether or not they judge."""
        return self.read(self.snapshot)

    def _ruled_by(self, ruling: "Session") -> Rules:
        """The rules of another session, with rights and keys from there; what the snapshot breaks of its own is told.

        An exception counts only as far as it stands there, too, or is proven by a key from there. Where the catalogue
        stands is said here: judged is what will be the catalogue once this snapshot is merged, or a change could move
        it out of sight.
        """
        rules = self.proving(self.turned_on_my_catalogue(ruling.own_rules))
        trusted = Trusted(Rights.of(ruling.catalogue), member_keys(ruling.catalogue))
        register = Register.of(ruling.catalogue, ruling.policies, "", ruling.rules)
        proof = rules.exceptions.prover or self._prover(rules, trusted)
        settled = Settled(register, ruling.snapshot.source.revision, trusted.rights, proof)
        return replace(
            rules,
            exceptions=replace(rules.exceptions, trusted=trusted, settled=settled),
            problems=tuple(self._broken(rules)),
        )

    def turned_on_my_catalogue(self, rules: Rules) -> Rules:
        """Rules from elsewhere that judge the catalogue where it stands in this snapshot."""
        mine = self.own_rules.configuration
        there = replace(rules.configuration, catalogue=mine.catalogue, records=mine.records, adr=mine.adr)
        return replace(rules, configuration=there)

    def _broken(self, rules: Rules) -> Iterator[Problem]:
        """What is wrong with rules as they will stand once this snapshot is merged.

        A policy or schema that is broken where the rules come from, and mended here, is no fault of this snapshot, or
        nobody could ever mend it. A configuration or pack that can't be read there is told all the same: by other rules
        than anybody meant, nothing was judged as it should be.
        """
        own = {_without_place(problem) for problem in self.own_rules.problems}
        for item in rules.problems:
            if item.check in _DECISIVE and _without_place(item) not in own:
                yield item
        yield from self.own_rules.problems

    def proving(self, rules: Rules) -> Rules:
        """Rules with somebody to look for the proof of approvals, where they ask for it."""
        return self._with_proof(rules) if rules.configuration.proof else rules

    def _with_proof(self, rules: Rules) -> Rules:
        """The rules with somebody to look for the proof of approvals. Whom to trust is read from another revision."""
        prover = self._prover(rules, self._trusted(rules.configuration.proof))
        return replace(rules, exceptions=replace(rules.exceptions, prover=prover))

    def _prover(self, rules: Rules, trusted: Trusted | str) -> Prover:
        configuration = rules.configuration
        archive = GitArchive(self.snapshot, configuration.catalogue, configuration.records, configuration.limits)
        return Prover(archive, rules.kinds.by_name[EXCEPTION_KIND], trusted)

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
        there = self.snapshot.read([file]).get(file)
        if there is None and self.ruling:
            there = self.ruling.snapshot.read([file]).get(file)
        return there or shipped_files().get(file)

    def broken_rules(self) -> tuple[Outcome, ...]:
        """What is wrong with configuration, schemas, packs and policies, as findings."""
        return tuple(outcome_of(problem) for problem in self.rules.problems)


def _without_place(problem: Problem) -> tuple[str, str, str, str]:
    return (problem.check, problem.subject, problem.place.file, problem.message)


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
    return Session(path, opened(open_snapshot(path, revision=rev, staged=staged, environment=os.environ)))


def session_at(folder: Path, revision: str) -> Session:
    """The session on a revision of a governed folder.

    Raises:
        click.ClickException: the revision is none.
    """
    return Session(folder, opened(open_snapshot(folder, revision=revision, environment=os.environ)))


def opened(found: _Opened | SnapshotProblem) -> _Opened:
    """What was opened.

    Raises:
        click.ClickException: it could not be.
    """
    if isinstance(found, SnapshotProblem):
        raise click.ClickException(f"{found.message}\n{found.remediation}".rstrip())
    return found


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
