"""Exceptions of a change, held against those of the revision that sets the rules.

Whoever may change the register may write any approval into it. So where the rules come from another revision, an
exception counts only as far as it stands there already, or as its approval is proven by a signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concertino.verdict.entry import RegisteredException
from concertino.verdict.force import Matter, Proof
from concertino.verdict.register import Register
from concertino.verdict.rights import Rights, scope_of

_SHORT = 12
_REMEDY = "merge the exception first, in a change of its own"
_SAME = ("match", "parameters", "requester", "approver", "approvedOn", "startsOn", "renewalOf")
"""What has to be word for word as it was. Evidence and controls may grow, once the entry has force without them."""


@dataclass(frozen=True)
class Settled:
    """Says why an exception does not count yet.

    `register` is that of the revision that sets the rules, and `revision` its full id. `proof` looks for signatures of
    those whom that revision knows.
    """

    register: Register
    revision: str
    rights: Rights
    proof: Proof | None = None
    _known: Mapping[str, RegisteredException] = field(init=False)

    def __post_init__(self) -> None:
        known = {item.name.casefold(): item for item in self.register.exceptions}
        object.__setattr__(self, "_known", known)

    def __call__(self, item: RegisteredException, matter: Matter, day: str) -> str:
        """Why an exception does not count towards a policy on an entity on an ISO day; the empty text if it does."""
        before = self._known.get(item.name.casefold())
        why = self._unsettled(before, item, matter, day)
        if not why or not self._unproven(item, matter):
            return ""
        return f"{why}, and no signature proves its approval: {_REMEDY}"

    def _unsettled(
        self, before: RegisteredException | None, item: RegisteredException, matter: Matter, day: str
    ) -> str:
        where = self.revision[:_SHORT]
        if before is None:
            return f"it does not stand in {where}, which sets the rules"
        changed = next((name for name in _SAME if before.spec.get(name) != item.spec.get(name)), "")
        if changed:
            return f"its {changed} is not as in {where}, which sets the rules"
        wider = _wider(before, item, matter)
        if wider:
            return f"{wider} in {where}, which sets the rules"
        found = self.register.force(before, matter.policy_id, matter.subject, day)
        return "" if found.holds else f"it has no force as it stands in {where}, which sets the rules ({found.why})"

    def _unproven(self, item: RegisteredException, matter: Matter) -> str:
        if self.proof is None or matter.policy is None or matter.entity is None:
            return "nobody looked"
        holder = self.rights.holder(matter.policy.approval_right, scope_of(matter.entity))
        return "nobody may approve it" if holder is None or holder.why else self.proof(item, holder)


def _wider(before: RegisteredException, item: RegisteredException, matter: Matter) -> str:
    """What an exception covers now and did not cover before: a sentence that ends before the revision."""
    if item.expires > before.expires:
        return f"it ends on {item.expires}, and on {before.expires}"
    if matter.policy_id not in before.policies and (before.policies or not before.text("match")):
        return f"it did not name {matter.policy_id}"
    if matter.subject not in before.subjects and (before.named or not before.text("match")):
        return f"it did not name {matter.subject}"
    for name in ("validations", "keys"):
        narrow, now = set(before.texts(name)), set(item.texts(name))
        if narrow and (not now or now - narrow):
            return f"it named fewer {name}"
    return ""
