"""A firewall writes names in one record and sizes in another: a session joins them, bytes once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from shadow_scan.listings.queries import listing
from shadow_scan.vocabulary import Activity, Listing
from shadow_scan.workspace import Workspace

from .conftest import seen

GOLDEN = Path(__file__).parents[1] / "collectors" / "golden"


def golden(name: str, *numbers: int) -> list[str]:
    lines = (GOLDEN / f"{name}.log").read_text().splitlines()
    return [lines[number - 1] for number in numbers]


def after(line: str, seconds: int) -> str:
    return re.sub(r"eventtime=(\d{10})", lambda of: f"eventtime={int(of[1]) + seconds}", line)


def test_a_url_record_takes_the_bytes_of_its_session(services: Any) -> None:
    found = services(golden("paloalto", 1, 2, 3, 7, 8))
    assert seen(found["chatgpt"]) == (1, 1, 1, 57_844, 68_970)
    assert seen(found["claude"]) == (1, 1, 1, 100, 200)


def test_a_session_that_began_in_a_log_without_ends_is_one_with_its_end(services: Any) -> None:
    url, ended = golden("paloalto", 1, 3)
    begun = ended.replace(",end,", ",start,")
    assert seen(services([url, begun])["chatgpt"]) == (1, 1, 1, None, None)
    found = services([url, begun], [ended])
    assert seen(found["chatgpt"]) == (1, 1, 1, 57_844, 68_970)


def test_a_session_of_versa_counts_once_in_whichever_of_its_logs_it_stands(services: Any) -> None:
    begun, ended = golden("versa", 1, 2)
    assert seen(services([begun])["claude"]) == (1, 1, 1, None, None)
    assert seen(services([begun], [ended])["claude"]) == (1, 1, 1, 812, 4_012)
    page = golden("versa", 4)[0].replace("chatgpt.com/backend-api", "claude.ai/new")
    page = page.replace("urlfAction=block", "urlfAction=allow")
    assert seen(services([begun], [ended], [page])["claude"]) == (1, 1, 1, 812, 4_012)
    again = [
        each.replace("T10:11", "T10:21").replace("flowCookie=16", "flowCookie=17")
        for each in (begun, ended)
    ]
    assert seen(services([begun], [ended], [page], again)["claude"])[2:] == (2, 1_624, 8_024)


def test_several_urls_of_one_session_share_its_bytes(services: Any) -> None:
    first, second = golden("paloalto", 1, 3)
    again = first.replace("10:11:12", "10:11:15").replace("conversation", "models")
    found = services([first, again, second])
    assert seen(found["chatgpt"]) == (1, 1, 2, 57_844, 68_970)


def test_a_page_whose_record_tells_one_size_takes_the_other_from_its_connection(
    services: Any,
) -> None:
    common = (
        '"flow_id":7,"src_ip":"192.0.2.4","src_port":50124,"dest_ip":"198.51.100.7","dest_port":80'
    )
    page = (
        '{"timestamp":"2026-09-23T10:11:12.000000+0000","event_type":"http",%s,"http":{"hostname":'
        '"chatgpt.com","url":"/backend-api/conversation","http_method":"POST","status":200%s}}'
    )
    flow = (
        '{"timestamp":"2026-09-23T10:12:12.000000+0000","event_type":"flow",%s,"flow":{'
        '"bytes_toserver":57844,"bytes_toclient":68970,"start":"2026-09-23T10:11:12.000000+0000",'
        '"end":"2026-09-23T10:11:20.000000+0000"}}'
    )
    pages = [page % (common, f',"length":{length}') for length in (600, 40)]
    found = services([*pages, flow % common])
    assert seen(found["chatgpt"]) == (1, 1, 2, 57_844, 640)


def test_interim_records_add_up_to_the_session_and_no_more(services: Any) -> None:
    found = services(golden("fortinet", 1, 2, 3))
    assert seen(found["chatgpt"]) == (1, 1, 1, 57_844, 68_970)


def test_traffic_that_names_its_host_itself_is_no_second_request(services: Any) -> None:
    url, interim, last = golden("fortinet", 1, 2, 3)
    named = [f'{line} hostname="chatgpt.com"' for line in (interim, last)]
    assert seen(services([url, *named])["chatgpt"]) == (1, 1, 1, 57_844, 68_970)


def test_traffic_alone_that_names_its_host_counts(services: Any) -> None:
    named = [f'{line} hostname="chatgpt.com"' for line in golden("fortinet", 2, 3)]
    assert seen(services(named)["chatgpt"]) == (1, 1, 1, 57_844, 68_970)


def test_a_session_number_that_comes_again_is_another_session(services: Any) -> None:
    first = golden("fortinet", 1, 2, 3)
    later = [after(line, 86_400) for line in first]
    assert seen(services([*first, *later])["chatgpt"]) == (1, 2, 2, 2 * 57_844, 2 * 68_970)


def test_sizes_of_a_number_that_comes_again_are_those_of_each_session(
    services: Any, workspace: Path
) -> None:
    url, traffic = (
        line.replace("chatgpt.com", "assistant.loom.example") for line in golden("fortinet", 1, 3)
    )
    sizes = {"duration=208": "duration=20", "sentbyte=57844": "sentbyte=8000",
             "rcvdbyte=68970": "rcvdbyte=20000", "sentdelta=17844 rcvddelta=18970": ""}  # fmt: skip
    for written, wanted in sizes.items():
        traffic = traffic.replace(written, wanted)
    services([after(line, 7_200 * turn) for turn in range(40) for line in (url, traffic)])
    found = listing(Workspace(workspace), Listing.CANDIDATES, Activity.ALL).records()
    assert [row["host"] for row in found] == ["assistant.loom.example"]
    assert any("long streams of small records" in reason for reason in found[0]["reasons"])


def test_a_tunnel_of_a_proxy_gives_way_to_no_other_recorder(services: Any) -> None:
    """The firewall's connection is its witness; it says no more than the tunnel."""
    tunnel = (
        "1790158272.000 2500 10.20.30.44 TCP_TUNNEL/200 68111 57000 CONNECT chatgpt.com:443 aokafor"
        ' HIER_DIRECT/198.51.100.7 - "-" "-"'
    )
    found = services([tunnel], golden("watchguard", 1))
    assert seen(found["chatgpt"]) == (1, 1, 1, 57_000, 68_111)
