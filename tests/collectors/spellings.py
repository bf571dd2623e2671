"""Spellings with no time but their syslog header's, and records that need no header line."""

from __future__ import annotations

from typing import Any

Case = tuple[str, str, dict[str, Any]]

_KEYED = (
    'c-ip=10.20.30.44 cs-bytes=334 cs-categories="Generative AI" cs-host=claude.ai cs-method=POST '
    'cs-uri-path=/api/append cs-uri-port=443 cs-uri-scheme=https cs-User-Agent="curl/8 (a b)" '
    "cs-username=ada s-action=TCP_NC_MISS sc-bytes=39 sc-filter-result=OBSERVED sc-status=200 "
    "time-taken=1000 x-exception-id=-"
)
_REQUEST = {
    "event_time": "2026-09-23 10:11:12",
    "duration_ms": 1000,
    "source_ip": "10.20.30.44",
    "user_name": "ada",
    "host": "claude.ai",
    "method": "POST",
    "path": "/api/append",
    "status": 200,
    "bytes_up": 334,
    "bytes_down": 39,
    "user_agent": "curl/8 (a b)",
    "action": "allowed",
}
_BARS = "FWD|TCP|eth1|10.20.30.44|5012|02:00:00:00:00:44|198.51.100.7|443|https|eth0|out|0|"
MORE: dict[str, Case] = {
    "zeek, JSON with underscores for dots": (
        "zeek",
        '{"ts":1790158272.5,"uid":"Cab1","id_orig_h":"10.20.30.44","id_orig_p":5012,'
        '"id_resp_h":"10.20.30.53","id_resp_p":53,"proto":"udp","query":"claude.ai","rcode":0}',
        {
            "event_time": "2026-09-23 10:11:12.500000",
            "source_ip": "10.20.30.44",
            "host": "claude.ai",
        },
    ),
    "envoy, Istio with the mixer's state": (
        "envoy",
        '[2026-09-23T10:11:12.137Z] "POST /api HTTP/1.1" 200 - "-" "-" 70 45 9 8 "10.20.30.44" '
        '"curl/8" "3bc59988-8458" "claude.ai" "198.51.100.7:443" outbound|443||claude.ai - '
        "10.20.30.9:443 10.20.30.44:0 -",
        {
            "source_ip": "10.20.30.44",
            "host": "claude.ai",
            "destination_ip": "198.51.100.7",
            "method": "POST",
            "path": "/api",
            "status": 200,
            "duration_ms": 9,
            "bytes_up": 70,
            "bytes_down": 45,
            "user_agent": "curl/8",
        },
    ),
    "stormshield, what the inspection saw; the begin by the duration": (
        "stormshield",
        'id=firewall time="2026-09-23 12:11:14" fw="SN1" tz=+0200 startime="" pri=5 ipproto=tcp '
        "proto=http src=10.20.30.44 srcport=1025 dst=198.51.100.7 dstport=80 dstname=claude.ai "
        'ipv=4 sent=98 rcvd=766 duration=2.00 action=pass op=GET result=200 arg="/new" '
        'logtype="plugin"',
        {
            "event_time": "2026-09-23 10:11:12",
            "duration_ms": 2000,
            "source_ip": "10.20.30.44",
            "host": "claude.ai",
            "method": "GET",
            "path": "/new",
            "status": 200,
            "bytes_up": 98,
            "bytes_down": 766,
            "action": "allowed",
            "evidence": "transacted",
        },
    ),
    "infoblox, CEF of the Data Connector, the time in the relay's header": (
        "infoblox",
        "Sep 23 10:11:12 dc1 CEF:0|Infoblox|Data Connector|2.1.3|DNS Query|DNS Query IN A|1|"
        "dst=10.20.30.53 src=10.20.30.44 spt=5012 proto=UDP app=DNS InfobloxDNSView=Internal "
        "destinationDnsDomain=claude.ai InfobloxDNSQClass=IN InfobloxDNSQType=A",
        {"event_time": "2026-09-23 10:11:12", "source_ip": "10.20.30.44", "host": "claude.ai"},
    ),
    "skyhigh, key=value with quotes": (
        "skyhigh",
        'date="2026-09-23T10:11:12.399Z" hostname="mwg1" username="ada" source_ip=10.20.30.44 '
        'destination_ip=198.51.100.7 destination_host="claude.ai" http_status_code=200 '
        'media_type="" source_bytes=127 destination_bytes=14678 '
        'http_request_first_line="GET https://claude.ai/new HTTP/1.1" block_id=0 block_reason="" '
        'application_name="" http_referer="" user_agent="curl/7.77.0"',
        {
            "event_time": "2026-09-23 10:11:12.399000",
            "source_ip": "10.20.30.44",
            "user_name": "ada",
            "host": "claude.ai",
            "path": "/new",
            "destination_ip": "198.51.100.7",
            "method": "GET",
            "status": 200,
            "bytes_up": 127,
            "bytes_down": 14678,
            "user_agent": "curl/7.77.0",
            "action": "allowed",
        },
    ),
    "zscaler, tabs as a relay writes them and no time": (
        "zscaler",
        "<134>Sep 23 10:11:12 nss1 reason=Allowed#011event_id=1#011action=Allowed#011"
        "responsesize=5#011requestsize=3#011requestmethod=GET#011ClientIP=10.20.30.44#011status=200"
        "#011user=ada@corp.example#011url=claude.ai/new?x=1#011vendor=Zscaler#011product=NSS#011"
        "useragent=curl/8%20(a%3B b)#011hostname=claude.ai",
        {
            "event_time": "2026-09-23 10:11:12",
            "user_name": "ada",
            "path": "/new",
            "bytes_up": 3,
            "user_agent": "curl/8 (a; b)",
        },
    ),
    "sonicwall as CEF, without a time": (
        "sonicwall",
        "<134>Sep 23 10:11:12 fw1 CEF:0|SonicWall|TZ|7.0|97|Syslog Website Accessed|4|cat=1024 "
        'src=10.20.30.44 spt=5 dst=198.51.100.7 dpt=443 susr="ada" out=3 in=4 request=claude.ai/ '
        'fw_action="drop" dpi=1',
        {"event_time": "2026-09-23 10:11:12", "host": "claude.ai", "action": "blocked"},
    ),
    "sonicwall, other keys before the time": (
        "sonicwall",
        '<134> id=firewall website-category="AI" sn=1 time="2026-09-23 10:11:12" fw=10.0.0.1 pri=6 '
        "m=97 src=10.20.30.44:5:X0 dst=198.51.100.7:443:X1 dstname=claude.ai sent=3 rcvd=4",
        {"host": "claude.ai", "bytes_up": 3},
    ),
    "watchguard as LEEF": (
        "watchguard",
        "<142>Sep 23 10:11:12 fw1 LEEF:1.0|WatchGuard|XTM|12.8|1AFF0024|serial=0\tdisp=Deny\t"
        "src=10.20.30.44\tsrcPort=5\tdst=198.51.100.7\tdstPort=443\top=GET\tdstname=claude.ai\t"
        "arg=/new\tsent_bytes=604\trcvd_bytes=0\telapsed_time=2.5 sec(s)\tmsg=HTTP request",
        {
            "event_time": "2026-09-23 10:11:09.500000",
            "host": "claude.ai",
            "port": 443,
            "path": "/new",
            "bytes_up": 604,
            "bytes_down": 0,
            "action": "blocked",
        },
    ),
    "umbrella, what its reporting API answers": (
        "umbrella",
        '{ "date" : "2026-09-23", "type" : "proxy", "internalip" : "10.20.30.44", "externalip" : '
        '"0.0.0.0", "verdict" : "allowed", "url" : "https://claude.ai/new", "requestmethod" : '
        '"POST", "statuscode" : 303, "requestsize" : 517, "responsesize" : 746, "useragent" : '
        '"curl/8", "identities" : [ { "label" : "LT-00412", "type" : { "label" : "Roaming '
        'Computers" } }, { "label" : "Ada (ada@corp.example)", "type" : { "label" : "AD Users" } } '
        '], "timestamp" : 1790158272000 }',
        {
            "event_time": "2026-09-23 10:11:12",
            "user_name": "ada",
            "device_name": "lt-00412",
            "status": 303,
            "bytes_up": 517,
            "bytes_down": 746,
        },
    ),
    "barracuda, the gateway's first systems": (
        "barracuda",
        "Sep 23 12:11:12 bwf httpscan[33]: 1790158272 1 10.20.30.44 198.51.100.7 text/html "
        "10.20.30.44 http://claude.ai/ 2704 BYF ALLOWED CLEAN  2 1 0 1 3 - 1 ai 0 - 0 claude.ai ai "
        "ada",
        {"user_name": "ada", "bytes_down": 2704, "path": "/", "action": "allowed"},
    ),
    "barracuda, the activity of a firewall": (
        "barracuda",
        f"Sep 23 10:11:12 10.0.0.1 1/5/FW1/box_Firewall_Activity:  Info     FW1 Remove: {_BARS}"
        "203.0.113.9|198.51.100.7|30082|1|130|62|1|1|ada||AI|claude.ai||",
        {
            "event_time": "2026-09-23 10:10:41.918000",
            "source_ip": "10.20.30.44",
            "user_name": "ada",
            "host": "claude.ai",
            "port": 443,
            "bytes_up": 62,
            "bytes_down": 130,
            "duration_ms": 30082,
        },
    ),
    "barracuda, the same with keys": (
        "barracuda",
        "<14>Sep 23 10:11:12 FW1 FW1/box_Firewall_Activity: Security FW1 Block: type=FWD|proto=TCP|"
        "srcIF=eth1|srcIP=10.20.30.44|srcPort=5|dstIP=198.51.100.7|dstPort=443|duration=0|count=1|"
        "receivedBytes=0|sentBytes=62|user=|target=claude.ai",
        {"event_time": "2026-09-23 10:11:12", "bytes_up": 62, "action": "blocked"},
    ),
    "proxysg as key=value": (
        "w3c",
        f"<134> 2026-09-23T10:11:13Z sg1 bluecoat[0]: SPLV5.1 {_KEYED}",
        _REQUEST,
    ),
    "proxysg as key=value, its name glued to the time": (
        "w3c",
        f"2026-09-23T10:11:13SG1.CORP.EXAMPLE bluecoat - access_log - {_KEYED}",
        _REQUEST,
    ),
    "proxysg of the cloud as JSON": (
        "w3c",
        '{"date": "2026-09-23", "time": "10:11:13", "time-taken": 1000, "c-ip": "10.20.30.44", '
        '"cs-userdn": "ada@corp.example", "cs-method": "POST", "cs-uri-scheme": "https", "cs-host":'
        ' "claude.ai", "cs-uri-port": 443, "cs-uri-path": "/api/append", "sc-status": 200, '
        '"cs-bytes": 334, "sc-bytes": 39, "cs(User-Agent)": "curl/8 (a b)", "s-action": "Allow", '
        '"sc-filter-result": "Allowed"}',
        _REQUEST,
    ),
    "proxysg's main format without its header": (
        "w3c",
        "2026-09-23 10:11:13 1000 10.20.30.44 200 TCP_NC_MISS 39 334 POST https claude.ai 443 "
        "/api/append ?x=1 ada - claude.ai application/json - "
        '"curl/8 (a b)" OBSERVED "Generative AI" - 10.1.0.5',
        _REQUEST,
    ),
    "entra, its names in Graph's other spelling": (
        "entra-global-secure-access",
        '{"createdDateTime": "2026-09-23T10:11:12Z", "trafficType": "internet", "destinationPort": '
        '443, "destinationFQDN": "claude.ai", "sourceIp": "10.20.30.44", "userPrincipalName": '
        '"ada@corp.example", "action": "allow", "sentBytes": 3, "receivedBytes": 4, "httpMethod": '
        '"get", "responseCode": 200}',
        {"source_ip": "10.20.30.44", "host": "claude.ai", "status": 200, "method": "GET"},
    ),
    "entra, copied from its portal": (
        "entra-global-secure-access",
        '{"action": "Block", "createdDateTime": "09/23/2026, 05:11 PM", "destinationFQDN": '
        '"claude.ai", "trafficType": "Internet", "receivedBytes": "14.78 KB"}',
        {"event_time": "2026-09-23 17:11:00", "action": "blocked"},
    ),
    "sophos, the letters of its zone": (
        "sophos-xg",
        'date=2026-09-23 time=12:11:12 timezone="CEST" device_name="SG1" device_id=1 log_id=1 '
        'log_type="Content Filtering" log_component="HTTP" log_subtype="Allowed" '
        'url="http://claude.ai/x" src_ip=10.20.30.44 status_code="200"',
        {"event_time": "2026-09-23 10:11:12"},
    ),
    "netskope, a transaction without a header": (
        "netskope",
        '2026-09-23 10:11:12 - 138 0 138 10.20.30.44 - "ada" GET https - "curl/8" - 302 - claude.ai'
        ' claude.ai /new 443 - 0 "IPSec" - http_transaction',
        {"user_name": "ada", "method": "GET", "status": 302, "bytes_up": 138, "bytes_down": 0},
    ),
}
