"""What expressions see of the past of the entity that is judged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from concertino.catalogue import Ancestry, Catalogue, CatalogueEntity, Past, ValueChange
from concertino.expressions import Change, EvaluationError
from concertino.kinds import Kind
from concertino.model.history import Claims, Keys, NoHistory

TEAM_KIND = "Team"
_NOTHING = Claims()


class Archive(Protocol):
    """Whatever knows the past of a catalogue."""

    def past(self, kind: Kind) -> Past | NoHistory:
        """The past of the entities of a kind."""

    def signer(self, commit: str, keys: Keys) -> str | NoHistory:
        """The handle of the one whose key verifiably signed a commit, or nothing."""


class NoArchive:
    """Nothing is known of the past."""

    def past(self, kind: Kind) -> NoHistory:  # noqa: ARG002 - as the protocol has it
        """Why nothing is known."""
        return NoHistory("these entities come without a history", "Judge a git repository.")

    def signer(self, commit: str, keys: Keys) -> NoHistory:  # noqa: ARG002 - as the protocol has it
        """Why nothing is known."""
        return NoHistory("these entities come without a history", "Judge a git repository.")


@dataclass(frozen=True)
class Histories:
    """The changes of values, as expressions see them. What can't be known is an error, never an empty list.

    `keys` gives the keys of those who may sign; it is asked only if a policy reads who signed.
    """

    archive: Archive
    keys: Callable[[], Keys] = dict
    _ancestries: dict[str, Ancestry] = field(default_factory=dict)
    _signers: dict[str, str | NoHistory] = field(default_factory=dict)

    def changes(self, entity: CatalogueEntity, path: Sequence[str], *, signed: bool) -> list[Change]:
        """The changes of the value at `path` of an entity, parents before children.

        Without `signed` nobody looks for signatures, and all of them read as unproven.

        Raises:
            EvaluationError: the history is not known, or not all of it.
        """
        past = self.archive.past(entity.kind)
        if isinstance(past, NoHistory):
            _refuse(past)
        ancestry = self._ancestries.setdefault(entity.kind.name, Ancestry(past.points))
        return [
            Change(self._values(past, item, signed=signed), item.position, ancestry.is_before)
            for item in past.line(entity.reference.identity).changes(path)
        ]

    def _values(self, past: Past, item: ValueChange, *, signed: bool) -> dict[str, object]:
        commit = past.points[item.position].commit
        return {
            "commit": commit,
            "committed": bool(commit),
            "present": item.present,
            "signedBy": self._signer(commit) if signed and commit else "",
            "claims": _claims(past.claims.get(commit, _NOTHING)),
        }

    def _signer(self, commit: str) -> str:
        if commit not in self._signers:
            self._signers[commit] = self.archive.signer(commit, self.keys())
        found = self._signers[commit]
        return _refuse(found) if isinstance(found, NoHistory) else found


def _claims(claims: Claims) -> dict[str, object]:
    return {
        "author": claims.author,
        "email": claims.email,
        "authoredOn": claims.authored_on,
        "committer": claims.committer,
        "committerEmail": claims.committer_email,
        "committedOn": claims.committed_on,
        "trailers": {name: list(values) for name, values in claims.trailers.items()},
    }


def _refuse(unknown: NoHistory) -> NoReturn:
    raise EvaluationError(f"{unknown.message}. {unknown.remediation}")


def member_keys(catalogue: Catalogue) -> Keys:
    """The signing keys of all members of all teams of a catalogue, by handle without `@`, in one writing for each."""
    keys: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for team in catalogue.of_kind(TEAM_KIND):
        spec = team.value.get("spec")
        members = spec.get("members") if isinstance(spec, Mapping) else None
        for member in members if isinstance(members, list) and not team.fault else []:
            handle = str(member.get("handle", "")).removeprefix("@")
            name = names.setdefault(handle.casefold(), handle)
            keys.setdefault(name, set()).update(str(key) for key in member.get("signingKeys", []))
    return keys
