"""Subnets: longest prefix, as the standard library would find it the slow way."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.errors import UsageError
from shadow_scan.identity.subnets import Subnets


def test_the_smallest_network_wins() -> None:
    subnets = Subnets({"10.0.0.0/8": "All", "10.1.0.0/16": "Sales", "10.1.2.3": "Boss"})
    assert subnets.team("10.1.2.3") == "Boss"
    assert subnets.team("10.1.2.4") == "Sales"
    assert subnets.team("10.2.0.0") == "All"
    assert subnets.team("11.0.0.0") is None
    assert subnets.team("::ffff:10.1.2.3") == "Boss"
    assert subnets.team("2001:db8::1") is None
    assert subnets.team("nonsense") is None


def test_mapped_networks_are_ipv4_networks() -> None:
    assert Subnets({"::ffff:10.1.0.0/112": "Sales"}).team("10.1.9.9") == "Sales"


def networks(version: int) -> st.SearchStrategy[str]:
    bits = 32 if version == 4 else 128
    base = 0x0A000000 if version == 4 else 0x20010DB8 << 96
    return st.tuples(st.integers(0, 255), st.integers(bits - 8, bits)).map(
        lambda pair: str(ipaddress.ip_network((base + pair[0], pair[1]), strict=False))
    )


@given(
    st.lists(networks(4) | networks(6), unique=True, max_size=12),
    st.lists(st.integers(0, 300), min_size=1, max_size=20),
)
def test_the_search_equals_brute_force(table: list[str], offsets: list[int]) -> None:
    subnets = Subnets({network: f"t{at}" for at, network in enumerate(table)})
    parsed = [ipaddress.ip_network(network) for network in table]
    for offset in offsets:
        for base in (ipaddress.ip_address("10.0.0.0"), ipaddress.ip_address("2001:db8::")):
            address = base + offset
            holding = [net for net in parsed if net.version == address.version and address in net]
            best = max(holding, key=lambda net: net.prefixlen, default=None)
            expected = f"t{parsed.index(best)}" if best else None
            assert subnets.team(str(address)) == expected


def test_the_edges_of_the_address_space() -> None:
    subnets = Subnets({"0.0.0.0/0": "Four", "::/0": "Six"})
    assert subnets.team("255.255.255.255") == "Four"
    assert subnets.team("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff") == "Six"


def test_all_mistakes_come_at_once_with_hints() -> None:
    with pytest.raises(UsageError) as caught:
        Subnets(
            {
                "10.1.2.3/16": "A",
                "10.7/16": "B",
                "10.0.0.0/33": "C",
                "2001:db8::/129": "D",
                "10.3.0.0/16": " ",
                "10.4.0.0/16": "E",
                "10.4.0.0/255.255.0.0": "F",
                "fritz\x1b[31m": "G",
            }
        )
    what = caught.value.what
    assert "7 networks are wrong" in what
    assert "did you mean 10.1.0.0/16?" in what
    assert "did you mean 10.7.0.0/16?" in what
    assert "a number from 0 to 32" in what
    assert "a number from 0 to 128" in what
    assert "'10.3.0.0/16': the team is empty" in what
    assert "the same network as '10.4.0.0/16'" in what
    assert what.isprintable()


def test_a_thousand_mistakes_stay_readable() -> None:
    with pytest.raises(UsageError, match="and 990 more") as caught:
        Subnets({f"x{'y' * 1000}{at}": "A" for at in range(1000)})
    assert len(caught.value.what) < 3000
