"""What the audit says of exceptions, and that its totals can be counted again by somebody else."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import pytest
from markdown_it import MarkdownIt

from concertino.documents.references import made_absolute
from concertino.rendering.audits import AUDIT_FORMATS, AuditContext
from concertino.revision.shipped import shipped_files
from concertino.verdict import judge_and_tell, read_rules
from concertino.verdict.audit import Audit, Flag, audit_of
from concertino.verdict.auditing import audited

POLICY = "node-is-shared"
DAY = "2026-05-01"


def audit(
    world: SimpleNamespace, documents: list[dict[str, Any]], *policies: Mapping[str, Any], day: str = DAY
) -> Audit:
    snapshot = world.snapshot(world.files(documents, *(policies or (world.policy(POLICY),))))
    verdict, register = judge_and_tell(snapshot, read_rules(snapshot, shipped_files()), day)
    return audit_of(verdict, audited(register))


def flags(found: Audit, name: str = "own-node") -> set[str]:
    (item,) = [item for item in found.exceptions if item.reference == f"exception:{name}"]
    return {flag.value for flag in item.flags}


def said(found: Audit, flag: Flag) -> str:
    return " ".join(
        f"{remark.text} {remark.suggestion}"
        for item in found.exceptions
        for remark in item.remarks
        if remark.flag is flag
    )


OLD_FIGURE = {"asOf": "2025-01-01"}


@pytest.mark.parametrize(
    ("change", "day", "expected"),
    [
        pytest.param({}, "2026-03-20", {"in-force"}, id="far from its end"),
        pytest.param({}, "2026-04-01", {"in-force", "expiring-90"}, id="ninety days before its end"),
        pytest.param({}, "2026-05-31", {"in-force", "expiring-90", "expiring"}, id="thirty days before its end"),
        pytest.param(
            {}, "2026-06-23", {"in-force", "expiring-90", "expiring", "expiring-7"}, id="a week before its end"
        ),
        pytest.param({}, "2026-07-01", {"expired"}, id="the day after its end"),
        pytest.param({}, "2026-03-10", {"waiting"}, id="approved and not begun"),
        pytest.param({"approver": None}, DAY, {"waiting"}, id="nobody approved it yet"),
        pytest.param({"approver": None}, "2026-07-01", {"expired"}, id="nobody approved it, and it is over"),
        pytest.param({"rejectedBy": "ada", "rejectedOn": "2026-04-01"}, DAY, {"rejected"}, id="refused"),
        pytest.param({"revokedBy": "ada", "revokedOn": "2026-04-01"}, DAY, {"revoked"}, id="taken back"),
        pytest.param({"approver": "fay"}, DAY, {"without-effect"}, id="approved by somebody who may not"),
        pytest.param({"evidence": []}, DAY, {"without-effect", "evidence-missing"}, id="without evidence"),
        pytest.param(
            {"policies": ["node-is-shard"]}, DAY, {"without-effect", "orphaned"}, id="from a policy that is gone"
        ),
        pytest.param({"type": "waver"}, DAY, {"faulty"}, id="with a fault of its own"),
        pytest.param(
            {"entities": ["cell:aurora/orders", "brand:aurora"]},
            "2026-03-20",
            {"in-force", "partly-used"},
            id="naming something that no policy of it judges",
        ),
        pytest.param(
            {"entities": ["cell:aurora/orders", "cell:aurora/order"]},
            "2026-03-20",
            {"in-force", "orphaned"},
            id="naming an entity that is gone, among others",
        ),
        pytest.param(
            {"entities": ["cell:aurora/orders", "cell:oakwell/orders"]},
            "2026-03-20",
            {"in-force", "over-broad"},
            id="covering all brands",
        ),
    ],
)
def test_an_exception_is_told_as_what_it_is(
    world: SimpleNamespace, change: dict[str, Any], day: str, expected: set[str]
) -> None:
    without = [key for key, value in change.items() if value is None]
    given = {key: value for key, value in change.items() if value is not None}
    found = audit(world, [*world.group, world.exception("own-node", *without, **given)], day=day)

    assert flags(found) == expected


def test_evidence_grows_stale(world: SimpleNamespace) -> None:
    figure = {**world.figure, "asOf": "2025-04-25"}
    documents = [*world.group, world.exception("own-node", evidence=[figure])]

    assert "evidence-stale" not in flags(audit(world, documents, day="2026-04-30"))
    assert "evidence-stale" in flags(audit(world, documents, day="2026-05-01"))


def test_an_exception_that_rests_on_a_forecast_ends_with_it(world: SimpleNamespace) -> None:
    figure = {**world.figure, "basis": "expected", "confirmBy": "2026-05-06"}
    found = audit(world, [*world.group, world.exception("own-node", evidence=[figure])])

    assert "expiring-7" in flags(found)
    assert "in force until 2026-05-06: a forecast is to be confirmed" in said(found, Flag.EXPIRING_7)


def test_an_exception_is_unused_once_the_fault_is_mended(world: SimpleNamespace) -> None:
    documents = [*world.group, world.exception("own-node")]
    mended = world.policy(POLICY, validations=[{"name": "shared", "expression": "true"}])

    assert "unused" not in flags(audit(world, documents))
    assert "unused" in flags(audit(world, documents, mended))


def test_an_exception_is_orphaned_once_its_entity_is_renamed_and_the_new_name_is_suggested(
    world: SimpleNamespace,
) -> None:
    text = json.dumps([*world.group, world.exception("own-node", entities=["brand:aurora"])])
    kept = json.loads(text)
    renamed = json.loads(
        text.replace('"name": "aurora"', '"name": "aurora-nord"').replace('["aurora"]', '["aurora-nord"]')
    )
    brands = world.policy(POLICY, target="Brand")

    assert flags(audit(world, kept, brands)) == {"in-force", "expiring-90"}
    found = audit(world, renamed, brands)
    assert flags(found) == {"without-effect", "orphaned"}
    assert "brand:aurora is not in the catalogue any more brand:aurora-nord" in said(found, Flag.ORPHANED)


def test_an_exception_is_superseded_once_its_policy_changes(world: SimpleNamespace) -> None:
    snapshot = world.snapshot(world.files(world.group, world.policy(POLICY)))
    (policy,) = read_rules(snapshot, shipped_files()).policies.policies
    documents = [*world.group, world.exception("own-node", policyDigests={POLICY: policy.digest[:16]})]

    assert "superseded" not in flags(audit(world, documents))
    changed = audit(world, documents, world.policy(POLICY, severity="warning"))
    assert "superseded" in flags(changed)
    assert "in-force" in flags(changed)


def test_two_exceptions_on_one_matter_overlap_and_only_one_of_them_is_applied(world: SimpleNamespace) -> None:
    found = audit(world, [*world.group, world.exception("own-node"), world.exception("again")])

    assert {"overlapping", "in-force"} <= flags(found) & flags(found, "again")
    assert found.total.waives == 1
    assert "exception:again is in force on node-is-shared for cell:aurora/orders, too" in said(found, Flag.OVERLAPPING)


def test_exceptions_on_different_elements_do_not_overlap(world: SimpleNamespace) -> None:
    other = world.exception("again", keys=["another"])

    assert "overlapping" not in flags(audit(world, [*world.group, world.exception("own-node", keys=["one"]), other]))


def test_what_was_renewed_is_history_and_what_renews_too_often_is_found(world: SimpleNamespace) -> None:
    days = {"approvedOn": "2025-01-01", "startsOn": "2025-01-01", "expires": "2025-02-01"}
    chain = [
        world.exception(f"before-{number}", **days, **({"renewalOf": f"before-{number + 1}"} if number < 3 else {}))
        for number in (1, 2, 3)
    ]
    found = audit(world, [*world.group, *chain, world.exception("own-node", renewalOf="before-1")])

    assert flags(found, "before-1") == {"renewed"}
    assert flags(found) == {"without-effect", "renewed-too-often"}


def test_totals_of_two_hundred_exceptions_over_five_thousand_entities_can_be_counted_again(
    world: SimpleNamespace,
) -> None:
    documents = large_register(world)
    live = world.policy(POLICY, target="Service", when='entity.spec.lifecycle == "live"')
    found = audit(world, documents, live, day="2026-06-30")
    expected = counted_again(documents, "2026-06-30")

    assert len(documents) >= 5_000
    assert len(found.exceptions) == 200
    told: dict[tuple[str, str, str], int] = {}
    for dimension, rows in {"all": (found.total,), **found.by}.items():
        for row in rows:
            told[dimension, row.name, "exceptions"] = row.exceptions
            told[dimension, row.name, "waives"] = row.waives
            for flag in (Flag.IN_FORCE, Flag.EXPIRING, Flag.EXPIRED, Flag.WAITING, Flag.REVOKED, Flag.UNUSED):
                told[dimension, row.name, flag.value] = row.of(flag)
    assert {key: value for key, value in told.items() if value} == expected


def large_register(world: SimpleNamespace) -> list[dict[str, Any]]:
    """Four brands, forty capabilities, and services by the thousand, of which two hundred have an exception."""
    people = [item for item in world.group if item["kind"] in ("Team", "DecisionRight", "Portfolio")]
    brand = next(item for item in world.group if item["kind"] == "Brand")
    documents = [*people]
    brands = ["aurora", "fjellhus", "oakwell", "tidewater"]
    documents += [{**brand, "metadata": {"name": name, "title": name.title()}} for name in brands]
    for number in range(40):
        capability = {"standard": "One.", "plane": "workflow", "owner": "board"}
        documents.append(world.document("Capability", f"c{number:02d}", capability))
    for number in range(4_950):
        spec: dict[str, object] = {
            "owner": "aurora-technology",
            "capabilities": [f"c{number % 40:02d}"],
            "consumers": [brands[number % 4]],
            "lifecycle": "live" if number % 3 else "planned",
        }
        documents.append(world.document("Service", f"s{number:04d}", spec))
    for number in range(200):
        ends = ("2026-06-29", "2026-06-30", "2026-07-30", "2026-07-31", "2026-08-15")[number % 5]
        change: dict[str, object] = {
            "startsOn": "2026-03-01",
            "expires": ends,
            "entities": [f"service:s{number * 7:04d}"],
        }
        if number % 11 == 0:
            change |= {"revokedBy": "ada", "revokedOn": "2026-06-30"}
        without = ("approver", "approvedOn") if number % 13 == 0 else ()
        approver = {} if without else {"approver": ("ada", "bea")[number % 2]}
        documents.append(world.exception(f"x{number:03d}", *without, **change, **approver))
    return documents


def counted_again(documents: list[dict[str, Any]], day: str) -> dict[tuple[str, str, str], int]:
    """The same totals, from the documents alone. The policy fails on every live service."""
    services = {f"service:{item['metadata']['name']}": item["spec"] for item in documents if item["kind"] == "Service"}
    found: Counter[tuple[str, str, str]] = Counter()
    for item in documents:
        if item["kind"] != "Exception":
            continue
        spec = item["spec"]
        service = services[spec["entities"][0]]
        words, waives = ["exceptions"], 0
        if spec.get("revokedOn", "9") <= day:
            words.append("revoked")
        elif spec["expires"] < day:
            words.append("expired")
        elif "approver" not in spec:
            words.append("waiting")
        else:
            waives = int(service["lifecycle"] == "live")
            words += ["in-force", *(["expiring"] if spec["expires"] <= "2026-07-30" else [])]
            words += [] if waives else ["unused"]
        places = {
            "all": "",
            "brand": service["consumers"][0],
            "capability": service["capabilities"][0],
            "policy": POLICY,
            "approver": spec.get("approver", ""),
        }
        for dimension, name in places.items():
            found.update((dimension, name, word) for word in words)
            found[dimension, name, "waives"] += waives
    return {key: value for key, value in found.items() if value}


@pytest.fixture(scope="module")
def mixed(world: SimpleNamespace) -> Audit:
    """A register with something of everything, and with words that are not meant well."""
    hostile = "=1+1,\u202e;\x1b[31m <script>|\n@everyone"
    return audit(
        world,
        [
            *world.group,
            world.exception("own-node", expires="2026-05-07", ticket=hostile, reason=hostile),
            world.exception("again", keys=["x"]),
            world.exception("late", expires="2026-04-01"),
            world.exception("asked", "approver", "approvedOn", entities=["cell:oakwell/orders"]),
            world.exception("gone", entities=["cell:oakwel/orders"]),
        ],
    )


def test_the_json_is_as_its_schema_says_and_holds_what_the_audit_holds(mixed: Audit) -> None:
    text = AUDIT_FORMATS["json"].render(AuditContext(mixed, frozenset((Flag.EXPIRED,))))
    value = json.loads(text)
    schema = json.loads(shipped_files()["schemas/audit.schema.json"])

    jsonschema_rs.validator_for(schema).validate(value)
    assert value["failed"] is True
    assert [item["exception"] for item in value["exceptions"]] == [item.reference for item in mixed.exceptions]
    assert made_absolute(schema, "audit.schema.json")


def test_the_csv_can_be_read_back_and_runs_nothing_in_a_spreadsheet(mixed: Audit) -> None:
    text = AUDIT_FORMATS["csv"].render(AuditContext(mixed))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert [row["exception"] for row in rows] == [item.reference for item in mixed.exceptions]
    assert not [cell for row in rows for name, cell in row.items() if cell.startswith(("=", "@", "+"))]
    assert {row["state"] for row in rows} == {"approved", "expired", "requested"}


def test_the_markdown_is_tables_and_no_markup_of_others(mixed: Audit) -> None:
    text = AUDIT_FORMATS["markdown"].render(AuditContext(mixed))
    tokens = MarkdownIt("commonmark").enable("table").parse(text)

    assert sum(token.type == "table_open" for token in tokens) >= 6
    assert "<script>" not in text
    assert "\x1b" not in text


def test_the_text_names_the_place_and_the_reason_of_everything_that_is_the_matter(mixed: Audit) -> None:
    text = AUDIT_FORMATS["text"].render(AuditContext(mixed, frozenset((Flag.ORPHANED,))))

    assert 'did you mean "cell:oakwell/orders"?' in text
    assert "fails on: orphaned" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
