"""Whose key signed a commit.

Git's own answer (`%G?`) comes from programs that the repository may name. So the commit is taken apart here, and
`ssh-keygen` of the machine verifies the signature against one key alone: the one whose fingerprint a member of a team
has in the catalogue. Signatures by GPG and X.509 are not verified; they prove nothing here.
The form of a signature is that of OpenSSH's PROTOCOL.sshsig.
"""

import base64
import binascii
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from concertino.model.history import Keys, NoHistory
from concertino.revision.commit import signed
from concertino.revision.problem import printable

_ARMOUR = re.compile(rb"-----BEGIN SSH SIGNATURE-----\s(.+)\s-----END SSH SIGNATURE-----\s*", re.DOTALL)
_MAGIC = b"SSHSIG"
_VERSION_END = len(_MAGIC) + 4
_TYPE = re.compile(rb"[a-z0-9][-a-z0-9@.]*")
_PATIENCE = 30.0
"""Seconds. Verifying takes milliseconds."""
_NAMESPACE = "git"
_PRINCIPAL = "signer"
"""A name of ours for the one key: a handle could be a pattern that fits others."""
_REFUSED = "Could not verify signature"


def verify(commit: bytes, signers: Keys, environment: Mapping[str, str]) -> str | NoHistory:
    """The handle of the one whose key signed a commit object, or nothing if that is not proven.

    A key that several people have proves none of them. `environment` is what Concertino was started with; the program
    is looked for on its PATH. Without it a signature that may be good can't be told from a forged one: `NoHistory`.
    """
    parts = signed(commit)
    key = _public_key(parts.signature)
    if not key:
        return ""
    holders = [handle for handle, keys in signers.items() if fingerprint(key) in set(map(_fingerprint_of, keys))]
    if len(holders) != 1:
        return ""
    good = _is_good(parts.payload, parts.signature, key, environment)
    return good if isinstance(good, NoHistory) else holders[0] if good else ""


def fingerprint(key: bytes) -> str:
    """The fingerprint of a public key in its binary form, as `ssh-keygen -l` shows it."""
    return "SHA256:" + base64.b64encode(sha256(key).digest()).decode("ascii").rstrip("=")


def _fingerprint_of(written: str) -> str:
    """The fingerprint that was written down, or that of the public key that was."""
    words = written.split()
    if len(words) > 1:
        return fingerprint(_decoded(words[1].encode("utf-8", "replace")))
    return written.strip().rstrip("=")


def _public_key(signature: bytes) -> bytes:
    """The key that a signature says it was made with; empty if it is no signature by SSH."""
    match = _ARMOUR.fullmatch(signature)
    blob = _decoded(b"".join(match[1].split())) if match else b""
    if not blob.startswith(_MAGIC):
        return b""
    key = _text(blob[_VERSION_END:])
    return key if _TYPE.fullmatch(_text(key)) else b""


def _text(data: bytes) -> bytes:
    """A text at the beginning of some bytes: four bytes of length, and the text."""
    length = int.from_bytes(data[:4], "big")
    return data[4 : 4 + length] if len(data) >= 4 + length else b""


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_good(payload: bytes, signature: bytes, key: bytes, environment: Mapping[str, str]) -> bool | NoHistory:
    program = _program(environment)
    if not program:
        return NoHistory(
            "ssh-keygen was not found, so the signature of a commit can't be verified",
            "Install OpenSSH 8.2 or later and see that ssh-keygen is on the PATH.",
        )
    written = f"{_text(key).decode('ascii')} {base64.b64encode(key).decode('ascii')}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        line = f'{_PRINCIPAL} namespaces="{_NAMESPACE}" {written}\n'
        (folder / "signers").write_text(line, encoding="ascii")
        (folder / "signature").write_bytes(signature)
        (folder / "payload").write_bytes(payload)
        return _run(program, folder, environment)


def _run(program: str, folder: Path, environment: Mapping[str, str]) -> bool | NoHistory:
    options = ("-Y", "verify", "-f", "signers", "-I", _PRINCIPAL, "-n", _NAMESPACE, "-s", "signature")
    try:
        with (folder / "payload").open("rb") as payload:
            done = subprocess.run(  # noqa: S603 - a program of the machine, and arguments of ours
                [program, *options],
                cwd=folder,
                env=dict(environment),
                stdin=payload,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        return _failed(str(error))
    told = (done.stdout + done.stderr).decode("utf-8", "replace")
    if done.returncode and _REFUSED not in told:
        return _failed(told)
    return done.returncode == 0


def _failed(why: str) -> NoHistory:
    reason = printable(next(iter(why.split("\n")), ""))[:200] or "it does not say why"
    return NoHistory(f"ssh-keygen could not verify the signature of a commit: {reason}", "See that ssh-keygen runs.")


def _program(environment: Mapping[str, str]) -> str:
    """`ssh-keygen` on the PATH. Relative folders on it are left out: they may lie in the judged repository."""
    path = next((value for name, value in environment.items() if name.upper() == "PATH"), "")
    folders = [folder for folder in path.split(os.pathsep) if Path(folder).is_absolute()]
    found = shutil.which("ssh-keygen", path=os.pathsep.join(folders)) if folders else None
    return found if found and Path(found).is_absolute() else ""
