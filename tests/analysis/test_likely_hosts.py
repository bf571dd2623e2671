"""Hosts that no rule can speak of are left out before rules are asked, and no others."""

from __future__ import annotations

import re
from functools import cache

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import given

from shadow_scan.analysis.classify import likely_hosts
from shadow_scan.bundled import bundled
from shadow_scan.rules.loader import load_rules
from shadow_scan.rules.matcher import Matcher
from shadow_scan.rules.patterns import HostEnds, HostPatterns, ends_of, kind_of
from shadow_scan.rules.work.matching import Applications, HostNames
from shadow_scan.rules.work.models import Application

LABELS = ("a", "b-1", "chat", "x_y", "com", "example", "jira", "jira2", "co-jira")
NAMES = st.lists(st.sampled_from(LABELS), min_size=1, max_size=5).map(".".join)
PATTERNS = st.one_of(
    NAMES,
    NAMES.map("={}".format),
    NAMES.map("{}/v1/*".format),
    st.tuples(st.sampled_from(("*", "*.", "a*", "a.*", "*b-1")), NAMES).map("".join),
    st.tuples(NAMES, st.sampled_from(("*", ".*", ".*/v1", ".*.com", "*.example.com"))).map("".join),
    st.sampled_from(
        (
            r"re:^chat-\d+\.example\.com$",
            r"re:(?:a|b-1)\.example\.com",
            r"re:chat\.com|a\.example",
            r"re:a\.(?:com)?",
            r"re:\w\.chat\.c\w",
            r"re:.*example",
            r"re:(?=a).*\.com\Z",
            r"re:[a-z]+\.com$",
        )
    ),
)


def accepted(ends: HostEnds, hosts: list[str], words: tuple[str, ...] = ()) -> set[str]:
    connection = _connection()
    sql = "CREATE OR REPLACE TABLE facts.hosts AS SELECT 1 AS id, unnest($1::VARCHAR[]) AS text"
    connection.execute(sql, [hosts])
    return {host for _, host in likely_hosts(connection, ends, words)}


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA facts")
    return connection


def fits(pattern: str, host: str) -> bool:
    name = pattern.partition("/")[0] if kind_of(pattern) == "path" else pattern
    if kind_of(name) in ("regex", "wildcard"):
        alone: HostPatterns[bool] = HostPatterns()
        alone.add(name, True)
        return alone.of(host) is not None
    return HostNames([(name, True)]).of(host) is not None


@given(st.lists(PATTERNS, min_size=1, max_size=6), st.lists(NAMES, min_size=1, max_size=12))
def test_no_host_is_left_out_of_which_a_pattern_speaks(
    patterns: list[str], hosts: list[str]
) -> None:
    spoken_of = {host for host in hosts if any(fits(pattern, host) for pattern in patterns)}
    assert spoken_of <= accepted(ends_of(patterns), hosts)


@given(st.lists(NAMES, min_size=1, max_size=12), st.sets(st.sampled_from(("jira", "chat", "com"))))
def test_no_application_is_left_out(hosts: list[str], labels: set[str]) -> None:
    known = Application(id="tracker", name="Tracker", hosts=["=example.com"], labels=sorted(labels))
    applications = Applications([known])
    meant = {host for host in hosts if applications.of(host) is not None}
    assert meant <= accepted(applications.ends, hosts, applications.words)


@pytest.mark.parametrize(
    ("pattern", "names", "tails"),
    [
        ("api.example.com", {"example.com"}, ()),
        ("=example.com", {"example.com"}, ()),
        ("*.chat.example.com/v1/*", {"example.com"}, ()),
        ("*-chat.example.com", {"example.com"}, ()),
        ("*chat.com", set(), ("chat.com",)),
        ("chat.*", set(), ("",)),
        (r"re:^a-\S+-\d+\.chat\.example\.com$", {"example.com"}, ()),
        (r"re:a\.com|b\.com", set(), ("",)),
    ],
)
def test_ends_of_patterns(pattern: str, names: set[str], tails: tuple[str, ...]) -> None:
    assert ends_of([pattern]) == HostEnds(frozenset(names), tails)


def test_the_shipped_rules_leave_out_what_no_service_ends_like() -> None:
    matcher = Matcher(load_rules(bundled("rules")))
    assert "" not in matcher.ends.tails
    hosts = ["chatgpt.com", "x.cdn.example", "a.b.openai.com", "*", "com", ""]
    assert accepted(matcher.ends, hosts) == {"chatgpt.com", "a.b.openai.com"}
    assert re.search(matcher.ends.expression, "x.cdn.example") is None
