"""`concertino catalogue codeowners`: who is asked to review a change, from decision rights and ownership."""

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

import click

from concertino.catalogue import CatalogueEntity
from concertino.cli.options import common_options
from concertino.cli.session import Session, open_session
from concertino.editing.codeowners import UnfitMarkers, section, spliced
from concertino.revision.writing import UnsafePathError, safe_path, write_file
from concertino.verdict import EXCEPTION_KIND, Register
from concertino.verdict.rights import Rights, Scope, handles_of, scope_of
from concertino.verdict.verdict import EXIT_CLEAN, EXIT_FINDINGS

_PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_MODEL = "operating-model"
"""The right to say who operates what: its holder answers for whatever nobody else answers for."""
_OWNERS = ("owner", "team")


@click.command("codeowners")
@click.option(
    "--file", metavar="FILE", help=f"Left out: the first of {', '.join(_PLACES)} that is there, or the first."
)
@click.option("--check", is_flag=True, help="Write nothing; end with exit code 1 if the section is not up to date.")
@common_options
def codeowners(file: str | None, folder: str | None, *, check: bool, quiet: bool, no_color: bool) -> int:
    """Write a section of CODEOWNERS, between markers; the rest of the file stays as it is.

    Exceptions go to those who hold the right that their policies ask for, decisions to those who hold the right over
    the operating model there, everything else to the members of the team that owns it. Rules, teams, rights and the
    file itself go to those who hold the right over the operating model everywhere.

    \b
    Examples:
      concertino catalogue codeowners
      concertino catalogue codeowners --check
    """
    del no_color
    session = open_session(folder)
    root, prefix = _top(session.folder)
    path = file or next((name for name in _PLACES if (root / name).exists()), _PLACES[0])
    owners = {f"{prefix}{name}": who for name, who in _owners(session)}
    general = owners.get(f"{prefix}{session.rules.configuration.catalogue}/")
    lines = section({**({path: general} if general else {}), **owners})
    try:
        target = safe_path(root, path)
        before = target.read_bytes() if target.exists() else b""
        after = spliced(before, lines)
        if isinstance(after, UnfitMarkers):
            raise click.ClickException(f"{path}: {after.message}. Correct the markers, or remove them both.")
        if check:
            return _compare(path, before, after, quiet=quiet)
        if after != before:
            write_file(root, path, after)
    except (OSError, UnsafePathError) as error:
        raise click.ClickException(f"{path} can't be written: {error}") from error
    if not quiet:
        click.echo(f"{'wrote' if after != before else 'nothing to change in'} {path}")
    return EXIT_CLEAN


def _compare(path: str, before: bytes, after: bytes, *, quiet: bool) -> int:
    if before == after:
        if not quiet:
            click.echo(f"{path} is up to date")
        return EXIT_CLEAN
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (before, after))
    click.echo("\n".join(difflib.unified_diff(old, new, path, path, lineterm="")))
    click.echo("next: concertino catalogue codeowners", err=True)
    return EXIT_FINDINGS


def _owners(session: Session) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Who is asked about a path: folders first, then files, each with handles in the order of the teams."""
    configuration = session.rules.configuration
    register = Register.of(session.catalogue, session.policies, "", session.rules)
    general = register.grounds.rights.people(_MODEL, Scope())
    if general:
        for path in (
            "concertino.yaml",
            f"{configuration.policies}/",
            f"{configuration.schemas}/",
            f"{configuration.catalogue}/",
        ):
            yield path, general
    files: dict[str, dict[str, None]] = {}
    for entity in session.catalogue.entities.values():
        if not entity.kind.derived:
            who = _who(register, entity)
            files.setdefault(entity.file, {}).update(dict.fromkeys(who))
    for path in sorted(files):
        if files[path] and tuple(files[path]) != general:
            yield path, tuple(files[path])


def _who(register: Register, entity: CatalogueEntity) -> tuple[str, ...]:
    rights = register.grounds.rights
    if entity.kind.name == EXCEPTION_KIND:
        return _approvers(register, rights, entity)
    if entity.kind.name == "Decision":
        return rights.people(_MODEL, scope_of(entity))
    spec = entity.value.get("spec")
    refs = spec.get("refs") if isinstance(spec, dict) else None
    if entity.kind.name == "DecisionRight" or not isinstance(refs, dict):
        return ()
    return next((found for name in _OWNERS if (found := handles_of(refs.get(name)))), ())


def _approvers(register: Register, rights: Rights, entity: CatalogueEntity) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for item in register.exceptions:
        if item.name == entity.name:
            for policy, subject in register.matters(item):
                rule, about = register.policies.get(policy), register.catalogue.by_name.get(subject)
                if rule and about:
                    found.update(dict.fromkeys(rights.people(rule.approval_right, scope_of(about))))
    return tuple(found)


def _top(folder: Path) -> tuple[Path, str]:
    """The root of the repository, and the way from there to the governed folder; without git the folder itself."""
    from concertino.revision.repository import Place, locate  # noqa: PLC0415 - git is asked by this command alone

    place = locate(folder, os.environ)
    if not isinstance(place, Place) or place.repository is None or not place.repository.prefix:
        return folder, ""
    prefix = place.repository.prefix
    return place.folder.parents[prefix.strip("/").count("/")], prefix
