"""Nothing is read from outside, whatever a repository names: only the repository, the interpreter and the engine.

Python's audit events show what Python opens; the kernel shows what libraries and git open besides.
"""

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CANARY = "canary-8a1f"
IN_ACCESS, IN_OPEN = 0x1, 0x20

PROBE = """
import json, os, sys
opened = []
def heard(event, arguments):
    if event == "open" and not isinstance(arguments[0], int):
        opened.append([os.fsdecode(arguments[0]), arguments[2]])
    elif event in ("os.listdir", "os.scandir") and arguments[0] is not None:
        opened.append([os.fsdecode(arguments[0]), 0])
sys.addaudithook(heard)
target, log, *arguments = sys.argv[1:]
if target:
    open(target).close()
from concertino.cli.main import run
text = json.dumps([run(arguments), opened])
with open(log, "w") as stream:
    stream.write(text)
"""

OUTSIDE = {
    "metadata.json": '{"type": "object", "title": "canary-8a1f"}',
    "people.yaml": "apiVersion: concertino/v1\nkind: Team\nmetadata: {name: canary-8a1f, title: T}\n",
    "rows.csv": "subject,period,value\ncanary-8a1f,2026-Q1,1\n",
    "pack.yaml": "apiVersion: concertino/v1\nkind: Pack\nmetadata: {name: canary-8a1f, title: T}\n",
    "canary/policy.yaml": "apiVersion: concertino/v1\nkind: Policy\nmetadata: {name: canary, title: canary-8a1f}\n",
}


def schema(kind: str, **changes: object) -> str:
    text = (Path(__file__).parent / "pieces/Warehouse.schema.json").read_text(encoding="utf-8")
    value = json.loads(text.replace("Warehouse", kind).replace("warehouses", kind.lower()))
    return json.dumps({**value, **changes})


def reaching_out(outside: Path) -> dict[str, str | Path]:
    """Files that name what lies outside, in every way that a file can. A path stands for a symbolic link."""
    reference = {"$ref": f"file://{outside}/metadata.json"}
    measurement = "apiVersion: concertino/v1\nkind: Measurement\nmetadata: {name: m%d}\n"
    rows = "spec: {metric: lead-time, source: Log, rowsFrom: %s}\n"
    return {
        "concertino.yaml": (
            "apiVersion: concertino/v1\nkind: Configuration\n"
            f"extends: [operate-orchestrate, ./../outside, ./{outside}, ../outside]\n"
        ),
        "schemas/Absolute.schema.json": schema("Absolute", properties={"metadata": reference}),
        "schemas/Above.schema.json": schema("Above", properties={"metadata": {"$ref": "../../outside/metadata.json"}}),
        "schemas/Based.schema.json": schema("Based", **{"$id": f"file://{outside}/", "$ref": "metadata.json"}),
        "schemas/Meta.schema.json": schema("Meta", **{"$schema": f"file://{outside}/metadata.json"}),
        "schemas/Dynamic.schema.json": schema("Dynamic", **{"$dynamicRef": f"file://{outside}/metadata.json"}),
        "schemas/Linked.schema.json": outside / "metadata.json",
        "catalogue/people.yaml": outside / "people.yaml",
        "catalogue/folder": outside,
        "catalogue/tag.yaml": f"kind: !include {outside}/people.yaml\n",
        "catalogue/measurements.yaml": "---\n".join(
            measurement % number + rows % path
            for number, path in enumerate(
                ("../../outside/rows.csv", f"{outside}/rows.csv", f"file://{outside}/rows.csv", "rows.csv")
            )
        ),
        "catalogue/rows.csv": outside / "rows.csv",
        "policies/linked": outside / "canary",
        "policies/file/policy.yaml": outside / "canary/policy.yaml",
    }


def leading_out(outside: Path) -> dict[str, str | Path]:
    """A configuration whose folders lie outside."""
    folders = "".join(f"{name}: ../outside\n" for name in ("catalogue", "policies", "schemas"))
    return {"concertino.yaml": f"apiVersion: concertino/v1\nkind: Configuration\n{folders}", "catalogue": outside}


def lay(folder: Path, files: Mapping[str, str | Path]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            path.symlink_to(content)
        else:
            path.write_text(content, encoding="utf-8")


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """The names of what any process opens or reads in a folder and below it. Where there is no inotify, nothing."""
    seen: list[str] = []
    if not sys.platform.startswith("linux"):
        yield seen
        return
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert watch >= 0
    for path in (folder, *folder.rglob("*")):
        assert libc.inotify_add_watch(watch, os.fsencode(path), IN_ACCESS | IN_OPEN) >= 0
    try:
        yield seen
        while data := _read(watch):
            seen.append(data.hex())
    finally:
        os.close(watch)


def _read(watch: int) -> bytes:
    try:
        return os.read(watch, 65_536)
    except BlockingIOError:
        return b""


def probe(tmp_path: Path, *arguments: str | Path, target: str = "") -> tuple[int, list[tuple[str, int]], str]:
    """Exit code, what Python opened, and all that was said. `target` is opened besides."""
    log = tmp_path / "log.json"
    command = [sys.executable, "-c", PROBE, target, str(log), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    code, opened = json.loads(log.read_text())
    return code, [(path, flags) for path, flags in opened], (done.stdout + done.stderr).decode()


def lies_inside(path: str, flags: int, folder: Path) -> bool:
    """Whether a path is one that may be opened. A single name is opened in a folder that is open, and never a link."""
    if not Path(path).is_absolute():
        return "/" not in path and path != ".." and bool(flags & os.O_NOFOLLOW)
    allowed = [folder, ROOT, Path(sys.prefix), Path(sys.base_prefix), *map(Path, sys.path[1:]), Path(os.devnull)]
    return any(Path(path).is_relative_to(place) for place in allowed)


@pytest.mark.parametrize("files", [reaching_out, leading_out], ids=["files that reach out", "folders that lead out"])
def test_nothing_outside_is_opened_whatever_a_repository_names(
    files: Callable[[Path], dict[str, str | Path]], sound: Mapping[str, str], tmp_path: Path
) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "repository"
    lay(outside, OUTSIDE)
    reaching = files(outside)
    lay(folder, {name: text for name, text in sound.items() if name.partition("/")[0] not in reaching})
    for name in reaching:
        (folder / name).unlink(missing_ok=True)
    lay(folder, reaching)

    with watched(outside) as seen:
        code, opened, said = probe(tmp_path, "-C", folder, "check", "--as-of", "2026-06-01")

    assert code == 2
    assert seen == []
    assert CANARY not in said
    assert opened
    assert [path for path, flags in opened if not lies_inside(path, flags, folder)] == []


def test_the_probe_would_notice(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    lay(outside, OUTSIDE)
    target = str(outside / "people.yaml")

    with watched(outside) as seen:
        _, opened, _ = probe(tmp_path, "--version", target=target)

    assert [path for path, flags in opened if not lies_inside(path, flags, tmp_path / "repository")] == [target]
    assert bool(seen) == sys.platform.startswith("linux")
