"""The numbers of decisions: which are taken, and which is next."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from posixpath import basename, dirname

from concertino.catalogue import Catalogue
from concertino.verdict.successions import DECISION_KIND, number_of

LARGEST = 9999
"""Records are named by four digits."""
_NUMBERED = re.compile(r"([0-9]{4})-.*\.(?:md|ya?ml)\Z", re.IGNORECASE)
_LONGEST_NAME = 58
"""A file name begins with the number and a hyphen, and names of entities have 63 characters at most."""


def used_numbers(catalogue: Catalogue, paths: Iterable[str], folders: Iterable[str]) -> Iterator[int]:
    """The numbers that are taken in one state of a repository: by decisions, and by files in these folders.

    A file counts by the number it begins with: a record that somebody wrote by hand, or one of a decision that is gone.
    """
    for decision in catalogue.of_kind(DECISION_KIND):
        yield number_of(decision)
    wanted = set(folders)
    for path in paths:
        found = _NUMBERED.match(basename(path))
        if found and dirname(path) in wanted:
            yield int(found[1])


def next_number(used: Iterable[int]) -> int | None:
    """The number after the largest one, since numbers are never used again; nothing if there is none left."""
    following = max(used, default=0) + 1
    return following if following <= LARGEST else None


def slug_of(title: str) -> str:
    """A title as the name of an entity: lower-case words joined by `-`. Empty if no letter or digit is left."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss").replace("&", " and ").replace("'", ""))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    words = re.findall(r"[a-z0-9]+", letters)
    slug = ""
    for word in words:
        longer = f"{slug}-{word}".lstrip("-")
        if len(longer) > _LONGEST_NAME:
            break
        slug = longer
    return slug or "-".join(words)[:_LONGEST_NAME]
