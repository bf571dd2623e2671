"""One key for each user, however the log spells the name."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.identity.names import user_key

SPELLINGS_OF_JDOE = [
    "jdoe",
    "JDoe",
    "  jdoe ",
    '"jdoe"',
    "CORP\\jdoe",
    "corp\\\\jdoe",
    "jdoe@corp.example",
    "CORP\\jdoe@corp.example",
    '"CORP\\jdoe@REALM"',
    "CORP%5Cjdoe",
    "corp%255cjdoe",
    "jdoe%40corp.example",
    "WinNT://CORP/jdoe",
    "SMTP:jdoe@corp.example",
    "uid=jdoe,ou=people,dc=corp,dc=example",
    "Jane Doe (jdoe)",
    "DOE Jane (CORP\\jdoe)",
    "Jane Doe <jdoe@corp.example>",
    "j\x00d\x1b[31moe\u200b",
]


@pytest.mark.parametrize("raw", SPELLINGS_OF_JDOE)
def test_every_spelling_of_a_person_gives_one_key(raw: str) -> None:
    found = user_key(raw)
    assert (found.key, found.kind) == ("jdoe", "person")


@pytest.mark.parametrize(
    ("raw", "key", "kind"),
    [
        ("CN=Jane Doe,OU=Sales,DC=corp,DC=example", "jane doe", "person"),
        ("CN=Doe\\, Jane,OU=Sales,DC=corp", "doe, jane", "person"),
        ("cn=Ren\\c3\\a9e Doe,dc=corp", "renée doe", "person"),
        ("LDAP://10.0.0.9 OU\\=Sales,DC\\=corp/Jane Doe", "jane doe", "person"),
        ("Jane Doe (jane.doe@corp.example)", "jane.doe", "person"),
        ("LASTNAME FIRSTNAME (CORP0025465)", "corp0025465", "person"),
        ("jane%20doe", "jane doe", "person"),
        ("ren%E9e", "renée", "person"),
        ("Rene\u0301e", "renée", "person"),
        ("guest_partner.example#EXT#@corp.example", "guest_partner.example#ext#", "person"),
        ("HOST-1$", "host-1", "machine"),
        ("CORP\\LT-00412$", "lt-00412", "machine"),
        ("host/lt-00412.corp.example@CORP.EXAMPLE", "lt-00412", "machine"),
        ("DESKTOP-4F2K9AB", "desktop-4f2k9ab", "machine"),
        ("02-00-00-00-00-44", "02:00:00:00:00:44", "machine"),
        ("nt authority\\system", "system", "service"),
        ("autorite nt\\service réseau", "service réseau", "service"),
        ("NT-AUTORITÄT\\Netzwerkdienst", "netzwerkdienst", "service"),
        ("NT SERVICE\\MSSQLSERVER", "mssqlserver", "service"),
        ("svc_backup", "svc_backup", "service"),
        ("S-1-5-18", "s-1-5-18", "service"),
        ("S-1-5-21-1-2-3-1104", "s-1-5-21-1-2-3-1104", "person"),
        ("HTTP/proxy.corp.example@CORP.EXAMPLE", "http/proxy.corp.example", "service"),
        ("Road Warrior", "road warrior", "site"),
        ("Paris HQ", "paris hq", "site"),
        ("x-fwd-for: 10.1.2.3", "10.1.2.3", "address"),
        ("x-forwarded-for: 10.1.2.3, 10.9.9.9", "10.1.2.3", "address"),
        ("::ffff:10.1.2.3", "10.1.2.3", "address"),
        ("2001:DB8::1", "2001:db8::1", "address"),
    ],
)
def test_forms_met_in_real_logs(raw: str, key: str, kind: str) -> None:
    found = user_key(raw)
    assert (found.key, found.kind) == (key, kind)


@pytest.mark.parametrize(
    "raw",
    ["", "-", "  ", "%", "...",
     "anonymous", "ANONYMOUS LOGON", "NT AUTHORITY\\ANONYMOUS LOGON", "None", "N/A",
     "(null)", "Guest", "0.0.0.0:0", "CORP\\", "@corp.example", "OU=Sales,DC=corp", "$", "\x1b[2J",
     "x-fwd-for: "],
)  # fmt: skip
def test_nobody_signed_in_is_no_key(raw: str) -> None:
    found = user_key(raw)
    assert (found.key, found.kind) == (None, "unknown")


def test_initials_are_not_a_null_marker() -> None:
    assert user_key("NA").key == "na"


def test_a_remark_in_brackets_does_not_merge_people() -> None:
    assert user_key("Jane Doe (Sales)").key != user_key("John Roe (Sales)").key
    assert user_key("Jane Doe (external staff)").key == "jane doe (external staff)"


def test_a_key_has_at_most_256_characters() -> None:
    assert len(user_key("a" * 100_000).key or "") == 256
    assert len(user_key("é" * 100_000).key or "") <= 256


PIECES = st.sampled_from(
    ["CORP\\", "\\", "@", "%5c", "%", "cn=", "CN=", ",", "(", ")", "<", ">", "$", "host/", "ldap://",
     "/", " ", '"', "x-fwd-for: ", "10.1.2.3", "::1", "jdoe", "İ", "Σ", "é", "\u0301", "\x1b[1m",
     "\x00", "\ud800", "-", ".", "#", ":80", "[", "]", "svc_", "02-00-00-00-00-44", "uid\\=", "+"]
)  # fmt: skip
HOSTILE = st.one_of(
    st.text(), st.text(st.characters(exclude_categories=[])), st.lists(PIECES).map("".join)
)


@given(HOSTILE)
def test_the_key_of_a_key_is_the_key(raw: str) -> None:
    first = user_key(raw).key
    if first is not None:
        assert user_key(first).key == first


@given(HOSTILE)
def test_a_key_is_clean_and_bounded(raw: str) -> None:
    found = user_key(raw)
    assert (found.key is None) == (found.kind == "unknown")
    if found.key is not None:
        assert 0 < len(found.key) <= 256
        assert found.key == found.key.lower()
        assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in found.key)
        found.key.encode("utf-8")


@pytest.mark.parametrize(
    "unit",
    [
        "\u0301\u0323",
        "%41",
        "%25",
        "\\",
        "(",
        "cn=",
        "\x1b]",
        "@",
        "a@",
        "$",
        "/",
        "a (",
        "a'",
        ",",
    ],
)
@pytest.mark.parametrize("end", ["", ")", "$", "@x"])
def test_hostile_values_take_bounded_time(unit: str, end: str) -> None:
    began = time.process_time()
    user_key(unit * (100_000 // len(unit)) + end)
    user_key(unit * (2_000 // len(unit)) + end)
    user_key("(" * 900 + unit + ")" * 900)
    assert time.process_time() - began < 1.0
