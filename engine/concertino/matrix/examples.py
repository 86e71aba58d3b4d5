"""The worked examples of a document, with the usual circumstances filled in."""

from collections.abc import Sequence

from concertino.matrix.checking import Checker
from concertino.matrix.model import SCORES, Choice, Circumstance, Example, Factor, Guard, Inputs, Scalar
from concertino.matrix.reading import items, mapping, number, text, words
from concertino.model.json import JsonObject


def read_examples(
    checker: Checker,
    factors: Sequence[Factor],
    circumstances: Sequence[Circumstance],
    answers: Sequence[Choice],
    guards: Sequence[Guard],
) -> tuple[Example, ...]:
    """The examples; what is wrong with them is reported to `checker`."""
    found = []
    for index, item in enumerate(items(checker.source.spec, "examples")):
        pointer = f"/spec/examples/{index}"
        inputs = Inputs(_scores(checker, item, pointer, factors), _circumstances(checker, item, pointer, circumstances))
        checker.known("answer", text(item, "answer"), [one.id for one in answers], f"{pointer}/answer")
        for number_, name in enumerate(words(item, "guards")):
            checker.known("guard", name, [one.id for one in guards], f"{pointer}/guards/{number_}")
        deciding = words(item, "guards") if "guards" in item else None
        found.append(
            Example(text(item, "title"), inputs, number(item, "index"), text(item, "answer"), deciding, pointer)
        )
    return tuple(found)


def _scores(checker: Checker, item: JsonObject, pointer: str, factors: Sequence[Factor]) -> dict[str, int]:
    given = mapping(item, "scores")
    names = [factor.id for factor in factors]
    for name, score in given.items():
        if checker.known("factor", name, names, f"{pointer}/scores/{name}"):
            checker.in_domain(name, score, SCORES, f"{pointer}/scores/{name}")
    missing = [name for name in names if name not in given]
    if missing:
        checker.report(f"the example has no score for {', '.join(missing)}", f"{pointer}/scores", "all factors")
    return {name: number(given, name) or 0 for name in names}


def _circumstances(
    checker: Checker, item: JsonObject, pointer: str, circumstances: Sequence[Circumstance]
) -> dict[str, Scalar]:
    given = mapping(item, "circumstances")
    for name in given:
        checker.known("circumstance", name, [one.id for one in circumstances], f"{pointer}/circumstances/{name}")
    found: dict[str, Scalar] = {}
    for one in circumstances:
        value = given.get(one.id, one.usual)
        if value is None:
            expected = f"a value under circumstances, or a usual one for {one.id}"
            checker.report(f'the example does not say what "{one.id}" is', pointer, expected)
        elif one.id in given:
            checker.in_domain(one.id, value, one.values, f"{pointer}/circumstances/{one.id}")
        found[one.id] = value if isinstance(value, (bool, int, str)) else one.values[0]
    return found
