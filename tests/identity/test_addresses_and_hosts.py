"""Addresses, devices and host names in one spelling each."""

from __future__ import annotations

import ipaddress
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.identity.names import address_key, device_key, host_key, mac_key


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3:5555", "10.1.2.3"),
        ("10.1.2.3#5555", "10.1.2.3"),
        (' "10.1.2.3" ', "10.1.2.3"),
        ("::ffff:10.20.30.44", "10.20.30.44"),
        ("[::ffff:10.20.30.44]:443", "10.20.30.44"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1#53", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:443", "fe80::1"),
        ("0.0.0.0:80", None),
        ("[::]:80", None),
        ("::", None),
        ("::ffff:0.0.0.0", None),
        ("-", None),
        ("", None),
        ("10.1.2", None),
        ("010.1.2.3", None),
        ("10.1.2.256", None),
        ("1\u0661.1.2.3", None),
        ("10.1.2.3\n\x1b[31m", None),
        ("3232235777", None),
    ],
)
def test_address_key(raw: str, key: str | None) -> None:
    assert address_key(raw) == key


@given(st.ip_addresses(v=4))
def test_every_ipv4_address_is_its_own_key(address: ipaddress.IPv4Address) -> None:
    assert address_key(str(address)) == (None if address.is_unspecified else str(address))


@given(st.ip_addresses(v=6))
def test_every_spelling_of_an_ipv6_address_is_one_key(address: ipaddress.IPv6Address) -> None:
    keys = {address_key(text) for text in (str(address), address.exploded, f"[{address}]:80")}
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("LT-00412", "lt-00412"),
        ("LT-00412.corp.example", "lt-00412"),
        ("lt-00412.corp.example.", "lt-00412"),
        ("CORP\\LT-00412$", "lt-00412"),
        ('"LT-00412"', "lt-00412"),
        ("Jane's iPad", "jane's ipad"),
        ("lt\x1b[31m-1\x00", "lt-1"),
        ("020000000044", "02:00:00:00:00:44"),
        ("02-00-00-00-00-44", "02:00:00:00:00:44"),
        ("0200.0000.0044", "02:00:00:00:00:44"),
        ("02:00:00:00:00:44", "02:00:00:00:00:44"),
        ("*", None),
        ("-", None),
        ("", None),
        ("10.1.2.3", None),
        ("10.1.2", None),
        ("localhost.localdomain", None),
        ("000000000000", None),
    ],
)
def test_device_key(raw: str, key: str | None) -> None:
    assert device_key(raw) == key


@given(st.text())
def test_device_key_is_idempotent_and_bounded(raw: str) -> None:
    key = device_key(raw)
    if key is not None:
        assert device_key(key) == key
        assert len(key) <= 253


def test_no_mac_is_made_of_other_text() -> None:
    assert mac_key("02:00:00:00:00") is None
    assert mac_key("02:00-00:00:00:zz") is None


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("ChatGPT.com", "chatgpt.com"),
        ("chatgpt.com.", "chatgpt.com"),
        ("chatgpt.com:443", "chatgpt.com"),
        ("_dmarc.Example.com", "_dmarc.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example.", "xn--bcher-kva.example"),
        ("_dmarc.bücher.example", "_dmarc.xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("☕.example", "xn--53h.example"),
        ("r3---sn-abc.example.com", "r3---sn-abc.example.com"),
        ("a..b", "a..b"),
        ("a b.example", "a%20b.example"),
        ("*.example.com", "*.example.com"),
        ("evil\x00.example\x1b", "evil.example"),
        ("[2001:DB8::1]:443", "2001:db8::1"),
        ("10.1.2.3:443", "10.1.2.3"),
        ("a" * 254, None),
        ("a." * 126 + "a", "a." * 126 + "a"),
        ("", None),
        ("-", None),
        (".", None),
    ],
)
def test_host_key(raw: str, key: str | None) -> None:
    assert host_key(raw) == key


@given(
    st.one_of(
        st.text(),
        st.text(st.characters(exclude_categories=[])),
        st.from_regex(r"[a-z.:\[\]0-9é\uff1a。/%-]{0,40}"),
    )
)
def test_host_keys_are_printable_ascii_and_settle(raw: str) -> None:
    key = host_key(raw)
    if key is not None:
        assert re.fullmatch(r"[!-~]{1,253}", key)
        assert key == key.lower()
        assert host_key(key) == key


@pytest.mark.parametrize("raw", ["ü" * 100_000, "ü." * 250, "\u0301" * 500, "." * 512, ":" * 512])
def test_hostile_hosts_take_bounded_time(raw: str) -> None:
    began = time.process_time()
    host_key(raw)
    assert time.process_time() - began < 0.5
