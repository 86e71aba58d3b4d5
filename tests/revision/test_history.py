"""The commits that led to a snapshot, as git records them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from concertino.model.history import Claims, FileChange, History, NoHistory
from concertino.model.snapshot import Snapshot
from concertino.revision import open_snapshot
from concertino.revision.commit import claims

Git = Callable[..., str]


def history(folder: Path, environment: Mapping[str, str], **state: str) -> History:
    found = opened(folder, environment, **state)
    assert isinstance(found, History), found
    return found


def opened(folder: Path, environment: Mapping[str, str], **state: str) -> History | NoHistory:
    snapshot = open_snapshot(folder, revision=state.get("revision"), environment=environment)
    assert isinstance(snapshot, Snapshot), snapshot
    return snapshot.history("catalogue")


def commit(folder: Path, git: Git, message: str, **files: bytes | None) -> str:
    """Commit files of the catalogue, each by its name without ending, removed if None. Gives the commit."""
    for name, content in files.items():
        path = folder / "catalogue" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink() if content is None else path.write_bytes(content)
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def test_every_commit_is_listed_with_its_parents_and_what_it_changed_in_the_folder(
    repository: Callable[..., Path], git: Git, environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1", "readme": b"x"})
    root = git(folder, "rev-parse", "HEAD")
    quiet = commit(folder, git, "Nothing below the folder")
    last = commit(folder, git, "Moved", a=None, b=b"1")
    one = git(folder, "rev-parse", "HEAD:catalogue/b.yaml")

    found = history(folder, environment).commits

    assert [(item.id, item.parents) for item in found] == [(root, ()), (quiet, (root,)), (last, (quiet,))]
    assert [item.changes for item in found] == [
        (FileChange("catalogue/a.yaml", "", one),),
        (),
        (FileChange("catalogue/a.yaml", one, ""), FileChange("catalogue/b.yaml", "", one)),
    ]


def test_parents_stand_before_children_whatever_their_dates(
    repository: Callable[..., Path], git: Git, environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1"})
    for number, year in enumerate(("2038", "2001", "2020")):
        (folder / "catalogue" / "a.yaml").write_bytes(b"%d" % number)
        day = f"{year}-01-01T00:00:00Z"
        git(folder, "commit", "-q", "-a", "-m", year, GIT_COMMITTER_DATE=day, GIT_AUTHOR_DATE=day)

    git(folder, "checkout", "-q", "-b", "side")
    old = {"GIT_COMMITTER_DATE": "2000-01-01T00:00:00Z"}
    git(folder, "commit", "-q", "--allow-empty", "-m", "Older than its parent", **old)
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "--no-edit", "side")

    found = history(folder, environment).commits

    seen: set[str] = set()
    for item in found:
        assert seen.issuperset(item.parents)
        seen.add(item.id)
    assert len(found) == 6


def test_all_parents_of_a_merge_are_told_and_the_first_is_compared(
    repository: Callable[..., Path], git: Git, environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1"})
    git(folder, "checkout", "-q", "-b", "side")
    side = commit(folder, git, "Side", s=b"side")
    git(folder, "checkout", "-q", "main")
    main = commit(folder, git, "Main", m=b"main")
    git(folder, "merge", "-q", "--no-edit", "side")

    merge = history(folder, environment).commits[-1]

    assert merge.parents == (main, side)
    assert [item.path for item in merge.changes] == ["catalogue/s.yaml"]


def test_links_and_submodules_count_as_no_file(
    repository: Callable[..., Path], git: Git, environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1"})
    blob = git(folder, "rev-parse", "HEAD:catalogue/a.yaml")
    for mode, path in (("120000", "catalogue/a.yaml"), ("160000", "catalogue/sub.yaml")):
        git(folder, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
    git(folder, "commit", "-q", "-m", "Odd")

    found = history(folder, environment, revision="HEAD").commits[-1]

    assert found.changes == (FileChange("catalogue/a.yaml", blob, ""), FileChange("catalogue/sub.yaml", "", ""))


@pytest.mark.parametrize("name", ["new\nline", ":colon", " space ", "\u00e4\u202e", "tab\tand 100644"])
def test_a_path_may_hold_anything(
    repository: Callable[..., Path], git: Git, environment: dict[str, str], name: str
) -> None:
    folder = repository({f"catalogue/{name}.yaml": b"1"})
    commit(folder, git, "Other", z=b"2")

    first, second = history(folder, environment).commits

    assert [item.path for item in first.changes] == [f"catalogue/{name}.yaml"]
    assert [item.path for item in second.changes] == ["catalogue/z.yaml"]


def test_ids_may_be_long(tmp_path: Path, git: Git, environment: dict[str, str]) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    last = commit(tmp_path, git, "First", a=b"1")

    (found,) = history(tmp_path, environment).commits

    assert found.id == last
    assert len(found.changes[0].after) == 64
    assert dict(_read(history(tmp_path, environment), [found.changes[0].after])) == {found.changes[0].after: b"1"}


def _read(found: History, blobs: list[str]) -> list[tuple[str, bytes]]:
    items = list(found.blobs(blobs))
    assert not any(isinstance(item, NoHistory) for item in items), items
    return [item for item in items if not isinstance(item, NoHistory)]


def test_a_copy_of_the_graph_that_git_keeps_is_not_believed(
    repository: Callable[..., Path], git: Git, environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1"})
    commit(folder, git, "Second", a=b"2")
    git(folder, "commit-graph", "write", "--reachable")
    tree = bytes.fromhex(git(folder, "rev-parse", "HEAD^{tree}"))
    graph = folder / ".git" / "objects" / "info" / "commit-graph"
    graph.chmod(0o644)
    data = graph.read_bytes()
    parent = data.index(tree) + len(tree)
    graph.write_bytes(data[:parent] + b"\x70\0\0\0" + data[parent + 4 :])  # "it has no parent"
    assert git(folder, "rev-list", "HEAD").count("\n") == 0, "git itself is deceived"

    assert len(history(folder, environment).commits) == 2


def test_grafts_do_not_change_who_came_first(
    repository: Callable[..., Path], git: Git, environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1"})
    last = commit(folder, git, "Second", a=b"2")
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "grafts").write_text(f"{last}\n", encoding="ascii")

    assert len(history(folder, environment).commits) == 2


def test_a_commit_that_is_gone_makes_the_history_unknown(
    repository: Callable[..., Path], git: Git, environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1"})
    first = git(folder, "rev-parse", "HEAD")
    commit(folder, git, "Second", a=b"2")
    (folder / ".git" / "objects" / first[:2] / first[2:]).unlink()

    found = opened(folder, environment)

    assert isinstance(found, NoHistory)
    assert "git fsck" in found.remediation


def test_a_blob_that_is_gone_is_told_instead_of_its_content(
    repository: Callable[..., Path], environment: dict[str, str]
) -> None:
    folder = repository({"catalogue/a.yaml": b"1"})
    found = history(folder, environment)
    blob = found.commits[0].changes[0].after
    (folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    (answer,) = found.blobs([blob])

    assert isinstance(answer, NoHistory)
    assert blob in answer.message


def raw(message: str = "Subject", author: str = "Ada <ada@example.com> 1780000000 +0200") -> bytes:
    lines = ("tree " + "0" * 40, f"author {author}", "committer Eve <eve@example.com> 1780000000 +0000", "", message)
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def test_a_commit_claims_an_author_a_committer_and_their_days() -> None:
    assert claims(raw()) == Claims(
        "Ada", "ada@example.com", "2026-05-28", "Eve", "eve@example.com", "2026-05-28", trailers={}, subject="Subject"
    )


@pytest.mark.parametrize(
    ("author", "name", "email", "day"),
    [
        ("Ada <ada@example.com> 0 +0000", "Ada", "ada@example.com", "1970-01-01"),
        ("Ada <ada@example.com> 82800 +0200", "Ada", "ada@example.com", "1970-01-02"),
        ("Ada <ada@example.com> 3600 -0200", "Ada", "ada@example.com", "1969-12-31"),
        ("Ada <ada@example.com> 999999999999999 +0000", "Ada", "ada@example.com", ""),
        ("Ada <ada@example.com>", "Ada", "ada@example.com", ""),
        ("<> 0 +0000", "", "", "1970-01-01"),
        ("no address at all", "no address at all", "", ""),
        ("\udce4da <a@example.com> 0 +0000", "\ufffdda", "a@example.com", "1970-01-01"),
        ("", "", "", ""),
    ],
)
def test_an_author_line_may_be_odd(author: str, name: str, email: str, day: str) -> None:
    found = claims(raw(author=author))

    assert (found.author, found.email, found.authored_on) == (name, email, day)


@pytest.mark.parametrize(
    ("message", "trailers"),
    [
        pytest.param("Subject\n\nA: 1\n", {"a": ("1",)}, id="one"),
        pytest.param("Subject\n\nText.\n\nA: 1\na : 2\nB-C:3\n", {"a": ("1", "2"), "b-c": ("3",)}, id="several"),
        pytest.param("Subject\n\nA: one\n  two\n", {"a": ("one two",)}, id="over two lines"),
        pytest.param("Subject\n\nA: 1\n(cherry picked from commit 0)\n", {"a": ("1",)}, id="of a commit picked"),
        pytest.param("Subject\r\n\r\nA: 1\r\n", {"a": ("1",)}, id="with line ends of Windows"),
        pytest.param("A: 1\n", {}, id="a subject is none"),
        pytest.param("Subject\n\nA: 1\n\nText.\n", {}, id="not in the last paragraph"),
        pytest.param("Subject\n\nA: 1\nText.\n", {}, id="among other text"),
        pytest.param("Subject\n\n two\nA: 1\n", {}, id="after text that is set in"),
        pytest.param("", {}, id="no message"),
    ],
)
def test_trailers_are_the_last_paragraph(message: str, trailers: dict[str, tuple[str, ...]]) -> None:
    assert claims(raw(message)).trailers == trailers


def test_a_megabyte_of_trailers_is_cut() -> None:
    found = claims(raw("Subject\n\n" + "\n".join(f"A{n}: {'x' * 5_000}" for n in range(1_000))))

    assert len(found.trailers) == 200
    assert {len(value) for values in found.trailers.values() for value in values} == {1_000}
