"""The key lives outside the workspace, and a workspace knows its own."""

from __future__ import annotations

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shadow_scan.errors import UsageError
from shadow_scan.identity.keyfile import KEY_FILE_VARIABLE, key_path, load_or_create_key


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home")}


def test_a_key_is_made_once_and_found_again(workspace: Path, environ: dict[str, str]) -> None:
    first = load_or_create_key(workspace, environ)
    assert len(first) >= 32
    assert load_or_create_key(workspace, environ) == first


def test_the_key_lies_outside_the_workspace_for_its_owner_alone(
    workspace: Path, environ: dict[str, str]
) -> None:
    key = load_or_create_key(workspace, environ)
    path = key_path(workspace, environ)
    assert not path.is_relative_to(workspace)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert all(key not in file.read_bytes() for file in workspace.rglob("*") if file.is_file())


def test_two_workspaces_have_two_keys(tmp_path: Path, environ: dict[str, str]) -> None:
    one, two = (load_or_create_key(tmp_path / name, environ) for name in ("one", "two"))
    assert one != two


def test_a_moved_workspace_keeps_its_key(workspace: Path, environ: dict[str, str]) -> None:
    key = load_or_create_key(workspace, environ)
    moved = workspace.rename(workspace.with_name("moved"))
    assert load_or_create_key(moved, environ) == key


def test_many_first_users_at_once_get_one_key(workspace: Path, environ: dict[str, str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_or_create_key(workspace, environ), range(16)))
    assert len(keys) == 1


def test_the_environment_may_name_the_key_file(tmp_path: Path, workspace: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x" * 40 + b"\n")
    path.chmod(0o600)
    assert load_or_create_key(workspace, {KEY_FILE_VARIABLE: str(path)}) == b"x" * 40


def test_a_key_in_the_workspace_is_refused(workspace: Path) -> None:
    with pytest.raises(UsageError, match="must not lie in the workspace"):
        load_or_create_key(workspace, {KEY_FILE_VARIABLE: str(workspace / "key")})


def test_a_lost_key_is_not_replaced_silently(workspace: Path, environ: dict[str, str]) -> None:
    load_or_create_key(workspace, environ)
    key_path(workspace, environ).unlink()
    with pytest.raises(UsageError, match="Cannot read the key") as caught:
        load_or_create_key(workspace, environ)
    assert caught.value.remedy


def test_another_key_than_the_remembered_one_is_refused(
    workspace: Path, environ: dict[str, str]
) -> None:
    load_or_create_key(workspace, environ)
    key_path(workspace, environ).write_bytes(b"y" * 64)
    with pytest.raises(UsageError, match="not the one that made"):
        load_or_create_key(workspace, environ)


def test_a_short_key_is_refused(tmp_path: Path, workspace: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"short")
    with pytest.raises(UsageError, match="has 5 bytes"):
        load_or_create_key(workspace, {KEY_FILE_VARIABLE: str(path)})


def test_a_key_that_others_may_read_is_told(tmp_path: Path, workspace: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x" * 40)
    path.chmod(0o644)
    told: list[str] = []
    load_or_create_key(workspace, {KEY_FILE_VARIABLE: str(path)}, told.append)
    assert len(told) == 1
    assert "chmod 600" in told[0]


@pytest.mark.parametrize("note", ["", "{}", "[", '{"workspace": "../../x"}', '{"workspace": 1}'])
def test_a_damaged_note_is_an_error_with_a_remedy(
    workspace: Path, environ: dict[str, str], note: str
) -> None:
    (workspace / "identity.json").write_text(note)
    with pytest.raises(UsageError, match="damaged"):
        load_or_create_key(workspace, environ)


def test_a_folder_or_a_giant_in_place_of_the_key_is_an_error(
    tmp_path: Path, workspace: Path
) -> None:
    with pytest.raises(UsageError, match="Cannot read"):
        load_or_create_key(workspace, {KEY_FILE_VARIABLE: str(tmp_path)})
    giant = tmp_path / "giant"
    giant.write_bytes(b"x" * 5000)
    with pytest.raises(UsageError, match="too large"):
        load_or_create_key(workspace, {KEY_FILE_VARIABLE: str(giant)})


def test_without_a_home_the_remedy_is_told(workspace: Path) -> None:
    with pytest.raises(UsageError, match="home folder"):
        load_or_create_key(workspace, {})


def test_a_workspace_that_cannot_be_written_is_an_error(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="Cannot write"):
        load_or_create_key(tmp_path / "file" / "workspace", environ)


def test_settings_that_cannot_be_written_are_an_error(tmp_path: Path, workspace: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="Cannot write the key"):
        load_or_create_key(workspace, {"HOME": str(tmp_path / "file")})


def test_the_xdg_folder_counts_when_it_is_absolute(tmp_path: Path, workspace: Path) -> None:
    environ = {"HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    expected = tmp_path / ("home" if sys.platform == "darwin" else "xdg")
    assert key_path(workspace, environ).is_relative_to(expected)
    environ["XDG_CONFIG_HOME"] = "relative"
    assert key_path(workspace, environ).is_relative_to(tmp_path / "home")


def test_no_draft_is_left_behind(workspace: Path, environ: dict[str, str]) -> None:
    load_or_create_key(workspace, environ)
    assert [file.name for file in workspace.iterdir()] == ["identity.json"]
    assert len(list(key_path(workspace, environ).parent.iterdir())) == 1
