"""What is refused before anything is judged: `refused.yaml` says in which state of git, and in which words."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

TABLE = yaml.safe_load((Path(__file__).parent / "refused.yaml").read_text(encoding="utf-8"))


def prepare(folder: Path, sound: Mapping[str, str], steps: list[Any], git: Callable[..., str]) -> None:
    """The sound files, and the steps that lead to the state of the case."""
    for name, text in sound.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for step in steps:
        match step:
            case {"write": name, "text": text}:
                (folder / name).write_text(text, encoding="utf-8")
            case {"fails": arguments}:
                with pytest.raises(subprocess.CalledProcessError):
                    git(folder, *arguments)
            case _:
                git(folder, *step)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in TABLE])
def test_a_refusal_is_one_brief_text_on_standard_error_with_a_way_out(
    case: Mapping[str, Any],
    sound: Mapping[str, str],
    git: Callable[..., str],
    concertino: Callable[..., Any],
    tmp_path: Path,
) -> None:
    folder = tmp_path / "repository"
    prepare(folder, sound, case["git"], git)

    ran = concertino("-C", folder, "check", "--format", "json", *case["run"])

    assert (ran.code, ran.out) == (2, "")
    for part in case["says"]:
        assert part in ran.err
    assert "Traceback" not in ran.err
    assert "\x1b" not in ran.err
    assert len(ran.err.splitlines()) <= 6
