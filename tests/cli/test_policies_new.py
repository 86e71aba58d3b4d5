"""What `policies new` writes is a real policy: it passes lint, test and check as it stands, on every kind."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from concertino.cli.main import run

ROOT = Path(__file__).resolve().parents[2]
KINDS = sorted(
    path.name.removesuffix(".schema.json")
    for path in (ROOT / "schemas").glob("*.schema.json")
    if '"x-kind"' in path.read_text()
)
DAY = "2026-06-01"


def schema(name: str, spec: dict[str, Any], required: list[str], **more: object) -> str:
    """The schema of a kind of one's own, without any example in it."""
    envelope = "envelope.schema.json#/$defs"
    return json.dumps(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"{name}.schema.json",
            "title": name,
            "description": f"A {name.lower()}.",
            "type": "object",
            "x-kind": {"name": name, "plural": f"{name.lower()}s", "folder": f"{name.lower()}s"},
            **more,
            "required": ["apiVersion", "kind", "metadata", "spec"],
            "additionalProperties": False,
            "properties": {
                "apiVersion": {"$ref": f"{envelope}/apiVersion"},
                "kind": {"const": name, "type": "string", "description": f"Always {name}."},
                "metadata": {"$ref": f"{envelope}/metadata"},
                "spec": {
                    "type": "object",
                    "description": "What it is.",
                    "required": required,
                    "additionalProperties": False,
                    "properties": spec,
                },
            },
        }
    )


def refers(kind: str, inverse: str) -> dict[str, Any]:
    return {
        "$ref": "envelope.schema.json#/$defs/reference",
        "description": f"Its {kind.lower()}.",
        "x-reference": {"kind": kind, "inverse": inverse},
    }


OWN_KINDS = {
    # Two kinds that refer to each other, and the kind of their pairs.
    "Harbour": schema(
        "Harbour",
        {"flagship": refers("Vessel", "homes"), "depth": {"type": "number", "description": "Metres.", "minimum": 2}},
        ["flagship", "depth"],
    ),
    "Vessel": schema("Vessel", {"home": refers("Harbour", "vessels")}, ["home"]),
    "Call": schema(
        "Call",
        {"harbour": refers("Harbour", "calls"), "vessel": refers("Vessel", "calls")},
        ["harbour", "vessel"],
        **{
            "x-kind": {"name": "Call", "plural": "calls", "folder": ""},
            "x-product": {"factors": {"harbour": "Harbour", "vessel": "Vessel"}, "place": "harbour"},
        },
    ),
    # Nothing but a list whose elements have to differ, and nothing but a text of a certain form.
    "Fleet": schema(
        "Fleet",
        {"names": {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "string"}}},
        ["names"],
    ),
    "Berth": schema("Berth", {"code": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}$"}}, ["code"]),
    "Buoy": schema("Buoy", {}, []),
}


@pytest.fixture(scope="module")
def initial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `init` writes."""
    folder = tmp_path_factory.mktemp("initial")
    assert run(["init", "-C", str(folder), "--as-of", DAY, "--quiet"]) == 0
    return folder


@pytest.fixture
def started(initial: Path, tmp_path: Path) -> Path:
    """The same without the shipped pack: only policies of one's own judge, and load quickly."""
    folder = tmp_path / "started"
    shutil.copytree(initial, folder)
    configuration = folder / "concertino.yaml"
    configuration.write_text(configuration.read_text().replace("extends: [operate-orchestrate]", "extends: []"))
    return folder


@pytest.fixture
def new(started: Path, concertino: Callable[..., Any]) -> Callable[..., Any]:
    """Runs `policies new` in the started repository."""
    return lambda *arguments: concertino("policies", "new", *arguments, "-C", started, "--as-of", DAY)


def policy_of(folder: Path, name: str) -> str:
    return (folder / f"policies/{name}/policy.yaml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_on_every_shipped_kind_what_is_written_passes_lint_test_and_check(
    initial: Path, started: Path, new: Callable[..., Any], concertino: Callable[..., Any]
) -> None:
    """With the shipped pack beside it, on the catalogue that `init` writes."""
    for kind in KINDS:
        ran = new(f"first-{kind.lower()}", "--target", kind)
        assert ran.code == 0, ran.err
    names = [f"first-{kind.lower()}" for kind in KINDS]
    shutil.copy(initial / "concertino.yaml", started)

    assert concertino("policies", "lint", "-C", started).code == 0
    tested = concertino("policies", "test", *names, "-C", started)
    assert (tested.code, tested.out.splitlines()[-1]) == (0, f"{3 * len(KINDS)} passed, 0 failed")
    assert concertino("check", "-C", started, "--as-of", DAY, "--fail-on", "note").code == 0
    assert len(KINDS) >= 14


def test_on_kinds_of_ones_own_too_also_where_they_refer_to_each_other(
    started: Path, new: Callable[..., Any], concertino: Callable[..., Any]
) -> None:
    (started / "schemas").mkdir(exist_ok=True)
    for kind, text in OWN_KINDS.items():
        (started / f"schemas/{kind}.schema.json").write_text(text)
    for kind in OWN_KINDS:
        ran = new(f"first-{kind.lower()}", "--target", kind)
        assert ran.code == 0, f"{kind}: {ran.err}"

    assert concertino("policies", "lint", "-C", started).code == 0
    tested = concertino("policies", "test", *(f"first-{kind.lower()}" for kind in OWN_KINDS), "-C", started)
    assert (tested.code, tested.out.splitlines()[-1]) == (0, f"{3 * len(OWN_KINDS)} passed, 0 failed")
    assert concertino("check", "-C", started, "--as-of", DAY).code == 0
    assert "has(entity.spec.refs.flagship.metadata.title)" in policy_of(started, "first-harbour")


@pytest.mark.parametrize(
    ("field", "expression"),
    [
        ("spec.demand", "entity.spec.demand >= params.least"),
        ("spec.promise", "size(entity.spec.promise) <= params.longest"),
        ("spec.role", "!(entity.spec.role in params.unwanted)"),
        ("spec.team", "has(entity.spec.refs.team.metadata.title)"),
        ("spec.lifecycle", "has(entity.spec.lifecycle)"),
        ("metadata.title", "size(entity.metadata.title) <= params.longest"),
        ("metadata.name", "size(entity.metadata.name) <= params.longest"),
    ],
    ids=["a number", "a text", "a choice", "a reference", "what may be left out", "the title", "the name"],
)
def test_the_rule_fits_the_type_of_the_field(
    started: Path, new: Callable[..., Any], concertino: Callable[..., Any], field: str, expression: str
) -> None:
    ran = new("brand-rule", "--field", field)

    assert ran.code == 0, ran.err
    assert f"expression: '{expression}'" in policy_of(started, "brand-rule")
    assert concertino("policies", "test", "brand-rule", "-C", started).out.endswith("3 passed, 0 failed\n")


def test_several_fields_are_several_conditions_with_thresholds_and_failing_cases_of_their_own(
    started: Path, new: Callable[..., Any], concertino: Callable[..., Any]
) -> None:
    ran = new("brand-rule", "--field", "spec.promise", "--field", "metadata.name", "--title", "Two things at once")

    assert ran.code == 0, ran.err
    assert "parameters: {longest: 80, longestMetadataName: 31}" in policy_of(started, "brand-rule")
    assert "title: Two things at once" in policy_of(started, "brand-rule")
    assert concertino("policies", "test", "brand-rule", "-C", started).out.endswith("4 passed, 0 failed\n")


def test_a_field_inside_of_what_may_be_left_out_is_asked_for_where_that_is_there(
    started: Path, new: Callable[..., Any], concertino: Callable[..., Any]
) -> None:
    ran = new("service-roadmap", "--field", "spec.roadmap.url")

    assert ran.code == 0, ran.err
    assert "when: 'has(entity.spec.roadmap)'" in policy_of(started, "service-roadmap")
    assert concertino("policies", "test", "service-roadmap", "-C", started).out.endswith("3 passed, 0 failed\n")


def test_a_derived_kind_is_looked_at_through_what_it_consists_of(started: Path, new: Callable[..., Any]) -> None:
    ran = new("cell-rule", "--field", "spec.brand.spec.demand")

    assert ran.code == 0, ran.err
    assert "entity.spec.refs.brand.spec.demand >= params.least" in policy_of(started, "cell-rule")
    assert "\n      field: spec.brand\n" in policy_of(started, "cell-rule")


def test_it_stops_nothing_until_somebody_says_so(
    started: Path, new: Callable[..., Any], concertino: Callable[..., Any]
) -> None:
    """The existing brands are in no particular demand: advice, and the moment it counts a failure."""
    new("brand-in-demand", "--field", "spec.demand")
    policy = started / "policies/brand-in-demand/policy.yaml"
    text = policy.read_text().replace("{least: 2}", "{least: 5}").replace("when:", "# when:")
    policy.write_text(text)
    advised = concertino("check", "-C", started, "--as-of", DAY)
    policy.write_text(text.replace("enforcement: advisory", "enforcement: soft-mandatory"))
    counted = concertino("check", "-C", started, "--as-of", DAY)

    assert (advised.code, counted.code) == (0, 1)
    assert "(advice)  brand-in-demand" in advised.out


def test_it_says_what_comes_next(new: Callable[..., Any]) -> None:
    out = new("team-rule").out

    assert "wrote policies/team-rule/policy.yaml" in out
    assert "wrote policies/team-rule/cases.yaml" in out
    assert "concertino policies lint team-rule\n  concertino policies test team-rule\n" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rule", "--target", "Servce"), 'Did you mean "Service"?'),
        (("rule",), "Say what is judged with --target KIND: Assessment, Brand"),
        (("brand-rule", "--field", "spec.promis"), 'Did you mean "spec.promise"?'),
        (("brand-rule", "--field", "spec.nothing-like-it"), "There are: metadata.name"),
        (("Brand Rule",), 'Try "brand-rule"'),
        (("../brand-rule",), 'Try "brand-rule"'),
        (("promise-is-one-sentence",), "already, in own policies"),
        (("escalation-ends",), "already, in operate-orchestrate"),
        (("reference", "--target", "Brand"), "built-in check"),
    ],
    ids=[
        "a misspelt kind",
        "no kind at all",
        "a misspelt field",
        "an unknown field",
        "a name with a space",
        "a name that leads away",
        "a name of one's own",
        "a name of a shipped pack",
        "the name of a check",
    ],
)
def test_what_can_not_be_written_is_refused_with_a_reason_and_nothing_is_written(
    started: Path, new: Callable[..., Any], arguments: tuple[str, ...], sentence: str
) -> None:
    before = sorted(started.rglob("*"))
    ran = new(*arguments)

    assert ran.code == 2
    assert sentence in ran.err
    assert sorted(started.rglob("*")) == before


def test_nothing_is_overwritten_and_no_link_is_followed(
    started: Path, new: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    (started / "policies/brand-rule").mkdir()
    outside = tmp_path_factory.mktemp("outside")
    (started / "policies/brand-link").symlink_to(outside)

    assert "is there already" in new("brand-rule").err
    assert "symbolic link" in new("brand-link").err
    assert list(outside.iterdir()) == []


def test_what_a_schema_says_stays_a_comment(started: Path, new: Callable[..., Any]) -> None:
    """A description is text of a repository; it must not become a part of the policy."""
    hostile = "Words\n  enforcement: hard-mandatory\u2028severity: note"
    text = schema("Buoy", {"light": {"type": "boolean", "description": hostile}}, ["light"])
    (started / "schemas").mkdir(exist_ok=True)
    (started / "schemas/Buoy.schema.json").write_text(text)
    ran = new("buoy-rule")

    assert ran.code == 0, ran.err
    assert "\n      # spec.light: Words enforcement: hard-mandatory severity: note\n" in policy_of(started, "buoy-rule")
