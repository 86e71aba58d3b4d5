"""A small group under git, ready to be changed."""

import json
import shutil
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concertino.cli.main import run

Document = dict[str, Any]
DAY = "2026-05-01"


def document(kind: str, name: str, **spec: object) -> Document:
    metadata = {"name": name, "title": name.replace("-", " ").title()}
    return {"apiVersion": "concertino/v1", "kind": kind, "metadata": metadata, "spec": spec}


def configuration(**more: object) -> Document:
    return {"apiVersion": "concertino/v1", "kind": "Configuration", "extends": [], **more}


def member(handle: str, *keys: str) -> Document:
    return {"name": handle.title(), "handle": handle, **({"signingKeys": list(keys)} if keys else {})}


def capability(name: str, standard: str = "One way.", owner: str = "board") -> Document:
    return document("Capability", name, standard=standard, plane="workflow", owner=owner)


def policy(name: str, expression: str, target: str = "Capability", **more: object) -> Document:
    spec = {
        "description": "It is there to be judged by.",
        "target": target,
        "severity": "error",
        "enforcement": "soft-mandatory",
        "approvalRight": "operating-model",
        "validations": [{"name": "holds", "expression": expression, "message": "it does not hold"}],
        "remediation": "Make it hold.",
    }
    return document("Policy", name, **{**spec, **more})


def waiver(policy_name: str, entity: str, **more: object) -> Document:
    figure = {
        "kind": "risk",
        "metric": "incidents",
        "baseline": 4,
        "value": 2,
        "unit": "a year",
        "period": "2026-Q1",
        "source": "Incident log",
        "basis": "observed",
    }
    spec = {
        "policies": [policy_name],
        "entities": [entity],
        "type": "waiver",
        "requester": "nils",
        "owner": "makers",
        "approver": "ada",
        "approvedOn": "2026-03-01",
        "startsOn": "2026-03-01",
        "expires": "2026-08-01",
        "evidence": [figure],
        "controls": ["A look each Monday."],
        "reason": "The season has to end before anything moves.",
    }
    return document("Exception", f"{entity.partition(':')[2]}-waived", **{**spec, **more})


def teams() -> list[Document]:
    return [
        document("Team", "board", type="architecture", members=[member("ada"), member("bea")]),
        document("Team", "committee", type="commercial", members=[member("ivo")]),
        document("Team", "makers", type="brand", members=[member("nils"), member("olaf")]),
    ]


def right() -> Document:
    return document("DecisionRight", "model", right="operating-model", accountable="board", escalation="committee")


def news(report: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The findings of a comparison by what became of them: policy and entity, those without left out."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in report["findings"]:
        found.setdefault(item["change"], []).append((item["policy"], item["entity"]))
    if report["fixed"]:
        found["fixed"] = [(item["policy"], item["entity"]) for item in report["fixed"]]
    return found


class Repository:
    """A governed repository: what is written into it, and what is committed."""

    def __init__(self, folder: Path, git: Callable[..., str], capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._git = git
        self._capfd = capfd

    def git(self, *arguments: str) -> str:
        return self._git(self.folder, *arguments)

    def write(self, path: str, *documents: Document | str) -> None:
        """Write documents into a file. JSON is YAML; a text is written as it is."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        texts = [item if isinstance(item, str) else json.dumps(item, indent=2) + "\n" for item in documents]
        target.write_text("---\n".join(texts), encoding="utf-8", newline="\n")

    def policy(self, item: Document) -> None:
        self.write(f"policies/{item['metadata']['name']}/policy.yaml", item)

    def remove(self, path: str) -> None:
        (self.folder / path).unlink()

    def commit(self, message: str = "A change", *options: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"-m{message}", *options)
        return self.git("rev-parse", "HEAD")

    def run(self, command: str, *options: str) -> tuple[int, str]:
        """The exit code and standard output of a command that has nothing to say on standard error."""
        self._capfd.readouterr()
        code = run([*command.split(), "-C", str(self.folder), *options])
        out, err = self._capfd.readouterr()
        assert not err, err
        return code, out

    def check(self, *options: str) -> tuple[int, dict[str, Any]]:
        """The exit code of a check, and its report."""
        code, out = self.run("check", "--as-of", DAY, "--format", "json", *options)
        return code, json.loads(out)


_STARTED: list[Path] = []
"""The repository that all tests start from, once the first of them has made it."""


@pytest.fixture
def repository(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    git: Callable[..., str],
    capfd: pytest.CaptureFixture[str],
) -> SimpleNamespace:
    """On main: teams, one right, two policies and two capabilities in one file, of which `orders` breaks a rule."""
    if not _STARTED:
        _STARTED.append(tmp_path_factory.mktemp("started"))
        _start(Repository(_STARTED[0], git, capfd))
    found = Repository(tmp_path / "repository", git, capfd)
    shutil.copytree(_STARTED[0], found.folder)
    names = ("folder", "git", "write", "policy", "remove", "commit", "run", "check")
    return SimpleNamespace(**{name: getattr(found, name) for name in names})


def _start(found: Repository) -> None:
    found.write("concertino.yaml", configuration())
    found.write("catalogue/teams.yaml", *teams())
    found.write("catalogue/rights/model.yaml", right())
    found.write("catalogue/capabilities.yaml", capability("orders", "None."), capability("search"))
    found.policy(policy("standard-is-said", 'entity.spec.standard != "None."'))
    found.policy(policy("owner-is-the-board", 'entity.spec.owner == "board"', severity="warning"))
    found.git("init", "--quiet")
    found.commit("The beginning")
    found.git("checkout", "--quiet", "-b", "change")
    for sample in (found.folder / ".git" / "hooks").glob("*.sample"):
        sample.unlink()


@pytest.fixture(scope="session")
def words() -> SimpleNamespace:
    """What the tests write documents with."""
    return SimpleNamespace(
        document=document,
        configuration=configuration,
        capability=capability,
        policy=policy,
        waiver=lambda *names, **more: deepcopy(waiver(*names, **more)),
        member=member,
        news=news,
        teams=teams,
        right=right,
    )
