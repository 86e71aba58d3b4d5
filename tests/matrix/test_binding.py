"""What policies see of the matrix: `entity.matrix`, typed, lazy, reachable over references and in aggregates."""

from collections.abc import Callable

import pytest

from concertino.catalogue import Catalogue
from concertino.evaluation import Judge, explain
from concertino.expressions import EvaluationError
from concertino.matrix.views import Matrix, MatrixView
from concertino.model.outcome import Outcome, Result
from concertino.verdict import Rules

DAY = "2026-06-30"
Governed = Callable[..., tuple[Rules, Catalogue]]

MODEL = """apiVersion: concertino/v1
kind: DecisionModel
metadata: {name: tried, title: Tried}
spec:
  version: "1.0"
  parameters: {most: 3}
  parameterReasons: {most: Four are many.}
  answers: [{id: share}, {id: own, from: 205}]
  factors:
    - id: worth
      title: Worth
      question: Would customers miss it?
      direction: last
      weight: 100
      required: true
      rubric: [{score: 1, means: no}, {score: 3, means: some}, {score: 5, means: all of them}]
  circumstances:
    - id: demand
      title: Demand
      type: integer
      minimum: 1
      maximum: 4
      direction: last
      usual: 1
      expression: entity.spec.refs.brand.spec.demand
  aggregation: {method: median}
  resolution:
    - id: default
      title: the default
      values: {worth: "entity.spec.refs.capability.spec.?defaults.?differentiation"}
  guards:
    - id: too-much
      title: Too much
      when: demand > params.most
      effects: [{bound: cap, answer: share}]
      reason: Nobody carries that alone.
  examples:
    - {title: In the middle, scores: {worth: 3}, index: 200, answer: share}
"""
CATALOGUE = """apiVersion: concertino/v1
kind: Team
metadata: {name: shop, title: Shop}
spec: {type: brand, members: [{name: Bo, handle: bo}]}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: knit, title: Knit}
spec: {promise: Warm., role: mature, team: shop, resultOwner: shop, demand: 2}
---
apiVersion: concertino/v1
kind: Brand
metadata: {name: purl, title: Purl}
spec: {promise: Warm., role: mature, team: shop, resultOwner: shop, demand: 4}
---
apiVersion: concertino/v1
kind: Capability
metadata: {name: orders, title: Orders}
spec: {standard: One order., plane: workflow, owner: shop, defaults: {differentiation: 5}}
---
apiVersion: concertino/v1
kind: Capability
metadata: {name: pricing, title: Pricing}
spec: {standard: One price., plane: workflow, owner: shop}
"""
POLICY = """apiVersion: concertino/v1
kind: Policy
metadata: {{name: tried, title: A title}}
spec:
  description: Why.
  target: {target}
  severity: error
  enforcement: soft-mandatory
  approvalRight: funding
  remediation: Mend it.
{spec}  validations: [{{expression: '{expression}'}}]
"""
ALONE = "extends: []\n"


@pytest.fixture
def ruled(governed: Governed) -> Callable[..., tuple[Rules, Catalogue]]:
    """The rules with one policy and one model."""

    def call(
        expression: str, target: str = "Cell", spec: str = "", model: str = MODEL, catalogue: str = CATALOGUE
    ) -> tuple[Rules, Catalogue]:
        policy = POLICY.format(expression=expression, target=target, spec=spec)
        models = {"policies/decision-model.yaml": model} if model else {}
        files = {"catalogue/all.yaml": catalogue, "policies/tried/policy.yaml": policy, **models}
        return governed(files, ALONE)

    return call


@pytest.fixture
def outcomes(ruled: Callable[..., tuple[Rules, Catalogue]]) -> Callable[..., dict[str, Outcome]]:
    """What one policy comes to, by subject."""

    def call(expression: str, target: str = "Cell", spec: str = "", **files: str) -> dict[str, Outcome]:
        rules, catalogue = ruled(expression, target, spec, **files)
        assert rules.problems == ()
        judge = Judge(catalogue, DAY, rules.configuration.limits, model=rules.model)
        return {item.subject: item for item in judge.outcomes(rules.policies.policies[0])}

    return call


def problems_of(rules: Rules) -> list[str]:
    return [problem.message for problem in rules.problems]


@pytest.mark.parametrize(
    ("expression", "knit", "purl"),
    [
        ('entity.matrix.recommendation == "own"', Result.PASS, Result.FAIL),
        ("entity.matrix.index == 400", Result.PASS, Result.PASS),
        ('entity.matrix.band == "own"', Result.PASS, Result.PASS),
        ("entity.matrix.margin == 195", Result.PASS, Result.PASS),
        ("entity.matrix.boundaryDistance == 195.0", Result.PASS, Result.PASS),
        ('entity.matrix.guards == ["too-much"]', Result.FAIL, Result.PASS),
        ("entity.matrix.scores.worth == 5", Result.PASS, Result.PASS),
        ('entity.matrix.levels.worth == "default"', Result.PASS, Result.PASS),
        ("entity.matrix.circumstances.demand == 4", Result.FAIL, Result.PASS),
        ("size(entity.matrix.missing) == 0", Result.PASS, Result.PASS),
        ("entity.matrix.contested", Result.FAIL, Result.FAIL),
        ("entity.matrix.undetermined || has(entity.matrix.ifKnown)", Result.FAIL, Result.FAIL),
        ("has(entity.matrix.decided) || has(entity.matrix.actual)", Result.FAIL, Result.FAIL),
    ],
)
def test_a_policy_reads_what_the_model_says_of_a_cell(
    outcomes: Callable[..., dict[str, Outcome]], expression: str, knit: Result, purl: Result
) -> None:
    found = outcomes(expression)

    assert (found["cell:knit/orders"].result, found["cell:purl/orders"].result) == (knit, purl)


def test_a_cell_without_a_required_score_has_no_recommendation_and_names_what_is_missing(
    outcomes: Callable[..., dict[str, Outcome]],
) -> None:
    absent = outcomes('!has(entity.matrix.recommendation) && "worth" in entity.matrix.missing')
    asked = outcomes('entity.matrix.recommendation == "own"')

    assert absent["cell:knit/pricing"].result is Result.PASS
    assert asked["cell:knit/pricing"].result is Result.ERROR
    assert 'no such field "recommendation"' in asked["cell:knit/pricing"].message


def test_the_matrix_is_reached_over_references_and_in_aggregates(
    outcomes: Callable[..., dict[str, Outcome]],
) -> None:
    hops = outcomes('entity.inverse.cells.exists(c, c.matrix.?recommendation.orValue("share") == "own")', "Brand")
    aggregate = (
        "  aggregates: [{name: owned, over: Cell, where: has(item.matrix.recommendation), "
        "by: item.matrix.recommendation, at: '\"own\"', fold: count}]\n"
    )
    counted = outcomes("aggregates.owned == 1", "Brand", aggregate)

    assert (hops["brand:knit"].result, hops["brand:purl"].result) == (Result.PASS, Result.FAIL)
    assert counted["brand:knit"].result is Result.PASS


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('entity.matrix.recommendation == "owm"', 'Cell.matrix.recommendation is never "owm"'),
        ('"too-mcuh" in entity.matrix.guards', 'Cell.matrix.guards is never "too-mcuh"'),
        ("entity.matrix.scores.worht == 1", 'Cell.matrix.scores has no field "worht"'),
        ("entity.matrix.scores.worth == 6", "Cell.matrix.scores.worth is never 6"),
        ("entity.matrix.circumstances.demand > 4", "Cell.matrix.circumstances.demand is never > 4"),
    ],
)
def test_what_the_matrix_can_never_be_is_found_before_anything_is_judged(
    ruled: Callable[..., tuple[Rules, Catalogue]], expression: str, message: str
) -> None:
    assert problems_of(ruled(expression)[0]) == [message]


def test_without_a_model_there_is_no_matrix(ruled: Callable[..., tuple[Rules, Catalogue]]) -> None:
    rules, _ = ruled("entity.matrix.contested", model="")

    assert rules.model is None
    assert problems_of(rules) == ['Cell has no field "matrix"']


def test_a_finding_can_not_point_into_the_matrix(governed: Governed) -> None:
    policy = POLICY.format(expression="true", target="Cell", spec="")
    policy = policy.replace("'true'", "'true', field: matrix.index")
    files = {"policies/tried/policy.yaml": policy, "policies/decision-model.yaml": MODEL}
    rules, _ = governed(files, ALONE)

    assert problems_of(rules) == ['Cell has no field "matrix"; it has apiVersion, kind, metadata, spec']


@pytest.mark.parametrize(
    "read",
    [
        "entity.matrix.index",
        "entity.spec.refs.brand.inverse.cells.map(c, c.matrix.index)[0]",
        'dyn(entity)["matrix"].index',
        "entity.?matrix.?index.orValue(1)",
    ],
    ids=["the entity's own", "of another entity", "behind dyn", "optionally"],
)
def test_a_model_that_reads_the_matrix_is_refused_where_it_does(
    ruled: Callable[..., tuple[Rules, Catalogue]], read: str
) -> None:
    expression = "expression: entity.spec.refs.brand.spec.demand"
    rules, _ = ruled("true", model=MODEL.replace(expression, f"expression: '{read}'"))

    (problem,) = rules.problems
    assert problem.check == "decision-model"
    assert problem.message == "this reads the matrix, which is what the model computes: it would never end"
    line = MODEL.splitlines().index(f"      {expression}") + 1
    assert (problem.place.file, problem.place.line) == ("policies/decision-model.yaml", line)
    assert rules.model is None


def test_an_error_inside_the_model_is_an_error_of_the_policy_that_reads_it(
    outcomes: Callable[..., dict[str, Outcome]],
) -> None:
    broken = MODEL.replace("expression: entity.spec.refs.brand.spec.demand", "expression: 1 / (size(asOf) - 10)")
    found = outcomes("entity.matrix.contested", model=broken)
    quiet = outcomes("size(entity.spec.brand) > 0", model=broken)

    assert found["cell:knit/orders"].result is Result.ERROR
    assert "1 is divided by zero (policies/decision-model.yaml:25:19)" in found["cell:knit/orders"].message
    assert quiet["cell:knit/orders"].result is Result.PASS


def test_a_circumstance_out_of_its_range_is_an_error_and_not_an_answer(
    outcomes: Callable[..., dict[str, Outcome]],
) -> None:
    found = outcomes("entity.matrix.contested", catalogue=CATALOGUE.replace("demand: 2", "demand: 5"))

    assert found["cell:knit/orders"].result is Result.ERROR
    assert "demand is 5, and can only be one of 1, 2, 3, 4" in found["cell:knit/orders"].message


def test_a_policy_is_skipped_where_the_model_reads_through_a_fault(governed: Governed) -> None:
    policy = POLICY.format(expression="entity.matrix.contested", target="Cell", spec="")
    model = MODEL.replace("brand.spec.demand", "brand.spec.refs.team.spec.members.size()")
    files = {
        "catalogue/all.yaml": CATALOGUE.replace("type: brand", "type: brandd"),
        "policies/tried/policy.yaml": policy,
        "policies/decision-model.yaml": model,
    }
    rules, catalogue = governed(files, ALONE)
    judge = Judge(catalogue, DAY, rules.configuration.limits, model=rules.model)
    (found, *_) = judge.outcomes(rules.policies.policies[0])

    assert found.result is Result.SKIP
    assert [item.place.file for item in found.related] == ["catalogue/all.yaml"]


def test_a_cell_is_computed_once_and_only_if_something_reads_it(ruled: Callable[..., tuple[Rules, Catalogue]]) -> None:
    rules, catalogue = ruled('entity.matrix.recommendation == "own" || entity.matrix.index < 1')
    judge = Judge(catalogue, DAY, rules.configuration.limits, model=rules.model)
    entity = catalogue.by_name["cell:knit/orders"]
    judge.outcomes_of(rules.policies.policies[0], entity)
    read = [name for name, item in catalogue.by_name.items() if item.kind.name == "Cell" and dict.__len__(_view(item))]

    assert read == ["cell:knit/orders"]
    assert list(dict.keys(_view(entity))) == ["recommendation"]


def _view(entity: object) -> MatrixView:
    view = entity.value["matrix"]  # type: ignore[attr-defined] # an entity of a catalogue
    assert isinstance(view, MatrixView)
    return view


def test_the_matrix_of_another_day_takes_the_place_of_the_first(
    ruled: Callable[..., tuple[Rules, Catalogue]],
) -> None:
    rules, catalogue = ruled(
        "entity.matrix.circumstances.demand == 2",
        model=MODEL.replace("entity.spec.refs.brand.spec.demand", "int(asOf.substring(9, 10))"),
    )
    policy, limits = rules.policies.policies[0], rules.configuration.limits
    entity = catalogue.by_name["cell:knit/orders"]
    results = [
        Judge(catalogue, day, limits, model=rules.model).outcomes_of(policy, entity)[0].result
        for day in ("2026-06-02", "2026-06-03", "2026-06-02")
    ]

    assert results == [Result.PASS, Result.FAIL, Result.PASS]


def test_a_model_that_finds_its_own_answer_at_run_time_fails_instead_of_running_for_ever(
    ruled: Callable[..., tuple[Rules, Catalogue]],
) -> None:
    sly = 'expression: dyn(entity)["mat" + "rix"].index'
    rules, catalogue = ruled(
        "true", model=MODEL.replace("expression: entity.spec.refs.brand.spec.demand", f"expression: '{sly[12:]}'")
    )
    assert rules.model is not None
    matrix = Matrix.of(rules.model, catalogue, DAY, rules.configuration.limits)
    matrix.attach()

    with pytest.raises(EvaluationError, match="to compute it"):
        _view(catalogue.by_name["cell:knit/orders"])["index"]


def test_a_policy_that_reads_the_matrix_is_another_when_the_model_is(
    ruled: Callable[..., tuple[Rules, Catalogue]],
) -> None:
    def digest(expression: str, model: str) -> str:
        return ruled(expression, model=model)[0].policies.policies[0].digest

    other = MODEL.replace("most: 3", "most: 2")

    assert digest("entity.matrix.contested", MODEL) != digest("entity.matrix.contested", other)
    assert digest("size(entity.spec.brand) > 0", MODEL) == digest("size(entity.spec.brand) > 0", other)


def test_an_explanation_tells_the_matrix_it_read_with_the_places_of_the_scores(
    ruled: Callable[..., tuple[Rules, Catalogue]],
) -> None:
    rules, catalogue = ruled('entity.matrix.recommendation == "share"')
    judge = Judge(catalogue, DAY, rules.configuration.limits, model=rules.model)
    found = explain(judge, rules.policies.policies[0], catalogue.by_name["cell:purl/orders"])

    (passage,) = (item for item in found.passages if item.kind == "matrix")
    assert passage.name == "cell:purl/orders"
    assert passage.notes == (
        "share through too-much; index 400",
        "worth 5: the default  ← catalogue/all.yaml:19:88",
        "demand 4  ← catalogue/all.yaml:14:77",
    )
