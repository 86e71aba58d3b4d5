"""What a change does to exceptions: opened, renewed, ended, moved in time, or not needed any more."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from concertino.verdict.entry import RegisteredException
from concertino.verdict.register import Register


class ExceptionFate(StrEnum):
    """What becomes of an exception."""

    OPENED = "opened"
    RENEWED = "renewed"
    EFFECTIVE = "takes-effect"
    """It stood in the register before, and has force only now."""
    EXTENDED = "extended"
    SHORTENED = "shortened"
    LAPSED = "lapsed"
    """It is still in the register, and has no force any more."""
    REMOVED = "removed"
    UNNECESSARY = "unnecessary"
    """It excused something, and there is nothing left to excuse."""


@dataclass(frozen=True, slots=True)
class ExceptionChange:
    """One exception, what becomes of it, and its last day. `why` says what keeps it from having force, if anything.

    `policies` are those that it departs from, and `subjects` the entities it names, as they are written.
    """

    exception: str
    fate: ExceptionFate
    until: str
    why: str = ""
    policies: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


def exception_changes(base: Register, head: Register) -> Iterator[ExceptionChange]:
    """What becomes of the exceptions of two registers on one and the same day, sorted by reference."""
    before, after = ({item.name.casefold(): item for item in side.exceptions} for side in (base, head))
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old and new:
            yield from _kept(base, head, old, new)
        elif new:
            fate = ExceptionFate.RENEWED if new.before else ExceptionFate.OPENED
            yield _change(head, new, fate)
        elif old:
            until = base.last_day(old)
            why = "" if base.holds(old) else "it had no force"
            yield _told(old, ExceptionFate.REMOVED, until, why)


def _kept(
    base: Register, head: Register, old: RegisteredException, new: RegisteredException
) -> Iterator[ExceptionChange]:
    held, holds = base.holds(old), head.holds(new)
    if not held:
        if holds:
            yield _change(head, new, ExceptionFate.EFFECTIVE)
        return
    if not holds:
        if not new.continued:  # Of a renewed one its successor is told.
            yield _change(head, new, ExceptionFate.LAPSED)
        return
    before, now = base.last_day(old), head.last_day(new)
    if before != now:
        yield _change(head, new, ExceptionFate.EXTENDED if now > before else ExceptionFate.SHORTENED)
    if _excuses(base, old) and not _excuses(head, new):
        yield _change(head, new, ExceptionFate.UNNECESSARY)


def _excuses(register: Register, item: RegisteredException) -> bool:
    return any(use.applied for use in register.uses.get(item.name, ()))


def _change(register: Register, item: RegisteredException, fate: ExceptionFate) -> ExceptionChange:
    forces = (register.force(item, *pair) for pair in register.matters(item))
    why = "" if register.holds(item) else next((force.why for force in forces if not force.holds), "")
    return _told(item, fate, register.last_day(item), why)


def _told(item: RegisteredException, fate: ExceptionFate, until: str, why: str) -> ExceptionChange:
    return ExceptionChange(item.name, fate, until, why, item.policies, tuple(one.written for one in item.named))
