"""What a judged change means for the portfolio, worked out of both of its sides."""

from concertino.cli.records_writing import existing_records, rendered_records
from concertino.cli.session import Session
from concertino.cli.sides import Review, Sides
from concertino.records import Drift, compare_records, faulty_decisions
from concertino.verdict import Judged, Rules, read_catalogue
from concertino.verdict.impact import Impact, RecordDue, Standpoint, impact_of


def consequences(sides: Sides, review: Review) -> Impact | None:
    """What becomes different with a change; nothing where it is compared with nothing."""
    if sides.base is None or review.base is None or review.comparison is None:
        return None
    return impact_of(
        _standpoint(sides.base, review.base),
        _standpoint(sides.head, review.head),
        review.comparison,
        review.head.verdict.as_of,
        _records(sides.base, sides.head),
    )


def _standpoint(session: Session, found: Judged) -> Standpoint:
    """One side as it stands by itself.

    Where the rules come from elsewhere, its own decision model answers all the same. Otherwise a change of the model
    would seem to move nothing, and everything would move once it is merged.
    """
    own, limits = session.own_rules, found.rules.configuration.limits
    if session.ruling is None or _model_of(own) == _model_of(found.rules):
        return Standpoint(found.catalogue, found.rules.model, limits, found.register)
    return Standpoint(read_catalogue(session.snapshot, own), own.model, limits, found.register)


def _model_of(rules: Rules) -> str:
    source = rules.policies.model
    return source.digest if source else ""


def _records(base: Session, head: Session) -> tuple[RecordDue, ...]:
    """The records that differ from the catalogue now and did not in the same way before."""
    now = _drifts(head)
    before = {(item.path, item.kind) for item in _drifts(base)} if now else set()
    return tuple(
        RecordDue(item.path, item.decision, item.message) for item in now if (item.path, item.kind) not in before
    )


def _drifts(session: Session) -> tuple[Drift, ...]:
    rendering = rendered_records(session)
    existing, spared = existing_records(session, rendering), faulty_decisions(session.catalogue)
    return compare_records(rendering.files, existing, session.rules.configuration.records, spared=spared)
