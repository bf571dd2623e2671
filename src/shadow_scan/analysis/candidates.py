"""`candidates`: hosts in no rule that behave like AI services, with a score and its reasons.

SQL counts which requests fit which sign; what that means is for the rules to say, host by host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import duckdb

from shadow_scan.analysis.flows import flow_records
from shadow_scan.rules.candidates import CandidatesFile, Hits, Sign, is_listed, most, score, verdict
from shadow_scan.rules.patterns import glob_expression
from shadow_scan.store.database import create_table, named_sql, rows

_MOST = 2**62

_SCRATCH = (
    *("signs", "path_signs", "agent_signs", "strangers", "fits", "telling_names"),
    *("told", "possible", "flow_sizes", "sized", "candidate_hits", "wanted", "candidate_hosts"),
)
_FLOWS = "SELECT flow FROM facts.events SEMI JOIN possible USING (host_id) WHERE flow >= 0"
_HOSTS = {"host_id": "INTEGER"}
_SIGNS = {
    "sign": "VARCHAR",
    "looks_at": "VARCHAR",
    "share_from": "DOUBLE",
    "methods": "VARCHAR[]",
    "words": "VARCHAR[]",
    "ports": "INTEGER[]",
}
_COLUMNS = {
    "host": "VARCHAR",
    "score": "DOUBLE",
    "reasons": "VARCHAR[]",
    "users": "BIGINT",
    "events": "BIGINT",
    "bytes_up": "BIGINT",
    "bytes_down": "BIGINT",
    "first_time": "TIMESTAMP",
    "last_time": "TIMESTAMP",
}


def signs_met(
    connection: duckdb.DuckDBPyConnection, rules: CandidatesFile
) -> dict[int, list[Hits]]:
    """Which signs the requests to hosts of no rule fit, by host; and the table `wanted`: hosts that
    would be listed if all their use were beside AI. Reads facts, and `host_class`."""
    create_table(connection, "signs", _SIGNS, _signs(rules), temporary=True)
    _create_fits(connection, "path_signs", "path_id", "facts.paths", _path_patterns(rules))
    _create_fits(connection, "agent_signs", "agent_id", "facts.agents", _agent_patterns(rules))
    connection.execute(named_sql(__package__, "candidate_hits"))
    _create_possible(connection, rules)
    with flow_records(connection, _FLOWS):
        connection.execute(named_sql(__package__, "candidate_flows"))
        connection.execute(named_sql(__package__, "candidate_sized"))
        for sign in rules.signs:
            if sign.kind == "sizes":
                connection.execute(named_sql(__package__, "candidate_sizes"), _sizes(sign))
    connection.execute(named_sql(__package__, "candidate_shares"))
    hits = _hits(connection)
    wanted = [(host_id,) for host_id in _promising(rules, hits)]
    create_table(connection, "wanted", _HOSTS, wanted, temporary=True)
    return hits


def write_candidates(
    connection: duckdb.DuckDBPyConnection, rules: CandidatesFile, hits: dict[int, list[Hits]]
) -> None:
    """The table `candidates`, out of what `signs_met` left, `requests` and `strange_requests`."""
    connection.execute(named_sql(__package__, "candidate_hosts"))
    found = sorted(_judged(connection, rules, hits), key=lambda row: (-row["score"], row["host"]))
    create_table(connection, "candidates", _COLUMNS, [tuple(row.values()) for row in found])
    for table in _SCRATCH:
        connection.execute(f"DROP TABLE {table}")


def _signs(rules: CandidatesFile) -> list[tuple[Any, ...]]:
    return [
        (sign.id, sign.kind, sign.share_from, sign.methods, sign.words, sign.ports)
        for sign in rules.signs
    ]


def _sizes(sign: Sign) -> dict[str, str | float]:
    seconds, rate = sign.seconds or [0, _MOST], sign.bytes_a_second or [0, _MOST]
    sent = sign.sent_a_received or [0, _MOST]
    return {
        "sign": sign.id,
        "milliseconds_from": round(seconds[0] * 1000),
        "milliseconds_to": min(round(seconds[1] * 1000), _MOST),
        "rate_from": rate[0],
        "rate_to": rate[1],
        "sent_from": sent[0],
        "sent_to": sent[1],
        "bytes_up_from": sign.bytes_up_from or 0,
        "bytes_up_to": _MOST if sign.bytes_up_to is None else sign.bytes_up_to,
        "bytes_down_from": sign.bytes_down_from or 0,
    }


def _path_patterns(rules: CandidatesFile) -> dict[str, str]:
    """Sign -> one pattern over whole paths."""
    return {
        sign.id: "|".join(f"(?:{glob_expression(glob)})" for glob in sign.paths)
        for sign in rules.signs
        if sign.paths
    }


def _agent_patterns(rules: CandidatesFile) -> dict[str, str]:
    return {
        sign.id: "|".join(f".*(?:{agent}).*" if agent[:1] != "^" else f"(?:{agent[1:]}).*"
                          for agent in sign.agents)
        for sign in rules.signs
        if sign.agents
    }  # fmt: skip


def _create_fits(
    connection: duckdb.DuckDBPyConnection, table: str, key: str, texts: str,
    patterns: dict[str, str],
) -> None:  # fmt: skip
    connection.execute(f"CREATE TEMP TABLE {table} ({key} INTEGER, sign VARCHAR)")
    fitting = f"SELECT id, $sign FROM {texts} WHERE regexp_full_match(text, $pattern)"
    for sign, pattern in patterns.items():
        bound = {"sign": sign, "pattern": pattern}
        connection.execute(f"INSERT INTO {table} {fitting}", bound)


def _create_possible(connection: duckdb.DuckDBPyConnection, rules: CandidatesFile) -> None:
    """Hosts that what is counted next could list. Sizes say little by themselves, and are counted
    over all requests: those of hosts that nothing else speaks for need not be."""
    more = {sign.id for sign in rules.signs if sign.kind in ("sizes", "beside")}
    least = rules.listed_from or 0
    connection.execute(named_sql(__package__, "candidate_told"))
    told = [signs for (signs,) in rows(connection, "SELECT DISTINCT signs FROM told")]
    enough = [signs for signs in told if most(rules, more.union(signs)) >= least]
    untold = most(rules, more) >= least
    connection.execute(named_sql(__package__, "candidate_possible"), [enough, untold])


def _hits(connection: duckdb.DuckDBPyConnection) -> dict[int, list[Hits]]:
    counted: dict[int, list[Hits]] = defaultdict(list)
    for host_id, *counts in rows(connection, "SELECT * FROM candidate_hits"):
        counted[host_id].append(Hits(*counts))
    return counted


def _promising(rules: CandidatesFile, hits: dict[int, list[Hits]]) -> list[int]:
    """Hosts that will be listed if all their uses are beside AI; the others need not be asked."""
    beside = _beside(rules, 1.0)
    least = rules.listed_from or 0
    return [host for host, found in hits.items() if score(rules, found + beside) >= least]


def _beside(rules: CandidatesFile, share: float) -> list[Hits]:
    return [Hits(sign.id, 1, share) for sign in rules.signs if sign.kind == "beside"]


def _judged(
    connection: duckdb.DuckDBPyConnection, rules: CandidatesFile, hits: dict[int, list[Hits]]
) -> Iterator[dict[str, Any]]:
    result = connection.execute("SELECT * FROM candidate_hosts")
    columns = [column[0] for column in result.description or ()]
    for values in result.fetchall():
        host = dict(zip(columns, values, strict=True))
        judged = verdict(rules, hits[host["host_id"]] + _beside(rules, host["beside"]))
        if is_listed(rules, host["host"], judged):
            known = {**host, "score": judged.score, "reasons": list(judged.reasons)}
            yield {name: known[name] for name in _COLUMNS}
