"""What a change means for a portfolio: a small group, one thing changed at a time."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from concertino.editing.starting import starting_files
from concertino.model.outcome import Enforcement, Outcome, Result, Severity
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision.shipped import shipped_files
from concertino.verdict import Judged, compare, compare_judged, judged, read_rules
from concertino.verdict.impact import Impact, Standpoint, Touches, impact_of
from concertino.verdict.impact_answers import CauseKind, Reading
from concertino.verdict.impact_exceptions import ExceptionFate
from concertino.verdict.impact_reviews import Due, ReviewDue
from concertino.verdict.stale import STALE_CHECK

DAY = "2026-06-10"
STARTED = dict(starting_files("2026-06-01", "concertino"))
DECISION = "catalogue/decisions/0001-order-management.yaml"
SHEET = "catalogue/sheet.yaml"
PACK = "policies/operate-orchestrate/"
MODEL = f"{PACK}decision-model.yaml"
EXCEPTION = "catalogue/exceptions/one.yaml"

Files = Mapping[str, str]
Impacts = Callable[[Files, Files], Impact]

CAPABILITIES = "catalogue/capabilities.yaml"
CAPABILITY = """apiVersion: concertino/v1
kind: Capability
metadata: {name: order-management, title: Order management}
spec:
  standard: One promise of delivery for every basket.
  plane: workflow
  owner: group-platform
"""
STARTED |= {CAPABILITIES: CAPABILITY}
DEFAULTS = {
    CAPABILITIES: f"{CAPABILITY}  defaults: {{differentiation: 1, commonality: 5, reuse: 5, economics: 5, risk: 2}}\n"
}
ASSESSMENT = """apiVersion: concertino/v1
kind: Assessment
metadata: {name: orders-brand, title: Orders as the brands see them}
spec:
  capability: order-management
  perspective: brand
  ratedOn: 2026-06-01
  rows:
    - {brand: harbour, by: dai, why: It is so., differentiation: 4, commonality: 1, reuse: 1, demand: 5}
"""

WAIVER = """apiVersion: concertino/v1
kind: Exception
metadata: {name: one, title: One}
spec:
  policies: [capability-metric-is-known]
  entities: [capability:order-management]
  type: waiver
  requester: dai
  owner: harbour-technology
  approver: ada
  approvedOn: 2026-06-02
  startsOn: 2026-06-02
  expires: 2026-08-01
  evidence:
    - {kind: risk, metric: incidents, baseline: 4, value: 2, unit: a year, period: 2026-Q1, source: Incident log,
       basis: observed}
  controls: [A look each Monday.]
  reason: The season has to end before anything moves.
"""
UNAPPROVED = WAIVER.replace("  approver: ada\n  approvedOn: 2026-06-02\n", "")
METRICS = {CAPABILITIES: f"{CAPABILITY}  metrics: [no-such-metric]\n"}


def _snapshot(files: Files) -> Snapshot:
    blobs = {path: text.encode() for path, text in files.items() if text}
    return Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
        read=lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )


@cache
def _judged(files: frozenset[tuple[str, str]]) -> Judged:
    snapshot = _snapshot({**STARTED, **dict(files)})
    return judged(snapshot, read_rules(snapshot, shipped_files()), DAY)


def _standpoint(side: Judged) -> Standpoint:
    return Standpoint(side.catalogue, side.rules.model, side.rules.configuration.limits, side.register)


@pytest.fixture(scope="module")
def impact() -> Impacts:
    """What becomes different from the start with some files to the start with others."""

    def build(before: Files, after: Files) -> Impact:
        base, head = (_judged(frozenset(files.items())) for files in (before, after))
        return impact_of(_standpoint(base), _standpoint(head), compare_judged(base, head), DAY)

    return build


def _edited(path: str, old: str, new: str) -> dict[str, str]:
    assert old in STARTED[path]
    return {path: STARTED[path].replace(old, new)}


def _fates(found: Impact) -> list[tuple[str, ExceptionFate]]:
    return [(item.exception, item.fate) for item in found.exceptions]


def test_what_is_only_moved_and_laid_out_anew_has_no_impact(impact: Impacts) -> None:
    text = STARTED["catalogue/brands.yaml"].replace("role: mature", "role:    mature  # as ever")
    found = impact({}, {"catalogue/brands.yaml": "", "catalogue/all/brands.yaml": text})

    assert (found.flips, found.exceptions, found.reviews, found.owners, found.arrived) == ((), (), (), (), ())


def test_a_recommendation_that_flips_names_the_level_and_the_line_of_the_value(impact: Impacts) -> None:
    found = impact(DEFAULTS, {**DEFAULTS, SHEET: ASSESSMENT})

    (flip,) = found.flips
    assert (flip.entity, flip.reading) == ("cell:harbour/order-management", Reading.RECOMMENDATION)
    assert flip.factors == {"brand": "harbour", "capability": "order-management"}
    assert flip.before != flip.now
    assert flip.causes
    for cause in flip.causes:
        assert cause.place is not None
        assert cause.kind is CauseKind.FACTOR
        assert (cause.level, cause.level_before) == ("own-row", "the default of the capability")
        assert (cause.place.file, cause.place.line) == (SHEET, 9)


def test_of_several_changed_values_those_that_suffice_are_the_cause(impact: Impacts) -> None:
    """One step of demand alone would leave the answer where it was."""
    after = ASSESSMENT.replace("differentiation: 4, commonality: 1, reuse: 1, demand: 5", "WEAK")
    low = after.replace("WEAK", "differentiation: 1, commonality: 5, reuse: 5, demand: 2")
    high = after.replace("WEAK", "differentiation: 4, commonality: 1, reuse: 1, demand: 3")
    found = impact({**DEFAULTS, SHEET: low}, {**DEFAULTS, SHEET: high})

    (flip,) = found.flips
    assert flip.causes
    assert "demand" not in [cause.name for cause in flip.causes]


def test_a_decided_answer_flips_through_the_field_of_its_decision(impact: Impacts) -> None:
    found = impact({}, _edited(DECISION, "model: orchestrate", "model: operate"))

    flips = [(item.entity, item.before, item.now) for item in found.flips if item.reading is Reading.DECIDED]
    cells = ("cell:harbour/order-management", "cell:meadow/order-management")
    assert flips == [(cell, "orchestrate", "operate") for cell in cells]
    (cause,) = found.flips[0].causes
    assert cause.place is not None
    assert (cause.kind, cause.name) == (CauseKind.ENTITY, "decision:order-management")
    assert cause.place.pointer == "/spec/model"


def test_an_actual_answer_flips_when_a_service_loses_a_consumer(impact: Impacts) -> None:
    found = impact({}, _edited("catalogue/services.yaml", "consumers: [harbour, meadow]", "consumers: [meadow]"))

    (flip,) = found.flips
    assert (flip.entity, flip.reading, flip.now) == ("cell:harbour/order-management", Reading.ACTUAL, "")
    assert [(cause.name, cause.before, cause.now) for cause in flip.causes] == [("service:order-hub", "there", "")]
    assert flip.causes[0].place is not None
    assert flip.causes[0].place.pointer.startswith("/spec/consumers")


def test_a_decision_model_that_answers_otherwise_is_itself_the_cause(impact: Impacts) -> None:
    pack = {path: data.decode() for path, data in shipped_files().items() if path.startswith(PACK)}
    model = pack[MODEL]
    between = "differentiation: 3, commonality: 3, reuse: 3, economics: 3"
    files = {
        **pack,
        CAPABILITIES: DEFAULTS[CAPABILITIES].replace(
            "differentiation: 1, commonality: 5, reuse: 5, economics: 5", between
        ),
    }
    cap = "[{bound: cap, answer: orchestrate}]"
    assert cap in model
    other = model.replace(cap, cap.replace("orchestrate", "federate"))
    found = impact(files, {**files, MODEL: other})

    assert found.flips
    assert {cause.kind for flip in found.flips for cause in flip.causes} == {CauseKind.MODEL}
    assert {cause.place.file for flip in found.flips for cause in flip.causes if cause.place} == {MODEL}


def test_cells_that_come_and_go_are_no_flips(impact: Impacts) -> None:
    more = CAPABILITY + (
        "---\napiVersion: concertino/v1\nkind: Capability\nmetadata: {name: search, title: Search}\n"
        "spec: {standard: One index., plane: workflow, owner: group-platform}\n"
    )
    there = {CAPABILITIES: more}

    came, went = impact({}, there), impact(there, {})
    assert came.arrived == went.left == ("cell:harbour/search", "cell:meadow/search")
    assert came.flips == went.flips == ()


def test_a_cell_that_can_not_be_computed_any_more_is_a_finding_and_no_flip(impact: Impacts) -> None:
    found = impact({}, _edited("catalogue/brands.yaml", "role: mature", "rolle: mature"))

    assert found.flips == ()


def test_decisions_whose_grounds_move_on_are_told_once_and_only_if_the_change_moved_them() -> None:
    side = _judged(frozenset())
    moved, old = (
        Outcome(
            STALE_CHECK, "", f"decision:{name}", key, Result.FAIL, Severity.WARNING, Enforcement.ADVISORY, "it moved"
        )
        for name, key in (("one", "score"), ("two", "score"))
    )
    again = replace(moved, key="answer")
    before, after = (replace(side.verdict, findings=findings) for findings in ((old,), (moved, again, old)))

    found = impact_of(_standpoint(side), _standpoint(side), compare(before, after), DAY)
    assert found.newly_stale == ("decision:one",)


@pytest.mark.parametrize(
    ("before", "after", "fates"),
    [
        pytest.param("", WAIVER, [ExceptionFate.OPENED], id="one that is new is opened"),
        pytest.param(WAIVER, "", [ExceptionFate.REMOVED], id="one that is gone is removed"),
        pytest.param(WAIVER, WAIVER.replace("08-01", "08-09"), [ExceptionFate.EXTENDED], id="a later end extends"),
        pytest.param(WAIVER, WAIVER.replace("08-01", "07-01"), [ExceptionFate.SHORTENED], id="an earlier end shortens"),
        pytest.param(
            WAIVER,
            UNAPPROVED,
            [ExceptionFate.LAPSED],
            id="one without its approval lapses",
        ),
        pytest.param(
            UNAPPROVED,
            WAIVER,
            [ExceptionFate.EFFECTIVE],
            id="one that is approved takes effect",
        ),
        pytest.param(WAIVER, WAIVER.replace("Monday", "Tuesday"), [], id="other words change nothing"),
    ],
)
def test_what_becomes_of_an_exception_is_told(
    impact: Impacts, before: str, after: str, fates: list[ExceptionFate]
) -> None:
    found = impact({**METRICS, EXCEPTION: before}, {**METRICS, EXCEPTION: after})

    assert _fates(found) == [("exception:one", fate) for fate in fates]


def test_an_exception_without_force_says_what_it_lacks(impact: Impacts) -> None:
    (change,) = impact(METRICS, {**METRICS, EXCEPTION: UNAPPROVED}).exceptions
    assert "approv" in change.why


def test_a_renewal_is_told_once_and_its_predecessor_not_at_all(impact: Impacts) -> None:
    renewal = WAIVER.replace("name: one, title: One", "name: two, title: Two")
    renewal = renewal.replace("expires: 2026-08-01", "expires: 2026-09-01\n  renewalOf: one")
    found = impact(
        {**METRICS, EXCEPTION: WAIVER}, {**METRICS, EXCEPTION: WAIVER, "catalogue/exceptions/two.yaml": renewal}
    )

    assert ("exception:two", ExceptionFate.RENEWED) in _fates(found)
    assert not [name for name, fate in _fates(found) if fate is ExceptionFate.LAPSED]


def test_an_exception_whose_fault_was_mended_is_unnecessary(impact: Impacts) -> None:
    found = impact({**METRICS, EXCEPTION: WAIVER}, {EXCEPTION: WAIVER})

    assert _fates(found) == [("exception:one", ExceptionFate.UNNECESSARY)]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        pytest.param("2026-06-09", Due.OVERDUE, id="a day that is past"),
        pytest.param("2026-06-10", Due.EARLIER, id="today, instead of later"),
        pytest.param("2026-08-25", None, id="later than before"),
    ],
)
def test_a_review_that_moves_nearer_is_due(impact: Impacts, day: str, due: Due | None) -> None:
    found = impact({}, _edited(DECISION, "nextReview: 2026-08-24", f"nextReview: {day}"))

    wanted = ReviewDue("decision:order-management", due, day, "2026-08-24") if due else None
    assert found.reviews == ((wanted,) if wanted else ())


def test_a_decision_that_is_given_up_needs_no_review(impact: Impacts) -> None:
    text = STARTED[DECISION].replace("nextReview: 2026-08-24", "nextReview: 2026-06-09")
    found = impact({}, {DECISION: text.replace("status: accepted", "status: deprecated")})

    assert found.reviews == ()


def test_something_that_happened_asks_for_a_review_until_somebody_looked(impact: Impacts) -> None:
    event = (
        "apiVersion: concertino/v1\nkind: Event\nmetadata: {name: outage, title: Outage}\n"
        "spec:\n  type: platform-incident\n  on: 2026-06-05\n"
    )
    looked = f"{event}  review: {{heldOn: 2026-06-08, teams: [group-platform], result: confirmed}}\n"
    path = "catalogue/events/outage.yaml"

    assert impact({}, {path: event}).reviews == (ReviewDue("event:outage", Due.ASKED, "2026-06-05"),)
    assert impact({}, {path: looked}).reviews == ()
    assert impact({path: event}, {path: looked}).reviews == ()


def test_the_owners_of_what_is_changed_are_counted_the_most_first(impact: Impacts) -> None:
    services = _edited("catalogue/services.yaml", 'version: "1.0"\n  mandatory', 'version: "1.1"\n  mandatory')
    services["catalogue/services.yaml"] = services["catalogue/services.yaml"].replace("target: 99.9", "target: 99.8")
    brands = _edited("catalogue/brands.yaml", "demand: 2", "demand: 4")
    found = impact({}, {**services, **brands, **_edited("catalogue/portfolio.yaml", "EUR", "SEK")})

    assert found.owners == (Touches("team:group-platform", 2), Touches("team:harbour-technology", 1), Touches("", 1))


def test_an_owner_who_hands_over_is_touched_as_is_the_one_who_takes_over(impact: Impacts) -> None:
    found = impact({}, _edited(CAPABILITIES, "owner: group-platform", "owner: group-commercial"))

    assert found.owners == (Touches("team:group-commercial", 1), Touches("team:group-platform", 1))
