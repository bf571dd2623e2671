"""Containers that ask for more than they hold: each ends soon, and says what was not read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..collectors.test_avro import file, number
from ..conftest import Cli

_MANY = 1_000_000


def _doubled(depth: int) -> dict[str, Any]:
    """A record of two of a record of two …, of nothing: not a byte long."""
    inner: Any = "null"
    for level in range(depth):
        fields = [
            {"name": "a", "type": inner},
            {"name": "b", "type": f"r{level - 1}" if level else inner},
        ]
        inner = {"type": "record", "name": f"r{level}", "fields": fields}
    told: dict[str, Any] = inner
    return told


def _of_nothing() -> dict[str, Any]:
    nulls = {"type": "array", "items": {"type": "array", "items": "null"}}
    return {"type": "record", "name": "r", "fields": [{"name": "a", "type": nulls}]}


_LISTED = b"Id   : 1\nName : a\nFrom : b\nTo   : c\n"
_RESULT = b"<results preview='0'>\n<result offset='0'><field k='_raw'>"
CONTAINERS = {
    "records of records in Avro": file(_doubled(40), [b"x"]),
    "arrays of nothing in Avro": file(_of_nothing(), [number(_MANY) + (number(_MANY) + b"\0") * 9]),
    "a property behind blanks": _LISTED + b"a" + b" " * _MANY + b"\n\n",
    "a property of many lines": _LISTED + b"  d\n" * _MANY,
    "values of Splunk without an end": _RESULT + b"<v>" * _MANY + b"</result></results>",
    "tags of Splunk without an end": _RESULT + b"<v " * _MANY + b"</result></results>",
}


@pytest.mark.parametrize("what", CONTAINERS)
def test_what_asks_for_more_than_it_holds_ends_soon(
    what: str, run_cli: Cli, tmp_path: Path
) -> None:
    log = tmp_path / "strange"
    log.write_bytes(CONTAINERS[what])
    done = run_cli("scan", log, "--format", "json")  # which waits a minute, and no longer
    assert done.code in (0, 3), done.err
    assert "unexpected" not in done.err
    assert done.json()["events"] == 0
