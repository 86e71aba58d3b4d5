"""Near misses are found, far words are not."""

import time

import pytest

from concertino.model.suggest import suggest

STATUSES = ["proposed", "accepted", "rejected", "deprecated"]


@pytest.mark.parametrize(
    ("word", "candidates", "meant"),
    [
        pytest.param("stauts", ["status", "spec", "states"], "status", id="two letters swapped"),
        pytest.param("operat", ["operate", "orchestrate", "federate"], "operate", id="a letter left out"),
        pytest.param("ownr", ["owner", "other"], "owner", id="a letter left out of a short word"),
        pytest.param("accpeted", STATUSES, "accepted", id="among words that end alike"),
        pytest.param("Accepted", STATUSES, "accepted", id="another case"),
        pytest.param("soft_mandatory", ["hard-mandatory", "soft-mandatory"], "soft-mandatory", id="another dash"),
        pytest.param("decidedon", ["decidedBy", "decidedOn"], "decidedOn", id="case wins over likeness"),
        pytest.param("colour", ["kind", "name", "status"], "", id="nothing like it"),
        pytest.param("a", ["b", "c"], "", id="single letters are not alike"),
        pytest.param("status", ["status"], "", id="the word itself is no suggestion"),
        pytest.param("", ["a", "ab"], "", id="an empty word"),
        pytest.param("status", [], "", id="no candidates"),
        pytest.param("team-3", ["team-2", "team-1"], "team-1", id="equally near: the first in order"),
        pytest.param("x" * 1_000, ["x" * 999], "", id="sentences are not compared"),
    ],
)
def test_the_nearest_word_is_suggested(word: str, candidates: list[str], meant: str) -> None:
    assert suggest(word, candidates) == meant
    assert suggest(word, reversed(candidates)) == meant


def test_a_huge_catalogue_does_not_make_a_message_slow() -> None:
    start = time.process_time()
    assert suggest("service-of-brand-77", (f"service-of-brand-{number}" for number in range(100_000)))
    assert time.process_time() - start < 5
