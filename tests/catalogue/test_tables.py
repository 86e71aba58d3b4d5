"""CSV tables beside documents, judged like what stands in the documents themselves."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from concertino.model.outcome import Outcome
from concertino.verdict import Verdict

BRANDS = """
apiVersion: concertino/v1
kind: Team
metadata: {name: t}
spec: {type: platform, members: [{name: Ada, handle: ada}]}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: aurora, title: Aurora}
spec: {promise: Good., role: mature, team: t, resultOwner: t, demand: 2}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: oakwell, title: Oakwell}
spec: {promise: Good., role: mature, team: t, resultOwner: t, demand: 2}
"""
HEADER = "subject,period,value\n"
Judge = Callable[..., Verdict]


def measurement(name: str = "revenue", rows_from: str = "revenue.csv", more: str = "") -> str:
    return f"""
apiVersion: concertino/v1
kind: Measurement
metadata: {{name: {name}, title: Revenue}}
spec: {{metric: revenue, source: Ledger, rowsFrom: {rows_from}{more}}}
"""


def files(table: str | None = None) -> dict[str, str]:
    found = {"catalogue/brands.yaml": BRANDS, "catalogue/m/revenue.yaml": measurement()}
    if table is not None:
        found["catalogue/m/revenue.csv"] = table
    return found


def told(verdict: Verdict) -> list[str]:
    return [f"{item.place} {item.policy} {item.message}{_meant(item)}" for item in verdict.findings]


def _meant(item: Outcome) -> str:
    return f" -> {item.suggestion}" if item.suggestion else ""


def test_a_sound_table_is_no_finding_and_counts_as_a_file(verdict_on: Judge) -> None:
    found = verdict_on(files(f"{HEADER}brand:aurora,2026-Q1,12.5\n"))

    assert found.findings == ()
    assert found.files == 3


def test_a_policy_sees_the_rows_and_what_they_refer_to(verdict_on: Judge) -> None:
    policy = """
apiVersion: concertino/v1
kind: Policy
metadata: {name: nothing-is-lost, title: Nothing is lost}
spec:
  description: Why.
  target: Measurement
  severity: error
  enforcement: advisory
  approvalRight: funding
  validations:
    - each: entity.spec.rows
      key: item.subject + item.period
      expression: item.value >= 0.0 && item.refs.subject.metadata.title != "Oakwell"
  remediation: Earn more.
"""
    table = f"{HEADER}brand:aurora,2026-Q1,1\nbrand:aurora,2026-Q2,-1\nbrand:oakwell,2026-Q1,1\n"

    found = verdict_on(files(table) | {"policies/nothing-is-lost/policy.yaml": policy})

    assert [(str(item.place), item.key) for item in found.findings] == [
        ("catalogue/m/revenue.csv:3:1", "brand:aurora2026-Q2"),
        ("catalogue/m/revenue.csv:4:1", "brand:oakwell2026-Q1"),
    ]


def test_a_bad_cell_is_a_finding_on_the_entity_in_the_table(verdict_on: Judge) -> None:
    (found,) = verdict_on(files(f'{HEADER}brand:aurora,2026-Q1,1\nbrand:aurora,2026-Q2,"12,5"\n')).findings

    assert (found.policy, found.subject, str(found.place)) == (
        "schema",
        "measurement:revenue",
        "catalogue/m/revenue.csv:3:22",
    )
    assert (found.key, found.suggestion) == ("/spec/rows/1/value", "12.5")


def test_a_name_that_leads_nowhere_is_told_once_for_all_rows_with_it(verdict_on: Judge) -> None:
    rows = "".join(f"brand:{name},2026-Q{quarter},1\n" for quarter in (1, 2, 3) for name in ("aurora", "oakwel"))

    assert told(verdict_on(files(HEADER + rows))) == [
        'catalogue/m/revenue.csv:3:1 reference there is no Brand "oakwel"; 2 more rows name it too -> brand:oakwell'
    ]


def test_of_many_names_that_lead_nowhere_twenty_are_told_and_the_rest_is_counted(verdict_on: Judge) -> None:
    found = told(verdict_on(files(HEADER + "".join(f"brand:x{number},2026-Q1,1\n" for number in range(50)))))

    assert len(found) == 21
    assert found[-1] == "catalogue/m/revenue.csv:22:1 reference and 30 more rows name what is not there"


def test_a_cell_may_be_the_subject_of_a_row(verdict_on: Judge) -> None:
    capability = """
apiVersion: concertino/v1
kind: Capability
metadata: {name: orders, title: Orders}
spec: {standard: One order., plane: workflow, owner: t}
"""
    found = verdict_on(
        files(f"{HEADER}cell:aurora/orders,2026-Q1,1\ncell:aurora/ordres,2026-Q1,1\n")
        | {"catalogue/orders.yaml": capability}
    )

    assert told(found) == [
        'catalogue/m/revenue.csv:3:1 reference there is no Cell "aurora/ordres" -> cell:aurora/orders'
    ]


def test_a_table_that_is_not_there_is_told_where_it_is_named(verdict_on: Judge) -> None:
    found = verdict_on(files() | {"catalogue/m/revenues.csv": HEADER, "catalogue/revenue.csv": HEADER})

    assert told(found) == [
        'catalogue/m/revenue.yaml:5:51 unread there is no table "revenue.csv" beside this document -> revenues.csv'
    ]


@pytest.mark.parametrize(
    "name", ["../revenue.csv", "/etc/passwd.csv", "a/../../revenue.csv", "./revenue.csv", "a//b.csv"]
)
def test_a_table_outside_the_folder_of_its_document_is_never_read(verdict_on: Judge, name: str) -> None:
    table = {"catalogue/revenue.csv": "not a table", "revenue.csv": "not a table"}

    assert told(verdict_on({"catalogue/m/revenue.yaml": measurement(rows_from=name), **table})) == [
        (
            "catalogue/m/revenue.yaml:5:51 schema a table stands in the folder of its document or in one below it, "
            "and its name ends in .csv"
        )
    ]


def test_a_kind_of_ones_own_may_have_tables_and_is_held_to_the_same_folder(verdict_on: Judge) -> None:
    schema = """{
  "$id": "Price.schema.json", "title": "Price", "type": "object", "x-kind": {"name": "Price"},
  "required": ["apiVersion", "kind", "metadata", "spec"], "additionalProperties": false,
  "properties": {
    "apiVersion": {"$ref": "envelope.schema.json#/$defs/apiVersion"},
    "kind": {"const": "Price", "type": "string"},
    "metadata": {"$ref": "envelope.schema.json#/$defs/metadata"},
    "spec": {"type": "object", "properties": {"lists": {"type": "array", "items": {"type": "object", "properties": {
      "pricesFrom": {"type": "string", "x-rows-from": "prices"},
      "prices": {"type": "array", "items": {"$ref": "#/$defs/price"}}}}}}}
  },
  "$defs": {"price": {"type": "object", "required": ["cents"], "properties": {"cents": {"type": "integer"}}}}
}"""
    document = """
apiVersion: concertino/v1
kind: Price
metadata: {name: p}
spec:
  lists:
    - {pricesFrom: a.csv}
    - {pricesFrom: sub/b.csv}
    - {pricesFrom: ../revenue.csv}
"""
    found = verdict_on(
        {
            "schemas/Price.schema.json": schema,
            "catalogue/p/p.yaml": document,
            "catalogue/p/a.csv": "cents\n100\n2.5\n",
            "catalogue/p/sub/b.csv": "cents\nmuch\n",
            "catalogue/revenue.csv": "",
        }
    )

    assert told(found) == [
        'catalogue/p/a.csv:3:1 schema expected a whole number for "cents", found "2.5"',
        (
            'catalogue/p/p.yaml:9:20 schema "../revenue.csv" is not the name of a table in the folder of this document '
            "or below it"
        ),
        'catalogue/p/sub/b.csv:2:1 schema expected a whole number for "cents", found "much"',
    ]


def test_a_table_fills_one_document_only(verdict_on: Judge) -> None:
    second = {"catalogue/m/second.yaml": measurement("second")}

    assert told(verdict_on(files(f"{HEADER}brand:aurora,2026-Q1,1\n") | second)) == [
        (
            'catalogue/m/second.yaml:5:51 duplicate the table "revenue.csv" fills the rows of the document in '
            "catalogue/m/revenue.yaml:2:1 already"
        )
    ]


def test_rows_in_the_document_and_in_a_table_are_one_too_many(verdict_on: Judge) -> None:
    document = measurement(more=', rows: [{subject: "brand:aurora", period: 2026-Q1, value: 1}]')

    assert told(verdict_on(files(f"{HEADER}broken") | {"catalogue/m/revenue.yaml": document})) == [
        'catalogue/m/revenue.yaml:5:64 schema "rows" must not stand here, since "rowsFrom" is given'
    ]


def test_a_table_that_nobody_names_is_not_read(verdict_on: Judge) -> None:
    assert verdict_on({"catalogue/brands.yaml": BRANDS, "catalogue/other.csv": "whatever\n"}).findings == ()


def test_a_table_behind_a_symbolic_link_is_not_read(
    write: Callable[[Mapping[str, str]], Path], git: Callable[..., str], concertino: Callable[..., Any]
) -> None:
    folder = write(
        {
            "concertino.yaml": "apiVersion: concertino/v1\nkind: Configuration\nextends: []\n",
            "catalogue/m/revenue.yaml": measurement(),
            "elsewhere.csv": f"{HEADER}secret",
        }
    )
    (folder / "catalogue/m/revenue.csv").symlink_to("../../elsewhere.csv")
    git(folder, "init")
    ran = concertino("check", "-C", folder, "--as-of", "2026-06-30")

    assert ran.code == 1
    assert "catalogue/m/revenue.csv:1:1  error  unread" in ran.out
    assert "this is a symbolic link, and it is not followed" in ran.out
    assert "secret" not in ran.out


def test_fifty_thousand_rows_are_read_and_the_one_bad_row_is_found(verdict_on: Judge) -> None:
    rows = [f"brand:aurora,{1000 + number // 4 % 9000}-Q{1 + number % 4},{number}.5" for number in range(50_000)]
    rows[31_415] = rows[31_415].replace("-Q", "-K")
    rows[41_414] = rows[41_414].replace("aurora", "aurroa")

    found = told(verdict_on(files(HEADER + "\n".join(rows))))

    assert [item.partition(" ")[0] for item in found if "K" in item or "aurroa" in item] == [
        "catalogue/m/revenue.csv:31417:14",
        "catalogue/m/revenue.csv:41416:1",
    ]
