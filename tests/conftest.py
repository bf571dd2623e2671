"""What every test may use: a workspace, the command line in a process or here, real parts."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from shadow_scan.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_logs"
REQUIRE_REAL = "SHADOW_SCAN_REQUIRE_REAL"
_SBIN = ("/usr/sbin", "/usr/local/sbin", "/sbin")
_SECONDS = 60

# Machines are shared: how long an example takes says nothing of what it tests.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@dataclass(frozen=True, slots=True)
class Run:
    """How a command ended; both streams as text."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def records(self) -> list[dict[str, Any]]:
        """Objects of JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Cli = Callable[..., Run]


def clean_environment(home: Path) -> dict[str, str]:
    """No variable of the caller's but what finds programs and modules."""
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tui")]),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "SHADOW_SCAN_KEY_FILE": str(home / "pseudonyms.key"),
    }


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "shadow_scan", *map(str, args)]


def as_bytes(given: str | bytes | None) -> bytes:
    return given.encode() if isinstance(given, str) else given or b""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy of a folder that the first of all workers makes for the others, too."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once-{name}"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            begun = shared.with_suffix(".begun")
            begun.mkdir(mode=0o700)
            make(begun)
            begun.rename(shared)
    return Path(shutil.copytree(shared, factory.mktemp(name), dirs_exist_ok=True))


@pytest.fixture(scope="session")
def compiled_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the shipped rules, made once: each fresh workspace would make its own."""
    from shadow_scan.bundled import bundled
    from shadow_scan.rules.compiled import load_compiled

    def make(workspace: Path) -> None:
        load_compiled(bundled("rules"), workspace / "rules", workspace / "cache")

    return made_once(tmp_path_factory, "rules", make) / "cache"


@pytest.fixture(scope="session", autouse=True)
def _no_cache_of_the_user(
    tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path
) -> Iterator[None]:
    """What runs in the tests' own process keeps nothing in the home of whoever runs them."""
    cache = tmp_path_factory.mktemp("user-cache")
    shutil.copytree(compiled_rules, cache / "shadow-scan")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield


@pytest.fixture
def workspace(tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path) -> Path:
    """An empty workspace; neither its key nor the test's logs lie in it (see `environment`)."""
    place = tmp_path_factory.mktemp("workspace")
    shutil.copytree(compiled_rules, place / "cache")
    return place


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return clean_environment(tmp_path_factory.mktemp("home"))


@pytest.fixture
def run_cli(workspace: Path, environment: dict[str, str]) -> Cli:
    """`run_cli(*args, stdin=None)`: the program in a process of its own, on the workspace."""

    def run(*args: object, stdin: str | bytes | None = None) -> Run:
        done = subprocess.run(
            command(*args),
            input=as_bytes(stdin),
            capture_output=True,
            env={**environment, "SHADOW_SCAN_WORKSPACE": str(workspace)},
            timeout=_SECONDS,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def cli(workspace: Path, environment: dict[str, str]) -> Cli:
    """The same in this process, which is faster and can be patched."""
    return in_process_cli(workspace, environment)


def in_process_cli(workspace: Path, environment: dict[str, str]) -> Cli:
    variables = {**environment, "SHADOW_SCAN_WORKSPACE": str(workspace)}

    def run(*args: object, stdin: str | bytes | None = None) -> Run:
        return _in_process(tuple(map(str, args)), as_bytes(stdin), variables)

    return run


Read = tuple[Path, dict[str, str]]
"""A workspace that tests copy before they change it, and the environment that made it."""


def read_once(home: Path, compiled_rules: Path, *words: object) -> Read:
    """A workspace below `home` after one scan with these words."""
    place = home / "workspace"
    place.mkdir(mode=0o700)
    shutil.copytree(compiled_rules, place / "cache")
    environment = clean_environment(home / "home")
    done = in_process_cli(place, environment)("scan", *words)
    assert done.code == 0, done.err
    return place, environment


def copied(read: Read, workspace: Path) -> Cli:
    """The command line on a copy of it."""
    shutil.copytree(read[0], workspace, dirs_exist_ok=True)
    return in_process_cli(workspace, read[1])


def _in_process(args: tuple[str, ...], given: bytes, variables: dict[str, str]) -> Run:
    from shadow_scan.cli import main

    stdout, stderr = io.StringIO(), io.StringIO()
    code: Any = 0
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.delenv("SHADOW_SCAN_DEBUG", raising=False)
        patch.setattr(signal, "signal", lambda *_: None)
        patch.setattr(sys, "argv", ["shadow-scan", *args])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            try:
                main()
            except SystemExit as end:
                code = end.code or 0
    return Run(code, stdout.getvalue(), stderr.getvalue())


@pytest.fixture(scope="session")
def sample_workspace(
    tmp_path_factory: pytest.TempPathFactory, compiled_rules: Path
) -> tuple[Path, dict[str, str]]:
    """The sample company, read once by `demo`: its workspace and the environment to look at it."""

    def make(home: Path) -> None:
        place = home / "workspace"
        place.mkdir(mode=0o700)
        shutil.copytree(compiled_rules, place / "cache")
        done = subprocess.run(
            command("demo", "--no-tui", "--workspace", place),
            capture_output=True,
            env=clean_environment(home / "home"),
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()

    home = made_once(tmp_path_factory, "demo", make)
    place = home / "workspace"
    return place, {**clean_environment(home / "home"), "SHADOW_SCAN_WORKSPACE": str(place)}


@pytest.fixture
def place(tmp_path: Path, sample_workspace: tuple[Path, dict[str, str]]) -> Workspace:
    """The sample company in a workspace of the test's own, before anything was decided."""
    copied = tmp_path / "workspace"
    shutil.copytree(sample_workspace[0], copied, ignore=lambda *_: ["decisions"])
    return Workspace(copied)


@pytest.fixture
def company(place: Workspace, sample_workspace: tuple[Path, dict[str, str]]) -> Cli:
    """The command line on it."""
    return in_process_cli(place.path, sample_workspace[1])


@pytest.fixture(scope="session")
def sample_cli(sample_workspace: tuple[Path, dict[str, str]]) -> Cli:
    """Commands on the sample company, in this process. They only look: each runs once."""

    @cache
    def run(*args: str) -> Run:
        return _in_process(args, b"", sample_workspace[1])

    return lambda *args: run(*map(str, args))


def real_part(name: str) -> str:
    """The path of a program; skips without it, or fails where real parts are required."""
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(_SBIN))
    if found is not None:
        return found
    missing = f"the real part '{name}' is not installed"
    if os.environ.get(REQUIRE_REAL) == "1":
        pytest.fail(f"{missing}, and {REQUIRE_REAL}=1 requires it")
    pytest.skip(missing)


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts programs that end with the test, whatever happens."""
    started: list[subprocess.Popen[bytes]] = []

    def started_program(arguments: list[str], **options: Any) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(arguments, **options))
        return started[-1]

    yield started_program
    for process in started:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
