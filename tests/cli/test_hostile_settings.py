"""No program that a judged repository names in its settings runs, whatever is asked of Concertino."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PROGRAM_KEYS = [
    "alias.rev-parse",
    "alias.ls-tree",
    "alias.ls-files",
    "alias.cat-file",
    "alias.log",
    "alias.rev-list",
    "browser.trap.cmd",
    "browser.trap.path",
    "core.alternateRefsCommand",
    "core.askPass",
    "core.editor",
    "core.fsmonitor",
    "core.gitProxy",
    "core.hooksPath",
    "core.pager",
    "core.sshCommand",
    "credential.helper",
    "diff.external",
    "diff.trap.command",
    "diff.trap.textconv",
    "difftool.trap.cmd",
    "difftool.trap.path",
    "filter.trap.clean",
    "filter.trap.process",
    "filter.trap.smudge",
    "gpg.openpgp.program",
    "gpg.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.ssh.program",
    "gpg.x509.program",
    "gui.trap.cmd",
    "guitool.trap.cmd",
    "imap.tunnel",
    "instaweb.httpd",
    "interactive.diffFilter",
    "man.trap.cmd",
    "merge.trap.driver",
    "mergetool.trap.cmd",
    "mergetool.trap.path",
    "pack.packObjectsHook",
    "pager.cat-file",
    "pager.log",
    "pager.ls-files",
    "pager.ls-tree",
    "pager.rev-list",
    "pager.rev-parse",
    "receive.procReceiveRefs",
    "remote.origin.receivepack",
    "remote.origin.uploadpack",
    "remote.origin.vcs",
    "sendemail.sendmailCmd",
    "sendemail.toCmd",
    "sequence.editor",
    "submodule.trap.update",
    "tar.trap.command",
    "trailer.trap.cmd",
    "trailer.trap.command",
    "uploadpack.packObjectsHook",
    "web.browser",
]
SWITCHES = {
    "log.showSignature": "true",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "remote.origin.promisor": "true",
    "remote.origin.partialclonefilter": "blob:none",
    "extensions.partialClone": "origin",
    "core.untrackedCache": "true",
}
"""Settings that make git more willing to run the programs."""

COMMANDS = [
    ("check", "--as-of", "2026-06-01"),
    ("check", "--as-of", "2026-06-01", "--rev", "HEAD"),
    ("check", "--as-of", "2026-06-01", "--staged"),
    ("records", "render"),
    ("records", "check"),
    ("records", "check", "--rev", "HEAD"),
    ("catalogue", "list"),
    ("catalogue", "show", "brand:harbour", "--rev", "HEAD"),
    ("catalogue", "new", "Team", "blue"),
    ("policies", "test", "--staged"),
]


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """Stands here once a program has run."""
    return tmp_path / "sprung"


@pytest.fixture
def trapped(tmp_path: Path, git: Callable[..., str], concertino: Callable[..., Any], marker: Path) -> Path:
    """A governed repository whose settings, attributes and hooks name one program wherever git takes one."""
    folder = tmp_path / "repository"
    folder.mkdir()
    concertino("init", "-C", folder, "--as-of", "2026-06-01")
    (folder / ".gitattributes").write_text("*.yaml diff=trap filter=trap merge=trap\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Start")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    program = hooks / "trap"
    program.write_text(f'#!/bin/sh\ntouch "{marker}"\nif test -f "$1"; then cat "$1"; fi\n')
    program.chmod(0o755)
    for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "pre-auto-gc", "post-checkout"):
        (hooks / hook).symlink_to(program)
    settings = {key: str(program) for key in PROGRAM_KEYS} | SWITCHES
    settings |= {"core.hooksPath": str(hooks), "submodule.trap.update": f"!{program}", "alias.log": f"!{program}"}
    settings |= {"remote.origin.url": f"ext::{program}"}
    with (folder / ".git/config").open("a", encoding="utf-8") as config:
        for key, value in settings.items():
            section, _, name = key.rpartition(".")
            head, _, rest = section.partition(".")
            config.write(f'[{head} "{rest}"]\n' if rest else f"[{head}]\n")
            config.write(f'\t{name} = "{value}"\n')
    (folder / "catalogue/brands.yaml").touch()
    return folder


@pytest.mark.skipif(os.name == "nt", reason="the trap is a shell script")
def test_none_of_the_programs_runs(trapped: Path, concertino: Callable[..., Any], marker: Path) -> None:
    for command in COMMANDS:
        ran = concertino(*command, "-C", trapped)
        assert ran.code in (0, 1), ran.err
        assert not marker.exists(), command


@pytest.mark.skipif(os.name == "nt", reason="the trap is a shell script")
def test_the_traps_are_set(trapped: Path, git: Callable[..., str], marker: Path) -> None:
    """Git itself runs them: without that the test above would show nothing."""
    with suppress(CalledProcessError):
        git(trapped, "status", "--short")

    assert marker.exists()
