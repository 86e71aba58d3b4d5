"""The history that a case tells in place of git: earlier states of its entities, one commit after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from concertino.catalogue import Past, Point, State
from concertino.kinds import Kind
from concertino.model.history import Claims, Keys
from concertino.model.json import JsonObject

Entities = Mapping[tuple[str, str, str], JsonObject]
"""Documents by the identity of the entity that they describe."""


@dataclass(frozen=True)
class ToldCommit:
    """A commit of a case: the entities as they were then, and what the case says of the commit."""

    entities: Entities
    claims: Claims
    signed_by: str = ""


@dataclass(frozen=True)
class CaseArchive:
    """The past of a case: its commits in order, and then its entities, which are the working tree."""

    commits: Sequence[ToldCommit]
    entities: Entities

    def past(self, kind: Kind) -> Past:
        """The past of the entities of a kind."""
        times = [*(commit.entities for commit in self.commits), self.entities]
        points = [Point(_id(at) if at < len(self.commits) else "", (at - 1,) if at else ()) for at in range(len(times))]
        known = {identity for time in times for identity in time if identity[0] == kind.name.casefold()}
        states = {identity: {at: _state(time, identity) for at, time in enumerate(times)} for identity in known}
        return Past(points, states, {_id(at): commit.claims for at, commit in enumerate(self.commits)})

    def signer(self, commit: str, keys: Keys) -> str:  # noqa: ARG002 - a case says who signed, and needs no keys
        """Who signed a commit, in the words of the case."""
        return next((item.signed_by for at, item in enumerate(self.commits) if _id(at) == commit), "")


def claims_of(told: JsonObject) -> Claims:
    """What a case lets a commit say of itself; author and committer are one."""
    author, email, day = (str(told.get(key, "")) for key in ("author", "email", "authoredOn"))
    written = told.get("trailers")
    trailers = {
        name.lower(): tuple(map(str, values))
        for name, values in (written.items() if isinstance(written, Mapping) else ())
        if isinstance(values, list)
    }
    return Claims(author, email, day, author, email, day, trailers)


def _id(position: int) -> str:
    """An id of the usual length, counted from 1."""
    return f"{position + 1:040x}"


def _state(entities: Entities, identity: tuple[str, str, str]) -> State:
    return (entities[identity],) if identity in entities else ()
