"""What holds for every lease file: no overlap, every line counted, clear errors."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shadow_scan.errors import UsageError
from shadow_scan.identity.leases import Lease, read_leases
from shadow_scan.identity.leases.model import Leases, Record, Tally
from shadow_scan.identity.leases.reading import LONGEST_LINE

RECORDS = st.lists(
    st.builds(
        Record,
        address=st.sampled_from(["10.0.0.1", "10.0.0.2"]),
        device=st.sampled_from(["a", "b", "02:00:00:00:00:44", None]),
        mac=st.sampled_from(["02:00:00:00:00:44", None]),
        begin_us=st.integers(0, 20),
        end_us=st.one_of(st.none(), st.integers(0, 30)),
        source_line=st.integers(1, 99),
    ),
    max_size=30,
)


@given(RECORDS)
def test_intervals_of_an_address_never_overlap(records: list[Record]) -> None:
    by_address: dict[str, list[Lease]] = {}
    for lease in Leases("test", tuple(records), Tally()):
        by_address.setdefault(lease.address, []).append(lease)
    for leases in by_address.values():
        for earlier, later in pairwise(leases):
            assert earlier.end_us is not None
            assert earlier.begin_us < earlier.end_us <= later.begin_us


@given(RECORDS, st.integers(0, 40))
def test_the_device_at_a_time_is_that_of_the_latest_record(
    records: list[Record], when: int
) -> None:
    leases = Leases("test", tuple(records), Tally())
    for address in ("10.0.0.1", "10.0.0.2"):
        begun = [r for r in records if r.address == address and r.begin_us <= when]
        begins = [r.begin_us for r in begun]
        found = leases.device_at(address, when)
        if not begun:
            assert found is None
            continue
        latest = [r for r in begun if r.begin_us == max(begins)]
        held = latest[-1].end_us is None or when < latest[-1].end_us
        if not held or latest[-1].device is None:
            assert found is None
        elif latest[-1].device != latest[-1].mac:
            assert found == latest[-1].device
        else:
            assert found in {r.device for r in latest}


SLOW = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEADS = [
    b"lease 10.0.0.1 {\n", b"address,hwaddr,client_id,valid_lifetime,expire\n", b"\xff\xfe",
    b"1790187072 02:00:00:00:00:44 10.0.0.4 x *\n", b"10,09/23/26,10:00:00,A,10.0.0.1,a,b\n", b"",
]  # fmt: skip
PIECES = st.sampled_from(
    [b"lease 10.0.0.1 {", b"}", b"{", b'"', b";", b"\n", b"\r", b"\x00",
     b"starts epoch 1790143200;",
     b"ends never;", b"hardware ethernet 02:00:00:00:00:44;", b"ia-na \"\\001\" {", b"iaaddr ::1 {",
     b"10,09/23/26,10:00:00,A,10.0.0.1,a,020000000044", b"10.0.0.1,02:00:00:00:00:44,,1,2",
     b"1790187072 * 10.0.0.4 x *", b"\xc3", b"#", b",", b" "]
)  # fmt: skip


@SLOW
@given(st.sampled_from(HEADS), st.one_of(st.binary(max_size=200), st.lists(PIECES).map(b"".join)))
def test_hostile_bytes_are_counted_or_one_clear_error(
    tmp_path: Path, head: bytes, tail: bytes
) -> None:
    path = tmp_path / "leases"
    path.write_bytes(head + tail)
    try:
        leases = read_leases(path)
    except UsageError:
        return
    assert leases.lines == leases.used + leases.rejected + leases.skipped
    content = head + tail
    if content and b"\0" not in content and not content.startswith(b"\xff\xfe"):
        assert leases.lines == content.count(b"\n") + (not content.endswith(b"\n"))


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    path.write_bytes(gzip.compress(b"1790187072 02:00:00:00:00:44 10.0.0.4 x *\n"))
    assert read_leases(path).intervals[0].device == "x"


def test_an_empty_file_holds_no_lease(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    path.write_bytes(b"\n")
    leases = read_leases(path)
    assert (leases.lines, leases.skipped, leases.intervals) == (1, 1, ())


def test_a_line_without_end_is_one_rejected_line(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    good = b"1790187072 02:00:00:00:00:44 10.0.0.4 x *\n"
    path.write_bytes(good + b"x" * (3 * LONGEST_LINE) + b"\n" + good)
    leases = read_leases(path)
    assert (leases.lines, leases.used, leases.rejected) == (3, 2, 1)


@pytest.mark.parametrize(
    "content", [b"hello\n", b"user,team\njdoe,Sales\n", b"\x1f\x8b\x08broken", b"\x00\x01\x02"]
)
def test_what_is_no_lease_file_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "leases"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_leases(path)
    assert caught.value.where == str(path)
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_what_cannot_be_opened_is_one_clear_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="Cannot read the lease file"):
        read_leases(tmp_path / name)


def test_problems_keep_examples_and_count_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "leases"
    good = b"1790187072 02:00:00:00:00:44 10.0.0.4 x *\n"
    path.write_bytes(good + b"rubbish\n" * 5000)
    leases = read_leases(path)
    assert leases.rejected == len(leases.problems) == 5000
    assert len(leases.problems.examples) == 50
