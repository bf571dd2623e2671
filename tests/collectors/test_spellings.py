"""Records as products spell them besides the golden ones: older and newer keys, headers, words."""

from __future__ import annotations

import pytest

from shadow_scan.collectors.formats import recognise

from .reading import ALL_SHOWN, parsed, parsed_each, shown
from .spellings import Case
from .spellings_exports import MORE

WSS = '"time":"10:11:12","cs-username":"ada@corp.example","c-ip":"203.0.113.9"'
CASES: dict[str, Case] = MORE | {
    "checkpoint, the time in its syslog header alone": (
        "checkpoint",
        '<134>1 2026-09-23T10:11:12Z gw1 CheckPoint 19 - [action:"Accept"; loguid:"{0x5e,0x0}"; '
        '__policy_id_tag:"product=VPN-1 & FireWall-1[db_tag={1};date=1585487925\\]"; '
        'dst:"198.51.100.7"; product:"VPN-1 & FireWall-1"; service:"443"; src:"10.20.30.44"]',
        {"event_time": "2026-09-23 10:11:12", "source_ip": "10.20.30.44", "action": "allowed"},
    ),
    "meraki behind a version, with an agent": (
        "meraki",
        "<134>1 1790158272.348215340 MX84 urls src=10.20.30.44:60336 dst=198.51.100.7:443 "
        "mac=02:00:00:00:00:44 agent='Mozilla/5.0 (X11; a=b)' request: GET https://claude.ai/new",
        {"host": "claude.ai", "method": "GET", "user_agent": "Mozilla/5.0 (X11; a=b)"},
    ),
    "netskope, a transaction as JSON": (
        "netskope",
        '{"bytes":"50","cs-bytes":"30","cs-host":"claude.ai","cs-method":"POST",'
        '"cs-uri-port":"443","date":"2026-09-23","sc-bytes":"20","sc-status":"200",'
        f'{WSS},"x-cs-userip":"10.20.30.44","x-cs-url":"https://claude.ai/api",'
        '"x-cs-uri-path":"/api","x-cs-app":"-","x-type":"http_transaction"}',
        {"source_ip": "10.20.30.44", "user_name": "ada", "port": 443, "bytes_up": 30},
    ),
    "skyhigh, the time in its syslog header alone": (
        "skyhigh",
        '<30>Sep 23 10:11:12 gw1 mwg: status="403/80" srcip="10.20.30.44" user="-" '
        'dhost="claude.ai" urlp="443" mtd="GET" bytes="458/509/2813/3001" ua="curl/8" '
        'url="http://claude.ai/x?q=1" destip="198.51.100.7"',
        {"event_time": "2026-09-23 10:11:12", "path": "/x", "port": 443, "action": "blocked"},
    ),
    "sonicwall without a user": (
        "sonicwall",
        '10.0.0.1 id=firewall sn=1 time="2026-09-23 10:11:12 UTC" fw=10.0.0.2 pri=6 m=97 '
        'src=10.20.30.44:5:X0 dst=198.51.100.7:443:X1 usr="Unknown (SSO failed)" sent=3 rcvd=4 '
        "dstname=claude.ai arg=/",
        {"host": "claude.ai", "bytes_up": 3, "bytes_down": 4},
    ),
    "sophos, the keys of its newer systems": (
        "sophos-xg",
        'device_name="SFW" timestamp="2026-09-23T04:11:12-0600" log_type="Content Filtering" '
        'log_component="HTTP" log_subtype="Allowed" url="http://claude.ai/x" '
        'src_ip="10.20.30.44" bytes_sent=77 bytes_received=249 domain="claude.ai" '
        'http_user_agent="curl/8" http_status="200"',
        {"event_time": "2026-09-23 10:11:12", "status": 200, "user_agent": "curl/8"},
    ),
    "stormshield, an action with a capital": (
        "stormshield",
        'id=firewall time="2026-09-23 12:11:12" fw="SN1" tz=+0200 startime="2026-09-23 12:11:12" '
        "src=10.20.30.44 dst=198.51.100.7 dstport=80 dstname=claude.ai op=GET result=403 "
        'arg="/x" action=Block logtype="web"',
        {"status": 403, "action": "blocked"},
    ),
    "umbrella, a name with a comma": (
        "umbrella",
        '"2026-09-23 10:11:12","Okafor, Amara (amara.okafor@example.com)",'
        '"Okafor, Amara (amara.okafor@example.com),LT-00412","10.20.30.44","203.0.113.20",'
        '"Allowed","1 (A)","NOERROR","claude.ai.","Generative AI","AD Users",'
        '"AD Users,Anyconnect Roaming Client",""',
        {"user_name": "amara.okafor", "device_name": "lt-00412"},
    ),
    "haproxy, a word of one's own and TLS": (
        "haproxy",
        "10.20.30.44:5 [23/Sep/2026:10:11:12.655] https-in static/srv1 claude.ai 10/0/30/69/109 "
        '200 2750 - - ---- 1/1/1/1/0 0/0 {a.example} {} "GET /x HTTP/1.1" 0/0/0/0/1 a/TLSv1.3/-',
        {"method": "GET", "path": "/x", "status": 200, "bytes_down": 2750},
    ),
    "cato, a lookup and its sizes": (
        "cato",
        '{"account_id":"1","action":"Block","dest_ip":"198.51.100.7","dest_port":"53",'
        '"dns_query":"claude.ai","domain_name":"dns.example","event_sub_type":"DNS Protection",'
        '"http_response_code":"403","request_size":"3","response_size":"4",'
        '"src_ip":"10.20.30.44","time":"1790158272000","vpn_user_email":"ada@corp.example"}',
        {"host": "claude.ai", "status": 403, "bytes_up": 3, "bytes_down": 4},
    ),
    "zeek, a reply to a request that was missed": (
        "zeek",
        '{"ts":1790158272.5,"uid":"C1","id.orig_h":"10.20.30.44","id.orig_p":5,'
        '"id.resp_h":"198.51.100.7","id.resp_p":80,"trans_depth":1,"response_body_len":503,'
        '"request_body_len":0,"status_code":200}',
        {"status": 200, "bytes_up": 0, "bytes_down": 503},
    ),
    "palo alto, a session as LEEF": (
        "paloalto",
        "<14>Sep 23 12:11:12 fw1 LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|9.0.2|allow|"
        "cat=TRAFFIC|ReceiveTime=2026/09/23 10:11:12|SerialNumber=01|Type=TRAFFIC|Subtype=end|"
        "devTime=$cef-formatted|src=10.20.30.44|dst=198.51.100.7|usrName=corp\\ada|SessionID=7|"
        "srcPort=5|dstPort=443|totalBytes=30|dstBytes=20|srcBytes=10|"
        "StartTime=2026/09/23 10:11:10|ElapsedTime=2",
        {
            "event_time": "2026-09-23 10:11:10",
            "duration_ms": 2000,
            "action": "allowed",
            "bytes_up": 10,
            "bytes_down": 20,
            "user_name": "ada",
        },
    ),
    "palo alto, a session as LEEF, its place's time beside that of Greenwich": (
        "paloalto",
        "LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|10.1|deny|cat=TRAFFIC|"
        "ReceiveTime=2026/09/23 17:11:12|Type=TRAFFIC|Subtype=end|devTime=Sep 23 2026 10:11:12 GMT|"
        "src=10.20.30.44|dst=198.51.100.7|srcBytes=10|StartTime=2026/09/23 17:11:10",
        {"event_time": "2026-09-23 10:11:10", "action": "blocked"},
    ),
    "palo alto, a session as LEEF with the time in its header alone": (
        "paloalto",
        "<14>Sep 23 10:11:12 fw1 LEEF:1.0|Palo Alto Networks|PAN-OS Syslog Integration|4.0|allow|"
        "cat=TRAFFIC|src=10.20.30.44|dst=198.51.100.7|usrName=corp\\ada|Type=TRAFFIC|Subtype=end|"
        "BytesIn=20|BytesOut=10",
        {"event_time": "2026-09-23 10:11:12", "bytes_up": 10, "bytes_down": 20},
    ),
    "squid of CVMFS and Frontier": (
        "squid-combined",
        '10.20.30.44 - ada [23/Sep/2026:12:11:12.500 +0200] "GET http://claude.ai/new HTTP/1.1" 200'
        ' 9 TCP_MISS:HIER_DIRECT 250 "- -" "-" "curl/8"',
        {
            "event_time": "2026-09-23 10:11:12.250000",
            "duration_ms": 250,
            "path": "/new",
            "user_agent": "curl/8",
            "action": "allowed",
        },
    ),
    "palo alto, a page as LEEF 2.0": (
        "paloalto",
        "LEEF:2.0|Palo Alto Networks|PAN-OS Syslog Integration|11.0|(9999)|x5E|cat=THREAT^"
        "Subtype=url^devTime=Sep 23 2026 10:11:12 GMT^src=10.20.30.44^dst=198.51.100.7^dstPort=443^"
        'action=block-url^Miscellaneous="claude.ai/new?x=1"^RequestMethod=get^UserAgent=curl/8',
        {
            "event_time": "2026-09-23 10:11:12",
            "host": "claude.ai",
            "path": "/new",
            "method": "GET",
            "action": "blocked",
            "user_agent": "curl/8",
        },
    ),
    "sysmon by EvtxECmd": (
        "sysmon",
        '{"MapDescription":"DNSEvent (DNS query)","Computer":"lt-1.corp.example",'
        r'"Payload":"{\"EventData\":{\"Data\":[{\"@Name\":\"RuleName\"},'
        r"{\"@Name\":\"UtcTime\",\"#text\":\"2026-09-23 10:11:12.543\"},"
        r"{\"@Name\":\"QueryName\",\"#text\":\"claude.ai\"},"
        r"{\"@Name\":\"Image\",\"#text\":\"C:\\\\Program Files\\\\app.exe\"},"
        r'{\"@Name\":\"User\",\"#text\":\"CORP\\\\ada\"}]}}","Provider":"Microsoft-Windows-Sysmon",'
        '"EventId":22,"TimeCreated":"2026-09-23T10:11:12.5431823+00:00"}',
        {
            "event_time": "2026-09-23 10:11:12.543000",
            "host": "claude.ai",
            "user_name": "ada",
            "user_agent": "app.exe",
            "device_name": "lt-1",
        },
    ),
    "unbound behind a syslog header": (
        "unbound",
        "Sep 23 10:11:12 dns1 unbound[1504]: [1504:0] info: 10.20.30.44 claude.ai. AAAA IN",
        {"event_time": "2026-09-23 10:11:12", "source_ip": "10.20.30.44", "host": "claude.ai"},
    ),
    "unbound, its own time behind the header": (
        "unbound",
        "<30>1 2026-09-23T10:11:12.9+02:00 dns1 unbound - LOG [x@1 k=v]  [59:0] info: 10.20.30.44 "
        "claude.ai. A IN",
        {"event_time": "2026-09-23 08:11:12.900000", "source_ip": "10.20.30.44"},
    ),
    "bind without fractions of a second": (
        "bind",
        "23-Sep-2026 10:11:12 queries: info: client @0x12 10.20.30.44#53245 (claude.ai): query: "
        "claude.ai IN A + (192.0.2.1)",
        {"event_time": "2026-09-23 10:11:12", "source_ip": "10.20.30.44", "host": "claude.ai"},
    ),
    "olfeo, the lines of its appliance": (
        "olfeo",
        ' 10.20.30.44 - ada [23/09/2026 10:11:12] "CONNECT https://claude.ai HTTP/1.1" 200 - - 1 A',
        {
            "event_time": "2026-09-23 10:11:12",
            "source_ip": "10.20.30.44",
            "user_name": "ada",
            "host": "claude.ai",
            "path": None,
            "status": 200,
            "evidence": "connected",
        },
    ),
    "olfeo, the newer keys": (
        "olfeo",
        '{"display_name":"Ada","url":"https://claude.ai/new","action":"allow","domain":"claude.ai",'
        '"src_ip":"10.20.30.44","timestamp":1790158272000,"dest_ip":"198.51.100.7",'
        '"http_method":"GET","user_sent_bytes":"3","user_status_code":"200","type":"proxy"}',
        {"method": "GET", "status": 200, "bytes_up": 3, "destination_ip": "198.51.100.7"},
    ),
    "websense, a directory path as its user": (
        "forcepoint",
        "<134>Sep 23 10:11:12 gw1 vendor=Websense 9f product=Security action=permitted "
        "user=LDAP://dc1 OU=Sales,OU=Paris,DC=corp/Okafor\\, Amara src_host=10.20.30.44 "
        "bytes_out=4 bytes_in=5 http_method=POST url=http://claude.ai/x",
        {"user_name": "okafor, amara", "department": "Sales", "bytes_up": 4},
    ),
}


@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES.values()}))
def test_records_are_recognised_and_read(name: str) -> None:
    titles = [title for title, (of, _, _) in CASES.items() if of == name]
    lines = [CASES[title][1] for title in titles]
    found = [recognise(line.splitlines()) for line in lines]
    assert {title: f and f.name for title, f in zip(titles, found, strict=True)} == dict.fromkeys(
        titles, name
    )
    for title, answer in zip(titles, parsed_each(name, [n.encode() for n in lines]), strict=True):
        (events, rejected), said = answer, CASES[title][2]
        assert (len(events), rejected) == (1, 0), title
        everything = shown(events[0], ALL_SHOWN)
        assert {key: everything.get(key) for key in said} == said, title


def test_who_is_not_known_is_nobody() -> None:
    _, line, _ = CASES["sonicwall without a user"]
    assert parsed(line.encode(), "sonicwall")[0][0]["user_name"] is None


SGOS = (
    "#Software: SGOS 6.7\n#Fields: date time time-taken c-ip sc-status s-action sc-bytes cs-bytes "
    "cs-method cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-username cs(Referer) "
    "sc-filter-result cs-categories s-ip\n"
)
ROW = "2026-09-23 10:11:12 5 10.20.30.44 200 TCP_MISS 9 8 GET https claude.ai 443 /x ada - "


def test_agents_that_a_header_does_not_name_are_told_by_the_verdict_behind_them() -> None:
    rows = [
        f'{ROW}"Mozilla/5.0 (X11; a)" DENIED "Generative AI" 192.0.2.1',
        f"{ROW}- OBSERVED - 192.0.2.1 and more",
        f"{ROW}DENIED - 192.0.2.1",
        f"{ROW}x DENIED",
    ]
    events, _, rejected = parsed((SGOS + "\n".join(rows)).encode(), "w3c", block_bytes=1 << 16)
    assert [event["user_agent"] for event in events] == ["Mozilla/5.0 (X11; a)", None, None]
    assert [event["action"] for event in events] == ["blocked", "allowed", "blocked"]
    assert rejected == 1


def test_a_zeek_record_of_another_log_is_no_request() -> None:
    ids = '"ts":1790158272.5,"uid":"C1","id.orig_h":"10.20.30.44","id.resp_h":"198.51.100.7"'
    for members, expected in (('"seen.indicator":"claude.ai"', 0), ('"established":true', 1)):
        events, skipped, _ = parsed(f"{{{ids},{members}}}\n".encode(), "zeek")
        assert (len(events), sum(skipped.values())) == (expected, 1 - expected)


@pytest.mark.parametrize(
    ("source_port", "port", "answer"),
    [
        *((443, 51000, True), (8443, 51000, True), (443, 8443, True)),
        *((51000, 8443, False), (8443, 9000, False), (51000, 52000, False)),
    ],
)
def test_which_end_of_a_flow_is_the_server(source_port: int, port: int, answer: bool) -> None:
    row = (
        "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n"
        f"2026-09-23 10:11:12,2026-09-23 10:11:13,1.000,192.0.2.1,192.0.2.2,{source_port},{port},"
        "TCP,.A,0,0,4,900,0,0\n"
    )
    (event,), _, _ = parsed(row.encode(), "nfdump")
    assert event["source_ip"] == ("192.0.2.2" if answer else "192.0.2.1")
    assert event["bytes_down" if answer else "bytes_up"] == 900
