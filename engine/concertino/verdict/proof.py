"""Whether the approval of an exception is proven: by the signature on the commits that brought it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from concertino.catalogue import Ancestry, GitArchive, Line, Past
from concertino.kinds import Kind
from concertino.model.history import Keys, NoHistory
from concertino.verdict.entry import RegisteredException
from concertino.verdict.rights import Holder, Rights, handle

_APPROVAL = ("approver", "approvedOn")
_APPROVED = (
    *("policies", "entities", "match", "validations", "keys", "parameters"),
    *("type", "requester", "startsOn", "expires", "renewalOf", "evidence", "controls"),
)
"""What was approved. Whoever changes it later has to hold the right, too."""
_SHORT = 12


@dataclass(frozen=True)
class Trusted:
    """Who holds which right and has which keys, read where the change that is judged can't reach."""

    rights: Rights
    keys: Keys


@dataclass(frozen=True)
class Prover:
    """Looks for the proof of approvals in the history of what is judged.

    `trusted` is a sentence where nobody can be trusted, since what the configuration names can't be read.
    """

    archive: GitArchive
    kind: Kind
    trusted: Trusted | str
    _signers: dict[str, str | NoHistory] = field(default_factory=dict)

    def __call__(self, item: RegisteredException, holder: Holder) -> str:
        """Why the approval of an exception is not proven; the empty text if it is."""
        if isinstance(self.trusted, str):
            return f"its approval can't be proven: {self.trusted}"
        past = self.archive.past(self.kind)
        if isinstance(past, NoHistory):
            return f"its approval can't be proven: {past.message}"
        positions = _decisive(past, past.line(item.entity.reference.identity))
        if not positions:
            return "its approval is not proven: no commit brought it"
        faults = (self._fault(past, position, item, holder, self.trusted.keys) for position in positions)
        return next((fault for fault in faults if fault), "")

    def _fault(self, past: Past, position: int, item: RegisteredException, holder: Holder, keys: Keys) -> str:
        commit = past.points[position].commit
        if not commit:
            return "its approval is not proven: it is not committed yet"
        if commit not in self._signers:
            self._signers[commit] = self.archive.signer(commit, keys)
        signer = self._signers[commit]
        if isinstance(signer, NoHistory):
            return f"its approval can't be proven: {signer.message}"
        what = f"its approval is not proven: commit {commit[:_SHORT]}"
        if not signer:
            claims = past.claims.get(commit)
            author = f" (which claims to be by {claims.author} <{claims.email}>)" if claims else ""
            return f"{what}{author} carries no signature by a key of a member of {holder.team}"
        if handle(signer) not in holder.members:
            return f"{what} is signed by {signer}, who is no member of {holder.team}"
        if handle(signer) == handle(item.spec.get("requester")):
            return f"{what} is signed by {signer}, who asked for it"
        return ""


def claimed(past: Past, item: RegisteredException) -> str:
    """What the commit that brought an approval says of itself: author, address and trailers. None of it is evidence."""
    approvals = sorted(_changes(past.line(item.entity.reference.identity), _APPROVAL))
    commit = past.points[approvals[-1]].commit if approvals else ""
    claims = past.claims.get(commit)
    if not commit or claims is None:
        return ""
    trailers = [f"{name}: {value}" for name, values in sorted(claims.trailers.items()) for value in values]
    return "; ".join([f"commit {commit[:_SHORT]} by {claims.author} <{claims.email}>", *trailers])


def _decisive(past: Past, line: Line) -> list[int]:
    """The commits that brought the approval, and those that changed what was approved without being known to it."""
    approvals = sorted(_changes(line, _APPROVAL))
    if not approvals:
        return []
    last = approvals[-1]
    ancestry = Ancestry(past.points)
    later = {
        position for position in _changes(line, (*_APPROVAL, *_APPROVED)) if not ancestry.is_before(position, last)
    }
    return sorted(later)


def _changes(line: Line, names: tuple[str, ...]) -> Iterator[int]:
    for name in names:
        yield from (change.position for change in line.changes(("spec", name)))
