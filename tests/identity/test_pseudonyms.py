"""Pseudonyms are keyed, stable and apart by kind."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.errors import UsageError
from shadow_scan.identity.pseudonyms import Pseudonyms, fingerprint

KEY = b"k" * 32


def test_a_pseudonym_is_a_letter_and_ten_hex_digits() -> None:
    names = Pseudonyms(KEY)
    assert re.fullmatch("u-[0-9a-f]{10}", names.user("jdoe"))
    assert re.fullmatch("d-[0-9a-f]{10}", names.device("lt-00412"))
    assert re.fullmatch("a-[0-9a-f]{10}", names.address("10.1.2.3"))


def test_pseudonyms_never_change_between_versions() -> None:
    assert Pseudonyms(KEY).user("jdoe") == "u-120b68fc62"


def test_the_kinds_have_nothing_in_common() -> None:
    names = Pseudonyms(KEY)
    assert len({names.user("7")[2:], names.device("7")[2:], names.address("7")[2:]}) == 3


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonyms(KEY).user("jdoe") != Pseudonyms(b"x" * 32).user("jdoe")


def test_case_and_unicode_form_do_not_matter() -> None:
    names = Pseudonyms(KEY)
    assert names.user("RENÉE") == names.user("rene\u0301e")


@given(st.text(st.characters(exclude_categories=[])))
def test_any_name_has_a_pseudonym(name: str) -> None:
    assert re.fullmatch("u-[0-9a-f]{10}", Pseudonyms(KEY).user(name))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(UsageError, match="31 bytes"):
        Pseudonyms(b"k" * 31)


def test_neither_the_fingerprint_nor_the_repr_shows_the_key() -> None:
    assert "k" not in fingerprint(KEY)
    assert re.fullmatch("[0-9a-f]{16}", fingerprint(KEY))
    assert "kkk" not in repr(Pseudonyms(KEY))
    assert fingerprint(KEY) != fingerprint(b"x" * 32)
