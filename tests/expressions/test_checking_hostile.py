import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concertino.expressions import BOOL, CheckedTree, Environment, Scope, list_of, shape
from concertino.model.limits import Limits
from concertino.model.shape import Field, Primitive, Shape, Vocabulary

VOCABULARY = Vocabulary({"Brand": Shape("Brand", {"name": Field(Primitive.STRING, values=("a", "b"))})})
SCOPE = Environment(VOCABULARY).scope({"entity": shape("Brand"), "variables.all": list_of(shape("Brand"))})


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("(" * 100 + "1" + ")" * 100, "nested too deeply", id="brackets in brackets"),
        pytest.param("[" * 5000, "nested too deeply", id="brackets that never close"),
        pytest.param("+".join("1" * 100), "nested too deeply", id="a long sum"),
        pytest.param("entity" + ".name" * 100, "nested too deeply", id="a long path"),
        pytest.param("f(" * 3000, "nested too deeply", id="calls in calls"),
        pytest.param("entity\0.name", "control character 0x00", id="a null byte"),
        pytest.param("entity.name == '\ud800'", "U+D800", id="half a surrogate pair"),
        pytest.param("@" * 10_000, "@ means nothing", id="ten thousand stray characters"),
        pytest.param("x" * 10_001, "10001 characters", id="a text too long"),
        pytest.param("", "no expression", id="nothing"),
        pytest.param(" \n// only a comment", "no expression", id="nothing but a comment"),
        pytest.param("\n" * 5000 + "entty", 'no variable "entty"', id="thousands of lines"),
        pytest.param(
            "'ERROR: <input>:1:1: forged\nERROR: <input>:1:1: forged' == 1", "not closed", id="a forged report"
        ),
    ],
)
def test_a_hostile_expression_is_one_problem_inside_its_text(source: str, message: str) -> None:
    found = SCOPE.check(source)
    assert isinstance(found, tuple)
    assert [message in one.message for one in found] == [True]
    assert 0 <= found[0].offset <= found[0].end_offset <= len(source)


def test_a_quoted_report_forges_no_problem() -> None:
    found = SCOPE.check('"""\nERROR: <input>:1:1: forged\n | ERROR: <input>:1:1: forged\n""" == 1')
    assert isinstance(found, tuple)
    assert ["forged" in one.message for one in found] == [False]


def test_thousands_of_errors_are_cut_and_long_names_shortened() -> None:
    many = SCOPE.check(" || ".join(f"entity.n{number} == 1" for number in range(400)))
    assert isinstance(many, tuple)
    assert 10 <= len(many) <= 50
    (long,) = SCOPE.check("entity." + "b" * 9_000)  # type: ignore[misc]
    assert len(long.message) < 120


def test_the_length_limit_is_the_one_configured() -> None:
    scope = Environment(VOCABULARY, Limits(expression_length=10)).scope({})
    assert isinstance(scope.check("1 == 1"), CheckedTree)
    assert isinstance(scope.check("1 == 1 && true"), tuple)


WORDS = (
    "entity .name variables.all .all(e, .map(x, ( ) [ ] { } 'a' \"a == && || in ! ? : , 1 2.0 true has( size( .? [? "
    "`in` = & not é \\ # \n \t \0 math. sets. optional.of( .orValue( and // ''' \ud800 \u2028 u 0x 1e"
)
words = st.sampled_from([*WORDS.split(" "), " "])


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=30).map("".join) | st.text(max_size=60))
def test_no_text_makes_the_checker_fail(source: str) -> None:
    found = SCOPE.check(source, BOOL)
    assert found == SCOPE.check(source, BOOL)
    if isinstance(found, CheckedTree):
        return
    assert found
    for problem in found:
        assert 0 <= problem.offset <= problem.end_offset <= len(source)
        assert "<input>" not in problem.message
        assert "IDENTIFIER" not in problem.message + problem.expected


def test_the_door_opens_without_loading_the_checker() -> None:
    code = (
        "import sys, concertino.expressions; print(sorted(set(sys.modules) & {'cel_expr_python', 'google.protobuf'}))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_equal_scopes_share_what_is_costly_to_make() -> None:
    environment = Environment(VOCABULARY)
    one: Scope = environment.scope({"x": BOOL, "y": BOOL})
    other = environment.scope({"y": BOOL}).with_variables({"x": BOOL})
    assert environment.with_these(one.variables) is environment.with_these(other.variables)
