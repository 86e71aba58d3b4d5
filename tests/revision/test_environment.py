"""What git is told before it looks."""

from pathlib import Path

import pytest

from concertino.revision.environment import CONFIGURATION, git_environment, hook_environment


def settings(environment: dict[str, str]) -> list[tuple[str, str]]:
    count = int(environment["GIT_CONFIG_COUNT"])
    return [(environment[f"GIT_CONFIG_KEY_{i}"], environment[f"GIT_CONFIG_VALUE_{i}"]) for i in range(count)]


def test_settings_that_name_programs_are_overruled_and_nothing_is_fetched() -> None:
    told = git_environment({})

    assert settings(told) == list(CONFIGURATION)
    assert (
        dict(CONFIGURATION).items()
        >= {
            "core.fsmonitor": "false",
            "core.hooksPath": "/dev/null",
            "log.showSignature": "false",
            "diff.external": "",
            "protocol.allow": "never",
        }.items()
    )
    assert (
        told.items()
        >= {
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "LC_ALL": "C",
        }.items()
    )


@pytest.mark.parametrize(
    "name",
    [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_COMMON_DIR",
        "GIT_INDEX_FILE",
        "GIT_EXTERNAL_DIFF",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_ASKPASS",
        "GIT_PAGER",
        "GIT_EDITOR",
        "GIT_TRACE",
        "GIT_CONFIG",
        "GIT_CONFIG_PARAMETERS",
        "GIT_NAMESPACE",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_ATTR_SOURCE",
        "git_dir",
    ],
)
def test_variables_of_git_that_choose_programs_or_repositories_are_dropped(name: str) -> None:
    assert name not in git_environment({name: "x"})


@pytest.mark.parametrize("name", ["PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CEILING_DIRECTORIES"])
def test_variables_of_the_machine_stay(name: str) -> None:
    assert git_environment({name: "x"})[name] == "x"


@pytest.mark.parametrize("count", ["", "x", "-1", "²", "999999999999"])
def test_a_count_of_settings_that_makes_no_sense_is_harmless(count: str) -> None:
    assert settings(git_environment({"GIT_CONFIG_COUNT": count})) == list(CONFIGURATION)


def test_of_the_settings_in_the_environment_only_trust_is_kept() -> None:
    told = git_environment(
        {
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "core.fsmonitor",
            "GIT_CONFIG_VALUE_0": "trap",
            "GIT_CONFIG_KEY_1": "safe.directory",
            "GIT_CONFIG_VALUE_1": "/srv",
        }
    )

    assert settings(told) == [("safe.directory", "/srv"), *CONFIGURATION]
    assert "trap" not in told.values()


PUSH = {"GIT_OBJECT_DIRECTORY": "/new", "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/old", "GIT_QUARANTINE_PATH": "/new"}


def test_the_objects_of_a_push_are_read_in_the_repository_it_goes_to(tmp_path: Path) -> None:
    told = {"GIT_DIR": str(tmp_path), **PUSH}

    assert hook_environment(told, tmp_path, tmp_path) == PUSH
    assert hook_environment(told, tmp_path / "other", tmp_path) == {}
    assert hook_environment(PUSH, tmp_path, tmp_path) == {}


def test_an_index_that_does_not_exist_here_is_passed_over(tmp_path: Path) -> None:
    assert hook_environment({"GIT_INDEX_FILE": ".git/index.lock"}, tmp_path / ".git", tmp_path) == {}


def test_an_index_made_for_another_repository_is_passed_over(tmp_path: Path) -> None:
    index = tmp_path / "prepared"
    index.touch()
    told = {"GIT_DIR": str(tmp_path / "other"), "GIT_INDEX_FILE": str(index)}

    assert hook_environment(told, tmp_path / "other", tmp_path) == {"GIT_INDEX_FILE": str(index)}
    assert hook_environment(told, tmp_path / ".git", tmp_path) == {}
