"""A decision model comes with a pack, or stands beside the repository's own policies; at most one answers."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concertino.cli.main import run
from concertino.model.snapshot import Entry, EntryKind, Snapshot, Source, SourceKind
from concertino.revision import SnapshotProblem, open_snapshot
from concertino.revision.shipped import shipped_files
from concertino.verdict import Rules, judge, read_rules
from concertino.verdict.cases import run_cases

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/schemas/positive/DecisionModel"
SMALL = (
    (CASES / "smallest-model-there-is.yaml")
    .read_text()
    .replace("metadata: {name: a, title: A}", "metadata: {name: small, title: Small}")
    .replace('version: "1.0"', 'version: "1.0"\n  parameters: {most: 3}\n  parameterReasons: {most: Four are many.}')
)
PACK = """apiVersion: concertino/v1
kind: Pack
metadata: {name: NAME, title: Ours}
spec: {version: "1.0"}
"""
TEAM = """apiVersion: concertino/v1
kind: Team
metadata: {name: blue, title: Blue}
spec: {type: platform, members: [{name: Mara, handle: mara}]}
"""


def snapshot_of(files: Mapping[str, str], configuration: str) -> Snapshot:
    head = f"apiVersion: concertino/v1\nkind: Configuration\n{configuration}"
    blobs = {path: text.encode() for path, text in {"concertino.yaml": head, **files}.items()}
    return Snapshot(
        source=Source(SourceKind.WORKING_TREE),
        entries={path: Entry(path, EntryKind.FILE) for path in sorted(blobs)},
        read=lambda paths: {path: blobs[path] for path in paths if path in blobs},
    )


def rules_of(files: Mapping[str, str], configuration: str = "extends: []\n") -> Rules:
    return read_rules(snapshot_of(files, configuration), shipped_files())


def told(rules: Rules) -> list[tuple[str, str, str]]:
    return [(problem.check, str(problem.place), problem.message) for problem in rules.problems]


def test_the_shipped_pack_brings_its_model() -> None:
    rules = rules_of({}, "")

    assert told(rules) == []
    assert rules.model is not None
    assert (rules.model.model.id, len(rules.model.model.examples)) == ("operate-orchestrate", 20)


def test_the_model_of_the_pack_tells_the_same_worked_examples_as_the_case_of_its_schema() -> None:
    """The case has stand-ins for what the catalogue is asked; factors, guards and examples are the same."""
    shipped = rules_of({}, "").model
    case = rules_of({"policies/decision-model.yaml": next(CASES.glob("operate-*")).read_text()}).model

    assert shipped is not None
    assert case is not None
    assert [item.title for item in shipped.model.examples] == [item.title for item in case.model.examples]
    assert [item.inputs for item in shipped.model.examples] == [item.inputs for item in case.model.examples]


def test_a_repository_may_hold_a_model_beside_its_own_policies() -> None:
    rules = rules_of({"policies/decision-model.yaml": SMALL})

    assert told(rules) == []
    assert rules.model is not None
    assert rules.model.model.id == "small"


def test_without_a_model_there_is_none() -> None:
    rules = rules_of({})

    assert (rules.model, rules.policies.model, told(rules)) == (None, None, [])


def test_two_models_are_a_fault_until_the_configuration_says_which_one_answers() -> None:
    pack = {
        "policies/other/pack.yaml": PACK.replace("NAME", "other"),
        "policies/other/decision-model.yaml": SMALL.replace("name: small", "name: other"),
    }
    files = {"policies/decision-model.yaml": SMALL, **pack}
    both = rules_of(files, "extends: [other]\n")
    chosen = rules_of(files, "extends: [other]\ndecisionModel: {use: small}\n")

    assert [(check, place) for check, place, _ in told(both)] == [
        ("decision-model", "policies/decision-model.yaml:3:18")
    ]
    assert both.problems[0].related[0].place.file == "policies/other/decision-model.yaml"
    assert told(chosen) == []
    assert chosen.model is not None
    assert chosen.model.model.id == "small"


def test_two_models_of_one_name_are_a_fault_whatever_the_configuration_says() -> None:
    packs = {
        "policies/one/pack.yaml": PACK.replace("NAME", "one"),
        "policies/two/pack.yaml": PACK.replace("NAME", "two"),
    }
    models = {"policies/one/decision-model.yaml": SMALL, "policies/two/decision-model.yaml": SMALL}
    rules = rules_of({**packs, **models}, "extends: [one, two]\ndecisionModel: {use: small}\n")

    assert told(rules) == [
        (
            "decision-model",
            "policies/two/decision-model.yaml:3:18",
            'there are two decision models, called "small", and only one can answer',
        )
    ]


def test_a_model_of_an_unknown_name_is_told_with_the_one_that_was_meant() -> None:
    rules = rules_of({"policies/decision-model.yaml": SMALL}, "extends: []\ndecisionModel: {use: smal}\n")

    (problem,) = rules.problems
    assert (problem.check, problem.place.line, problem.suggestion) == ("configuration", 4, "small")
    assert problem.place.file == "concertino.yaml"


@pytest.mark.parametrize(
    ("setting", "line", "message"),
    [
        ("{parameters: {mots: 4}, reason: r}", 4, '"small" has no parameter "mots"'),
        (
            "{parameters: {most: many}, reason: r}",
            4,
            'parameter "most" of "small" is of type int, and "many" is of type',
        ),
    ],
)
def test_a_changed_parameter_must_be_one_of_the_model(setting: str, line: int, message: str) -> None:
    rules = rules_of({"policies/decision-model.yaml": SMALL}, f"extends: []\ndecisionModel: {setting}\n")

    ((check, place, said),) = told(rules)
    assert (check, place.split(":")[:2]) == ("configuration", ["concertino.yaml", str(line)])
    assert said.startswith(message)


def test_a_changed_parameter_needs_a_reason() -> None:
    rules = rules_of({"policies/decision-model.yaml": SMALL}, "decisionModel: {parameters: {most: 4}}\n")

    assert {check for check, _, _ in told(rules)} >= {"configuration"}


def test_a_changed_parameter_counts_and_is_shown_in_the_report_with_its_reason() -> None:
    files = {"policies/decision-model.yaml": SMALL, "catalogue/blue.yaml": TEAM}
    setting = "extends: []\ndecisionModel: {parameters: {most: 4}, reason: We are more.}\n"
    rules = rules_of(files, setting)
    verdict = judge(snapshot_of(files, setting), rules, "2026-06-30")
    plain = judge(snapshot_of(files, "extends: []\n"), rules_of(files), "2026-06-30")

    assert rules.model is not None
    assert rules.model.model.parameters == {"most": 4}
    assert [(item.policy, item.change, item.reason) for item in verdict.overrides] == [
        ("small", "most 3 → 4", "We are more.")
    ]
    assert verdict.policies_digest != plain.policies_digest


def test_the_model_is_part_of_the_digest_of_the_policies() -> None:
    def digest(model: str) -> str:
        files = {"policies/decision-model.yaml": model, "catalogue/blue.yaml": TEAM}
        return judge(snapshot_of(files, "extends: []\n"), rules_of(files), "2026-06-30").policies_digest

    assert digest(SMALL) == digest(SMALL + "# a comment decides nothing\n")
    assert digest(SMALL) != digest(SMALL.replace("from: 205", "from: 206"))


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (("spec:", "spce:"), "4:1", 'unknown field "spce"'),
        (("direction: last", "direction: up"), "13:18", '"up" is not a value'),
        (('worth: "3"', 'wroth: "3"'), "17:57", '"wroth" is no factor of this model'),
        (('worth: "3"', "worth: entity.spec.refs.brnd.spec.demand"), "17:81", 'has no field "brnd"'),
        (('worth: "3"', "worth: asOf"), "17:64", "a score is a whole number, and this is string"),
        (("spec:\n", "spec:\n  target: Cel\n"), "5:11", '"Cel" is not a kind'),
    ],
    ids=["an unknown field", "no value of an enum", "an unknown factor", "a misspelt field", "no number", "no kind"],
)
def test_a_fault_of_a_model_is_told_where_it_is(change: tuple[str, str], place: str, message: str) -> None:
    rules = rules_of({"policies/decision-model.yaml": SMALL.replace(*change)})

    found = [(where, said) for check, where, said in told(rules) if check == "decision-model"]
    assert any(message in said for _, said in found), found
    assert any(where == f"policies/decision-model.yaml:{place}" for where, _ in found), found
    assert rules.model is None


def test_a_broken_model_does_not_hide_the_findings_of_policies_and_ends_with_exit_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path), "--quiet", "--as-of", "2026-06-01"]) == 0
    (tmp_path / "policies").mkdir(exist_ok=True)
    (tmp_path / "policies/decision-model.yaml").write_text(SMALL.replace("weight: 100", "weight: 90"))
    with (tmp_path / "concertino.yaml").open("a") as file:
        file.write("decisionModel: {use: small}\n")
    code = run(["check", "-C", str(tmp_path), "--as-of", "2026-06-01", "--format", "json"])
    report = json.loads(capsys.readouterr().out.partition("{")[2].join(("{", "")))

    assert code == 2
    assert "decision-model" in {finding["policy"] for finding in report["findings"]}
    assert report["summary"]


READING = """apiVersion: concertino/v1
kind: Policy
metadata: {name: reading, title: A title}
spec:
  description: Why.
  target: Cell
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  remediation: Mend it.
  validations: [{expression: 'entity.matrix.recommendation == "own"'}]
"""


@pytest.mark.parametrize(
    "change", [("weight: 100", "weight: 90"), ("weight: 100", "wieght: 100"), ("spec:", "spec: [")]
)
def test_policies_that_read_a_broken_model_do_not_each_repeat_what_is_wrong_with_it(change: tuple[str, str]) -> None:
    rules = rules_of({"policies/decision-model.yaml": SMALL.replace(*change), "policies/reading/policy.yaml": READING})

    assert {problem.check for problem in rules.problems} == {"decision-model"}
    assert rules.policies.policies == ()
    assert rules.policies.ids == ("reading",)


READING_CASES = """apiVersion: concertino/v1
kind: Cases
metadata: {name: reading}
spec:
  asOf: 2026-06-30
  entities:
    - {kind: Brand, metadata: {name: knit}}
    - {kind: Capability, metadata: {name: orders}, spec: {defaults: {differentiation: 5}}}
  cases:
    - name: What everybody misses is the brand's own
      expect: [{entity: "cell:knit/orders", outcome: pass}]
    - name: What nobody misses is shared
      change: [{entity: "capability:orders", set: spec.defaults.differentiation, to: 1}]
      expect: [{entity: "cell:knit/orders", outcome: fail}]
"""


def test_the_cases_of_a_policy_are_judged_with_the_model_that_applies() -> None:
    model = SMALL.replace('worth: "3"', "worth: entity.spec.refs.capability.spec.?defaults.?differentiation")
    rules = rules_of({"policies/decision-model.yaml": model, "policies/reading/policy.yaml": READING})
    assert told(rules) == []
    report = run_cases(rules.policies.policies[0], "cases.yaml", READING_CASES.encode(), rules)

    assert report.problems == ()
    assert [result.failures for result in report.results] == [(), ()]


@pytest.fixture
def of_this_repository() -> Callable[[], Rules]:
    def call() -> Rules:
        snapshot = open_snapshot(ROOT, environment=os.environ)
        assert not isinstance(snapshot, SnapshotProblem)
        return read_rules(snapshot, shipped_files())

    return call


def test_every_parameter_of_the_shipped_model_has_a_reason_and_is_read(of_this_repository: Callable[[], Rules]) -> None:
    source = of_this_repository().policies.model
    assert source is not None
    spec = source.spec
    parameters, reasons = spec["parameters"], spec["parameterReasons"]
    assert isinstance(parameters, Mapping)
    assert isinstance(reasons, Mapping)

    assert set(parameters) == set(reasons)
    text = source.data.decode()
    read_by_the_check_stale = {"staleScoreChange"}
    assert {name for name in parameters if f"params.{name}" not in text} == read_by_the_check_stale
