"""What expressions give: errors with their place, lazy names, functions of ours, extensions of the language."""

import math
from collections.abc import Callable

import pytest

from concertino.expressions.meter import Meter
from concertino.expressions.program import Program
from concertino.expressions.values import Entity, EvaluationError, Uint

Evaluate = Callable[..., object]


def decision(**spec: object) -> Entity:
    return Entity("decision:default/one", {"name": "one", "spec": {"refs": {}, **spec}})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("entity.spec.model", 'no such field "model" in a map of 1'),
        ("entity.spec.model == 'x' && true", 'no such field "model" in a map of 1'),
        ("entity.spec.evidence[0]", 'no such field "evidence" in a map of 1'),
        ("[1, 2][2]", "index out of range: 2 in a list of 2"),
        ("[1, 2][params.n]", "index out of range: -1 in a list of 2"),
        ("{'a': 1}['b']", 'no such key: "b" in a map of 1'),
        ("9223372036854775807 + 1", "9223372036854775808 does not fit into 64 bits: int overflow, range error"),
        ("1 / (params.n + 1)", "1 is divided by zero"),
        ("dyn('a') + 1", "no such overload: _+_(string, int)"),
        ("dyn(1) || false", "no such overload: a condition needs a bool, found int"),
        ("dyn(1).exists(x, true)", "a macro needs a list or a map, found int 1"),
        (
            "timestamp('yesterday')",
            '"yesterday" is not a timestamp such as 2026-01-31T12:00:00Z in the years 1 to 9999',
        ),
        ("variables.b", 'nothing is bound to the name "variables.b"'),
        ("optional.none().value()", "optional.none() has no value"),
        ("'a'.matches('(')", '"(" is not a regular expression of RE2: missing ): ('),
    ],
)
def test_an_error_names_the_value_it_is_about(source: str, message: str, evaluate: Evaluate) -> None:
    result = evaluate(source, {"entity": decision(), "params.n": -1})
    assert isinstance(result, EvaluationError), result
    assert str(result) == message


def test_a_leading_dot_means_the_variable_outside_of_the_macro(evaluate: Evaluate) -> None:
    assert evaluate("[1, 2].map(d, d + .d)", {"d": 10}) == [11, 12]


def test_an_error_knows_the_node_that_failed(program: Callable[[str], Program]) -> None:
    made = program("1 + 2 == 3 && entity.spec.model == 'x'")
    with pytest.raises(EvaluationError) as raised:
        made.evaluate({"entity": decision()}, Meter(10, 10))
    offset = made.tree.offsets[raised.value.node_id]
    assert made.tree.source[offset:].startswith(".model")


class Lazy(dict[str, object]):
    """Bindings that note what was asked for, and compute nothing twice."""

    def __init__(self) -> None:
        super().__init__(entity=decision(model="operate"))
        self.asked: list[str] = []

    def __missing__(self, name: str) -> object:
        self.asked.append(name)
        self[name] = [1, 2]
        return self[name]


@pytest.mark.parametrize(
    ("source", "asked"),
    [
        ("entity.spec.model == 'operate'", []),
        ("entity.spec.model == 'operate' || variables.a == 1", []),
        ("entity.spec.model == 'operate' && variables.a == [1, 2] && variables.a == [1, 2]", ["variables.a"]),
        ("entity.spec.model == 'x' ? variables.a : variables.b", ["variables.b"]),
        ("[1, 2].all(i, i in variables.a && size(variables.b) == 2)", ["variables.a", "variables.b"]),
        ("entity.spec.?model.orValue(variables.a) == variables.b", ["variables.b"]),
    ],
)
def test_a_lazy_name_is_asked_for_only_where_it_is_needed(
    source: str, asked: list[str], program: Callable[[str], Program]
) -> None:
    for way in ("evaluate", "interpret"):
        bindings = Lazy()
        getattr(program(source), way)(bindings, Meter(100, 100))
        assert bindings.asked == asked


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("sum([1, 2, 3])", 6),
        ("sum([1.5, 2.0])", 3.5),
        ("sum(entity.spec.?evidence.orValue([]).map(e, e.value))", 0),
        ("sum([9223372036854775807, 1])", EvaluationError),
        ("sum(dyn([1, 2.0]))", EvaluationError),
        ("sum(dyn(['a']))", EvaluationError),
        ("days('2026-01-01', '2026-01-31')", 30),
        ("days('2026-03-01', '2024-02-29')", -731),
        ("days('2026-01-01', '2026-02-30')", EvaluationError),
        ("days('2026-01-01', '20260131')", EvaluationError),
        ("days('2026-01-01', '2026-W05-1')", EvaluationError),
        ("days('', '2026-01-01')", EvaluationError),
        ("quarter('2026-01-01')", "2026-Q1"),
        ("quarter('2026-03-31')", "2026-Q1"),
        ("quarter('2026-04-01')", "2026-Q2"),
        ("quarter('0999-12-31')", "0999-Q4"),
        ("quarter('2026')", EvaluationError),
        ("addQuarters('2026-Q1', 0)", "2026-Q1"),
        ("addQuarters('2026-Q1', -1)", "2025-Q4"),
        ("addQuarters('2025-Q4', 1)", "2026-Q1"),
        ("addQuarters('2026-Q3', -8)", "2024-Q3"),
        ("addQuarters('0001-Q1', -1)", EvaluationError),
        ("addQuarters('9999-Q4', 1)", EvaluationError),
        ("addQuarters('2026-Q5', 0)", EvaluationError),
        ("addQuarters('2026-03-31', 0)", EvaluationError),
        ("percentChange(80, 100)", 25.0),
        ("percentChange(80.0, 60.0)", -25.0),
        ("percentChange(-80, -60)", 25.0),
        ("percentChange(0, 100)", EvaluationError),
        ("percentChange(1.0, 0.0)", -100.0),
    ],
)
def test_the_functions_of_ours_do_what_they_say(source: str, expected: object, evaluate: Evaluate) -> None:
    result = evaluate(source, {"entity": decision()})
    if expected is EvaluationError:
        assert isinstance(result, EvaluationError)
    else:
        assert (type(result), result) == (type(expected), expected)


def test_an_empty_list_of_doubles_sums_to_a_double(evaluate: Evaluate) -> None:
    assert repr(evaluate("sum(['a'].filter(x, false).map(x, 1.0))")) == "0.0"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("string(1234567.0)", "1234567"),
        ("string(1e21)", "1000000000000000000000"),
        ("string(0.00001)", "0.00001"),
        ("string(-1.0 / 0.0)", "-Infinity"),
        ("double(string(1.0 / 3.0)) == 1.0 / 3.0", True),
        ("string(duration('1h30m0.5s'))", "5400.500s"),
        ("string(timestamp('2026-01-31T12:00:00.5+01:00'))", "2026-01-31T11:00:00.500Z"),
        ("duration('.5s') + duration('1ms2us3ns')", "501002003ns"),
        ("cel.bind(x, 1 / 0, true)", True),
        ("optional.of(1).orValue(1 / 0)", 1),
        ("[3, 1, 2].sortBy(x, -x)", [3, 2, 1]),
        ("['b', 'a', 'b'].distinct().sort()", ["a", "b"]),
        ("[[1], [2, [3]]].flatten(2)", [1, 2, 3]),
        ("lists.range(5).slice(1, 3)", [1, 2]),
        ("[1, 2, 3].reverse().first().value()", 3),
        ("[].last().hasValue()", False),
        ("regex.extract('id:42', 'id:([0-9]+)').value()", "42"),
        ("regex.extractAll('a1b22', '[0-9]+')", ["1", "22"]),
        ("regex.replace('foo bar', '(o+) (b)', r'\\2-\\1')", "fb-ooar"),
        ("{'b': 1, 'a': 2}.map(k, k)", ["b", "a"]),
        ("{'a': 1, 'b': 2}.transformMapEntry(k, v, {v: k})", {1: "a", 2: "b"}),
        ("{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k}).size() > 0 || true", True),
        ("[1, 2, 3].transformList(i, v, i > 0, i * v)", [2, 6]),
        ("'%s|%d|%.2f|%x|%b|%o|%e|%%'.format(['é', 3, 2.5, 255, 5, 8, 1.5])", "é|3|2.50|ff|101|10|1.500000e+00|%"),
        ("math.sqrt(2) > 1.41", True),
        ("sets.intersects([1, 2], [2, 3])", True),
    ],
)
def test_the_extensions_work(source: str, expected: object, evaluate: Evaluate) -> None:
    result = evaluate(source)
    if expected == "501002003ns":
        assert getattr(result, "nanoseconds", None) == 501_002_003
    else:
        assert result == expected


KINDS_OF_VALUES = [True, 1, Uint(1), 1.0, "1", b"1", None, [1], {"1": 1}, Entity("brand:a"), 2**63 - 1]
OPERATIONS = [
    "d == 1",
    "d != 1u",
    "1.0 == d",
    "d < 2",
    "d >= 1u",
    "2.0 > d",
    "d < 'b'",
    "d == '1'",
    "d == true",
    "d == null",
    "d + 1",
    "1u + d",
    "d - 1.0",
    "d * 2",
    "d * 2u",
    "d / 2",
    "-d",
    "d + '1'",
    "d in ['1', '2']",
    "d in [1, 2]",
    "d in {'1': 1}",
    "d.startsWith('1')",
    "d.contains('1')",
    "size(d)",
    "d[0]",
    "d['1']",
    "d.?x.orValue(1)",
    "d.?x.hasValue()",
    "has(d.x)",
    "d.map(x, x)",
    "d.exists(i, x, x == 1)",
    "d ? 1 : 2",
    "!d || d",
    "math.greatest(d, 1)",
    "string(d)",
    "type(d)",
]


@pytest.mark.parametrize("source", OPERATIONS)
def test_a_value_of_unknown_type_gives_the_same_generated_and_interpreted(source: str, evaluate: Evaluate) -> None:
    for value in KINDS_OF_VALUES:
        evaluate(source, {"d": value})  # compares both ways


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("d + 1u", Uint(2**64 - 2), Uint(2**64 - 1)),
        ("d + 1", True, EvaluationError),
        ("d < 2", True, EvaluationError),
        ("d == 1", True, False),
        ("d == 1", Uint(1), True),
        ("d == 1", 1.0, True),
        ("d < 2", 1.5, True),
        ("d + 1", 1.0, EvaluationError),
        ("d * 2", 2**62, EvaluationError),
        ("d.startsWith('1')", b"1", EvaluationError),
        ("d in ['1']", ["1"], False),
        ("d.?x.orValue(1)", "x", EvaluationError),
    ],
)
def test_a_guess_about_an_unknown_type_never_shows(
    source: str, value: object, expected: object, evaluate: Evaluate
) -> None:
    result = evaluate(source, {"d": value})
    if expected is EvaluationError:
        assert isinstance(result, EvaluationError)
    else:
        assert (type(result), result) == (type(expected), expected)


def test_true_and_one_are_different_keys_and_values(evaluate: Evaluate) -> None:
    assert evaluate("dyn({true: 'yes', 1: 'one'})[dyn(1)]") == "one"
    assert evaluate("dyn({true: 'yes', 1: 'one'}).map(k, k)") == [True, 1]
    assert evaluate("dyn(true) == dyn(1)") is False
    assert evaluate("dyn(1) in [dyn(true)]") is False


def test_the_interpreter_tells_the_value_of_every_node(program: Callable[[str], Program]) -> None:
    made = program("params.n > 1 && [1, 2].exists(x, x == params.n)")
    seen: list[tuple[str, object]] = []

    def observe(node_id: int, value: object) -> None:
        seen.append((made.tree.source[made.tree.offsets[node_id] :][:3], value))

    assert made.interpret({"params.n": 2}, Meter(100, 100), observe) is True
    assert ("> 1", True) in seen
    assert [value for text, value in seen if text == "== "[:3]] == [False, True]


def test_not_a_number_is_not_even_itself(evaluate: Evaluate) -> None:
    assert evaluate("d == d", {"d": math.nan}) is False
    assert evaluate("[d] == [d]", {"d": math.nan}) is False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("regex.replace('ab', '$', '!')", "ab!", id="an empty match at the end counts once"),
        pytest.param("regex.replace('aba', 'a*', '-')", "-b-", id="none where another match has just ended"),
        pytest.param("regex.replace('é', '', '-')", "-é-", id="empty matches stand between characters"),
        pytest.param("regex.replace('ab', '', '-', 2)", "-a-b", id="and are counted"),
        pytest.param("regex.replace('a', '(', '-', 0)", "a", id="nothing is replaced no times, whatever the pattern"),
        pytest.param("regex.extractAll('ab', '$')", [""], id="all matches, one of them empty"),
        pytest.param(
            "'%s'.format([b'a\\xff\\xfeb\\xff'])", "a\ufffdb\ufffd", id="one mark for each run of broken bytes"
        ),
        pytest.param("'%d %d'.format([3.14, 2.0])", "3.14 2", id="%d of a double has its digits"),
        pytest.param("math.greatest(9007199254740993, 9007199254740992.0)", 9007199254740993, id="the first of equals"),
        pytest.param("math.least(9007199254740992.0, 9007199254740991, 1u)", Uint(1), id="the least of three types"),
        pytest.param("optional.ofNonZeroValue(optional.none()).hasValue()", True, id="an optional value is never zero"),
        pytest.param(
            "timestamp('2026-01-31t12:00:00z') == timestamp('2026-01-31T12:00:00Z')", True, id="RFC 3339's small t"
        ),
        pytest.param("timestamp('0001-01-01T00:00:00Z').getFullYear('-01:00')", 0, id="the year before the first"),
        pytest.param("timestamp('0001-01-01T00:00:00Z').getDayOfWeek('-01:00')", 0, id="which ended on a Sunday"),
        pytest.param("timestamp('9999-12-31T23:59:59Z').getFullYear('+01:00')", 10_000, id="the year after the last"),
        pytest.param("timestamp('9999-12-31T23:59:59Z').getDayOfYear('Asia/Tokyo')", 0, id="and its first day"),
        pytest.param("timestamp(0).getMilliseconds('Nowhere')", EvaluationError, id="no zone has no milliseconds"),
    ],
)
def test_what_comparing_with_googles_runtime_has_taught(source: str, expected: object, evaluate: Evaluate) -> None:
    result = evaluate(source)
    assert isinstance(result, EvaluationError) if expected is EvaluationError else result == expected
