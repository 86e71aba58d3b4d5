"""What git prints, to values."""

import pytest

from concertino.model.snapshot import Entry, EntryKind
from concertino.revision import parse

BLOB = "a" * 40


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (BLOB, BLOB),
        ("b" * 64, "b" * 64),
        (f"^{BLOB}", ""),
        (f"{BLOB}\n{BLOB}", ""),
        (f"{BLOB}\n", ""),
        (BLOB.upper(), ""),
        ("a" * 41, ""),
        ("", ""),
    ],
    ids=["SHA-1", "SHA-256", "a range", "two", "with a newline", "capitals", "of no known length", "nothing"],
)
def test_an_object_id_is_forty_or_sixty_four_hexadecimal_digits(line: str, expected: str) -> None:
    assert parse.object_id(line) == expected


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("100644", EntryKind.FILE),
        ("100755", EntryKind.FILE),
        ("100664", EntryKind.FILE),
        ("120000", EntryKind.SYMLINK),
        ("160000", EntryKind.SUBMODULE),
        ("100600", EntryKind.OTHER),
    ],
)
def test_the_mode_says_what_stands_at_a_path(mode: str, kind: EntryKind) -> None:
    assert parse.tree(f"{mode} blob {BLOB}\ta/b\0".encode()) == [Entry("a/b", kind, BLOB)]


@pytest.mark.parametrize("path", ["..", "../a", "a/../b", "/etc/passwd", "a//b", "./a", "a/"])
def test_a_path_that_does_not_lead_down_is_no_file(path: str) -> None:
    assert parse.tree(f"100644 blob {BLOB}\t{path}\0".encode()) == [Entry(path, EntryKind.OTHER, BLOB)]


def test_a_line_of_the_index_has_a_stage_and_may_be_absent() -> None:
    output = f"H 100644 {BLOB} 0\ta\tb\n\0S 100755 {BLOB} 0\tc\0M 100644 {BLOB} 2\td\0".encode()

    assert parse.tracked(output) == [
        parse.Tracked(Entry("a\tb\n", EntryKind.FILE, BLOB), 0),
        parse.Tracked(Entry("c", EntryKind.FILE, BLOB), 0, absent=True),
        parse.Tracked(Entry("d", EntryKind.FILE, BLOB), 2),
    ]


def test_a_name_that_is_no_utf8_can_be_turned_back_into_its_bytes() -> None:
    (name,) = parse.names(b"\xff\xfe\n\0")

    assert name.encode("utf-8", "surrogateescape") == b"\xff\xfe\n"


def test_contents_may_look_like_the_answers_around_them() -> None:
    inner = f"{BLOB} blob 3\nxyz\n".encode()
    output = b"%s blob %d\n%s\n%s missing\n%s blob 0\n\n" % (b"c" * 40, len(inner), inner, b"d" * 40, b"e" * 40)

    assert dict(parse.contents(output)) == {"c" * 40: inner, "e" * 40: b""}


def test_sizes_leave_out_what_is_missing() -> None:
    assert parse.sizes(f"{BLOB} blob 12\n{'b' * 40} missing\n{'c' * 40} commit 7\n".encode()) == {
        BLOB: parse.Size("blob", 12),
        "c" * 40: parse.Size("commit", 7),
    }


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (f"040000 tree {BLOB}\tbrands\0", BLOB),
        (f"100644 blob {BLOB}\tbrands\0", ""),
        (f"160000 commit {BLOB}\tbrands\0", ""),
        ("", ""),
    ],
    ids=["a folder", "a file", "a submodule", "nothing"],
)
def test_only_a_folder_has_a_tree(output: str, expected: str) -> None:
    assert parse.folder(output.encode()) == expected


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (b"git version 2.39.5\n", (2, 39)),
        (b"git version 2.50.1 (Apple Git-155)\n", (2, 50)),
        (b"git version 2.47.1.windows.2\n", (2, 47)),
        (b"something else\n", (0, 0)),
    ],
)
def test_the_version_of_git_has_two_numbers(output: bytes, expected: tuple[int, int]) -> None:
    assert parse.version(output) == expected
