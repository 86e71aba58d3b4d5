"""Whose key signed a commit: real keys, real commits, and forgeries."""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from concertino.model.history import NoHistory
from concertino.revision.commit import signed
from concertino.revision.signatures import fingerprint, verify

pytestmark = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed: nothing here proves that signatures hold"
)

Git = Callable[..., str]
Key = Callable[..., "tuple[Path, str]"]


@pytest.fixture
def key(tmp_path: Path) -> Key:
    """Makes a key pair: the file of the private key, and the fingerprint."""

    def make(name: str, kind: str = "ed25519") -> tuple[Path, str]:
        path = tmp_path / name
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", name, "-f", path], check=True)
        line = subprocess.run(["ssh-keygen", "-l", "-f", path], check=True, capture_output=True, text=True).stdout
        return path, line.split()[1]

    return make


@pytest.fixture
def commit(repository: Callable[..., Path], git: Git) -> Callable[..., bytes]:
    """Makes a commit, signed by a key if one is given, and gives its bytes."""
    folder = repository({"a.txt": b"a"})

    def make(path: Path | None = None, author: str = "Ada <ada@example.com>", message: str = "A commit") -> bytes:
        signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={path}") if path else ()
        sign = "--gpg-sign" if path else "--no-gpg-sign"
        git(folder, *signing, "commit", "-q", "--allow-empty", sign, f"--author={author}", f"--message={message}")
        return f"{git(folder, 'cat-file', 'commit', 'HEAD')}\n".encode()

    return make


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_commit_that_a_member_signed_is_proven(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str], kind: str
) -> None:
    path, mark = key("mara", kind)

    assert verify(commit(path), {"jon": ["SHA256:else"], "mara": [mark]}, environment) == "mara"


def test_a_member_may_write_down_the_public_key_instead_of_its_fingerprint(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str]
) -> None:
    path, mark = key("mara")
    written = path.with_suffix(".pub").read_text(encoding="utf-8").strip()

    assert verify(commit(path), {"mara": [written]}, environment) == "mara"
    assert fingerprint(base64.b64decode(written.split()[1])) == mark


def test_the_key_counts_and_not_the_author_that_the_commit_claims(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str]
) -> None:
    (_, mara), (path, mallory) = key("mara"), key("mallory")
    forged = commit(path, author="Mara <mara@example.com>")

    assert verify(forged, {"mara": [mara]}, environment) == ""
    assert verify(forged, {"mara": [mara], "mallory": [mallory]}, environment) == "mallory"


def test_what_nobody_signed_is_not_proven(key: Key, commit: Callable[..., bytes], environment: dict[str, str]) -> None:
    assert verify(commit(), {"mara": [key("mara")[1]]}, environment) == ""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"author Ada", b"author Eve", id="the author"),
        pytest.param(b"A commit", b"B commit", id="the message"),
        pytest.param(b"\n\nA commit", b"\nencoding latin-1\n\nA commit", id="a header that was added"),
        pytest.param(b"tree ", b"tree 0", id="the tree"),
    ],
)
def test_a_commit_that_was_altered_after_it_was_signed_is_not_proven(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str], old: bytes, new: bytes
) -> None:
    path, mark = key("mara")
    data = commit(path)
    assert verify(data, {"mara": [mark]}, environment) == "mara"

    assert old in data
    assert verify(data.replace(old, new, 1), {"mara": [mark]}, environment) == ""


def test_the_signature_of_another_commit_is_not_proof(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str]
) -> None:
    path, mark = key("mara")
    good, other = signed(commit(path)), signed(commit(message="Another"))
    lines = b"\n ".join(good.signature.strip().split(b"\n"))
    pasted = other.payload.replace(b"\n\n", b"\ngpgsig " + lines + b"\n\n", 1)

    assert signed(pasted).signature == good.signature
    assert verify(pasted, {"mara": [mark]}, environment) == ""


def test_a_signature_for_another_purpose_is_not_proof(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str], tmp_path: Path
) -> None:
    path, mark = key("mara")
    payload = commit()
    (tmp_path / "payload").write_bytes(payload)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-f", path, "-n", "file", tmp_path / "payload"], check=True)
    lines = b"\n ".join((tmp_path / "payload.sig").read_bytes().strip().split(b"\n"))

    data = payload.replace(b"\n\n", b"\ngpgsig " + lines + b"\n\n", 1)

    assert signed(data).payload == payload
    assert verify(data, {"mara": [mark]}, environment) == ""


def test_two_signatures_in_one_commit_prove_nothing(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str]
) -> None:
    path, mark = key("mara")
    data = commit(path)
    start, end = data.index(b"gpgsig "), data.index(b"\n\n")

    assert verify(data[:end] + b"\n" + data[start:end] + data[end:], {"mara": [mark]}, environment) == ""


def test_a_key_that_two_people_have_proves_neither(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str]
) -> None:
    path, mark = key("mara")

    assert verify(commit(path), {"mara": [mark], "jon": [mark]}, environment) == ""


@pytest.mark.parametrize(
    "armour",
    [
        b"-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----",
        b"-----BEGIN SSH SIGNATURE-----\n U1NIU0lH\n -----END SSH SIGNATURE-----",
        b"-----BEGIN SSH SIGNATURE-----\n !!!!\n -----END SSH SIGNATURE-----",
        b"-----BEGIN SSH SIGNATURE-----\n U1NIU0lHAAAAAf////8=\n -----END SSH SIGNATURE-----",
        b"",
    ],
    ids=["of GPG", "that breaks off", "that is no base64", "with a length beyond its end", "that is empty"],
)
def test_it_is_no_proof_to_have_a_signature(
    commit: Callable[..., bytes], environment: dict[str, str], armour: bytes
) -> None:
    data = commit().replace(b"\n\n", b"\ngpgsig " + armour + b"\n\n", 1)

    assert verify(data, {"mara": ["SHA256:x"], "": [""], "none": [fingerprint(b"")]}, environment) == ""


def test_without_ssh_keygen_nobody_can_tell(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str], tmp_path: Path
) -> None:
    path, mark = key("mara")
    data = commit(path)

    found = verify(data, {"mara": [mark]}, {**environment, "PATH": str(tmp_path / "empty")})

    assert isinstance(found, NoHistory)
    assert "ssh-keygen" in found.message
    assert "Install OpenSSH" in found.remediation
    assert verify(data, {"mara": ["SHA256:else"]}, {"PATH": ""}) == "", "nobody's key needs no program"


def test_no_program_of_the_repository_is_run(
    key: Key, commit: Callable[..., bytes], environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, mark = key("mara")
    data = commit(path)
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "ssh-keygen").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    (trap / "ssh-keygen").chmod(0o755)
    monkeypatch.chdir(trap)

    altered = data.replace(b"A commit", b"B commit")
    program = shutil.which("ssh-keygen")
    assert program

    real = os.pathsep.join([".", "", str(Path(program).parent)])
    assert verify(altered, {"mara": [mark]}, {**environment, "PATH": real}) == ""
    assert isinstance(verify(altered, {"mara": [mark]}, {**environment, "PATH": ".::trap"}), NoHistory)


def test_a_commit_with_sha256_ids_is_proven_too(
    key: Key, git: Git, environment: dict[str, str], tmp_path: Path
) -> None:
    path, mark = key("mara")
    folder = tmp_path / "long"
    folder.mkdir()
    git(folder, "init", "-q", "--object-format=sha256")
    signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={path}")
    git(folder, *signing, "commit", "-q", "--allow-empty", "-S", "-m", "A commit")
    data = f"{git(folder, 'cat-file', 'commit', 'HEAD')}\n".encode()

    assert b"gpgsig-sha256" in data
    assert verify(data, {"mara": [mark]}, environment) == "mara"
