"""Where the key for pseudonyms lives: in the user's own settings, never in the workspace.

Whoever copies a workspace must not get the key with it. Must not print or log the key.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import sys
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from shadow_scan.errors import UsageError
from shadow_scan.identity.pseudonyms import KEY_BYTES, fingerprint

KEY_FILE_VARIABLE: Final = "SHADOW_SCAN_KEY_FILE"
REMEMBERED: Final = "identity.json"
_LARGEST_FILE: Final = 4096


class Remembered(BaseModel):
    """What a workspace keeps about its key: which key file is its own, and how to know it again."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    workspace: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    key: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = None


def load_or_create_key(
    workspace: Path,
    environ: Mapping[str, str],
    warn: Callable[[str], None] = warnings.warn,
) -> bytes:
    """The key of a workspace; made on first use, at least 32 bytes.

    It lies in `keys/<id>.key` of the platform's settings folder, or where SHADOW_SCAN_KEY_FILE
    says; file mode 0600, folder 0700. `warn` hears of a key that others may read.
    UsageError: the key is missing though the workspace had one, is not the one that the workspace
    remembers, is too short, cannot be read, or lies in the workspace itself.
    """
    remembered = _remembered(workspace)
    path = _key_path(workspace, environ, remembered)
    if remembered.key is None and not path.exists():
        _create(path, secrets.token_hex(KEY_BYTES).encode() + b"\n", "the key")
    key = _read_key(path, warn)
    _compare(key, remembered, path, workspace)
    if remembered.key is None:
        _remember(workspace, remembered.model_copy(update={"key": fingerprint(key)}))
    return key


def key_path(workspace: Path, environ: Mapping[str, str]) -> Path:
    """Where the key of a workspace is expected; gives the workspace its id if it has none."""
    return _key_path(workspace, environ, _remembered(workspace))


def _key_path(workspace: Path, environ: Mapping[str, str], remembered: Remembered) -> Path:
    override = environ.get(KEY_FILE_VARIABLE, "")
    if override:
        path = Path(override).expanduser()
    else:
        path = settings_folder(environ) / "keys" / f"{remembered.workspace}.key"
    if path.resolve().is_relative_to(workspace.resolve()):
        raise UsageError(
            "The key for pseudonyms must not lie in the workspace.",
            where=str(path),
            remedy=f"Keep it elsewhere and name it in {KEY_FILE_VARIABLE}.",
        )
    return path


def settings_folder(environ: Mapping[str, str]) -> Path:
    """The platform's folder for a user's settings of this program (XDG; on macOS, Library)."""
    home = environ.get("HOME", "")
    if not home:
        raise UsageError(
            "No home folder is known, so there is no place for the key for pseudonyms.",
            remedy=f"Set HOME, or name a key file in {KEY_FILE_VARIABLE}.",
        )
    if sys.platform == "darwin":
        return Path(home) / "Library" / "Application Support" / "shadow-scan"
    configured = environ.get("XDG_CONFIG_HOME", "")
    base = Path(configured) if configured.startswith("/") else Path(home) / ".config"
    return base / "shadow-scan"


def _remembered(workspace: Path) -> Remembered:
    path = workspace / REMEMBERED
    if not path.exists():
        fresh = Remembered(workspace=secrets.token_hex(8))
        _create(path, fresh.model_dump_json().encode() + b"\n", "the id of the workspace")
    try:
        return Remembered.model_validate_json(_read(path, "the id of the workspace"))
    except ValidationError as error:
        raise UsageError(
            "The workspace's note about its key is damaged.",
            where=str(path),
            remedy="Restore it from a backup, or start a new workspace.",
        ) from error


def _remember(workspace: Path, remembered: Remembered) -> None:
    target = workspace / REMEMBERED
    draft = target.with_name(f".{REMEMBERED}.{secrets.token_hex(4)}")
    try:
        _write_new(draft, remembered.model_dump_json().encode() + b"\n")
        os.replace(draft, target)
    except OSError as error:
        raise _unwritable("the id of the workspace", target, error) from error
    finally:
        _discard(draft)


def _create(path: Path, content: bytes, what: str) -> None:
    """Put a whole file in place or leave the one that somebody else put there meanwhile."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_new(draft, content)
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError as error:
        raise _unwritable(what, path, error) from error
    finally:
        _discard(draft)


def _discard(draft: Path) -> None:
    with contextlib.suppress(OSError):
        draft.unlink()


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_key(path: Path, warn: Callable[[str], None]) -> bytes:
    key = _read(path, "the key for pseudonyms").strip()
    if len(key) < KEY_BYTES:
        raise UsageError(
            f"The key for pseudonyms has {len(key)} bytes; it needs at least {KEY_BYTES}.",
            where=str(path),
            remedy="Restore the right file; a new key is made with: openssl rand -hex 32",
        )
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        warn(f"Others may read the key for pseudonyms; close it with: chmod 600 {path}")
    return key


def _read(path: Path, what: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError("it is no regular file")
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(
            f"Cannot read {what}: {error.strerror or error}.",
            where=str(path),
            remedy="Restore the file and make it readable for you, or start a new workspace.",
        ) from error
    if len(content) > _LARGEST_FILE:
        raise UsageError(f"The file for {what} is too large.", where=str(path))
    return content


def _compare(key: bytes, remembered: Remembered, path: Path, workspace: Path) -> None:
    if remembered.key is not None and remembered.key != fingerprint(key):
        raise UsageError(
            "The key is not the one that made this workspace's pseudonyms.",
            where=f"{path} (key {fingerprint(key)}; workspace {workspace}: {remembered.key})",
            remedy=f"Name the right key in {KEY_FILE_VARIABLE}, or start a new workspace.",
        )


def _unwritable(what: str, path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"Cannot write {what}: {error.strerror or error}.",
        where=str(path),
        remedy="Make the folder writable, or choose another one.",
    )
