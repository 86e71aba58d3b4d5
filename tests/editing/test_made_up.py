"""The mark of a scaffold is found where it is a comment behind a value, and nowhere else."""

import pytest

from concertino.editing.made_up import made_up
from concertino.model.limits import Limits


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("a: 1  # an example\nb: 2\nc: [3] # an example \n", [1, 3], id="behind values"),
        pytest.param("a:\r\n  - b: 1  # an example\r\n", [2], id="with line ends of Windows"),
        pytest.param("a: 1 # an example of ours\n", [], id="another comment"),
        pytest.param("# a: 1  # an example\na: 1\n", [], id="a line that is a comment as a whole"),
        pytest.param("a: |\n  text  # an example\n  more # an example\nb: 1\n", [], id="in a block text"),
        pytest.param("a: |  # an example\n  text\n", [1], id="behind the indicator of a block text"),
        pytest.param('a: "text # an example\n  more"\n', [], id="in a quoted text"),
        pytest.param('a: "b"  # an example\n', [1], id="behind a quoted text"),
        pytest.param("z: 0\n", [], id="without a mark"),
    ],
)
def test_only_a_mark_behind_a_value_counts(text: str, lines: list[int]) -> None:
    assert [item.line for item in made_up("a.yaml", text.encode(), 0, Limits())] == lines


def test_only_the_document_that_was_asked_for_counts() -> None:
    data = b"a: 1  # an example\n---\nb: 2\nc: 3  # an example\n---\nd: 4  # an example\n"

    assert [(item.line, item.text) for item in made_up("a.yaml", data, 1, Limits())] == [(4, "c: 3")]
    assert made_up("a.yaml", data, 7, Limits()) == ()
