"""What git is told before it looks at a repository that may mean harm."""

import os
from collections.abc import Mapping
from pathlib import Path

CONFIGURATION = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", os.devnull),
    ("core.warnAmbiguousRefs", "true"),
    ("diff.external", ""),
    ("log.showSignature", "false"),
    ("protocol.allow", "never"),
    ("submodule.recurse", "false"),
)
"""Settings that win over those of the repository: none of them may name a program that git then runs."""

_FIXED = {
    # protocol.allow is only a default: a repository that says protocol.ext.allow=always overrules it, and a missing
    # object then runs its remote as a shell command. This variable overrules every such setting.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    # Replace refs and grafts show other content and other parents than the commit id stands for.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}

_OF_THE_MACHINE = frozenset(
    {
        "GIT_CEILING_DIRECTORIES",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CONFIG_SYSTEM",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_EXEC_PATH",
    }
)
"""How git is installed. All other variables of git are dropped: they name programs, traces or repositories."""

_OBJECTS_OF_A_PUSH = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")
HOOK_VARIABLES = ("GIT_INDEX_FILE", *_OBJECTS_OF_A_PUSH)
"""What git tells its hooks about the commit or push that is going on."""


def git_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables git runs with, made of those that Concertino was started with.

    The folder decides which repository is meant, so GIT_DIR and its like are dropped. Settings that arrive through
    GIT_CONFIG_COUNT are dropped too, save `safe.directory`: whom to trust is for the user to say.
    """
    kept = {
        name: value
        for name, value in environment.items()
        if not name.upper().startswith("GIT_") or name in _OF_THE_MACHINE
    }
    settings = (*_trusted_folders(environment), *CONFIGURATION)
    numbered = {"GIT_CONFIG_COUNT": str(len(settings))}
    for index, (key, value) in enumerate(settings):
        numbered[f"GIT_CONFIG_KEY_{index}"] = key
        numbered[f"GIT_CONFIG_VALUE_{index}"] = value
    return kept | numbered | _FIXED


def hook_environment(environment: Mapping[str, str], git_folder: Path, top: Path) -> dict[str, str]:
    """The hook variables that speak of the repository with `git_folder`, whose working tree begins at `top`.

    A hook of one repository may check another (`-C ../other`); then its index and its objects mean nothing there.
    """
    named = environment.get("GIT_DIR")
    here = named is not None and Path(named).resolve() == git_folder
    kept = {name: environment[name] for name in _OBJECTS_OF_A_PUSH if here and name in environment}
    index = environment.get("GIT_INDEX_FILE")
    if index and (here or named is None) and _is_index_of(top / index, git_folder):
        kept["GIT_INDEX_FILE"] = index
    return kept


def _is_index_of(index: Path, git_folder: Path) -> bool:
    """Whether an index file exists, as git resolves its name, and does not lie in another repository's folder."""
    folder = index.parent.resolve()
    return index.is_file() and (folder == git_folder or not (folder / "HEAD").exists())


def _trusted_folders(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    count = environment.get("GIT_CONFIG_COUNT", "")
    indexes = range(min(int(count), 1000)) if count.isascii() and count.isdigit() else range(0)
    pairs = [
        (environment.get(f"GIT_CONFIG_KEY_{i}", ""), environment.get(f"GIT_CONFIG_VALUE_{i}", "")) for i in indexes
    ]
    return [(key, value) for key, value in pairs if key.lower() == "safe.directory"]
