"""Spellings of newer releases, of policies, and of logs that somebody cut short."""

from __future__ import annotations

from . import spellings
from .spellings import Case

_LOOKUP = {"source_ip": "10.20.30.44", "host": "claude.ai"}
_VERDICTS = "BLOCK_WEBCAT_12-Staff-Staff-NONE-NONE-NONE-NONE-NONE"
LATER: dict[str, Case] = {
    "pi-hole 6, which writes date and fraction itself": (
        "dnsmasq",
        "2026-09-23 10:11:12.417 query[A] claude.ai from 10.20.30.44",
        {**_LOOKUP, "event_time": "2026-09-23 10:11:12.417000"},
    ),
    "pi-hole, lines of its live view": (
        "dnsmasq",
        "10:11:12: query[A] claude.ai from 10.20.30.44",
        {**_LOOKUP, "event_time": "2026-12-30 10:11:12"},
    ),
    "haproxy, JSON by the names of its documentation": (
        "haproxy",
        '{"client_ip":"10.20.30.44","client_port":5012,"request_date":"23/Sep/2026:10:11:12.417",'
        '"frontend_name":"fe","backend_name":"be","time_active":"+33","status_code":"200",'
        '"bytes_uploaded":812,"bytes_read":"+99","captured_request_headers":"{claude.ai|curl/8}",'
        '"http_request":"POST /new?x=1 HTTP/1.1"}',
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:12.417000",
            "path": "/new",
            "method": "POST",
            "status": 200,
            "bytes_up": 812,
            "bytes_down": 99,
            "duration_ms": 33,
            "user_agent": "curl/8",
        },
    ),
    "haproxy, JSON by objects": (
        "haproxy",
        "<134>1 2026-09-23T10:11:12.000Z lb1 haproxy 812 - -  "
        '{"time":"23/Sep/2026:12:11:12 +0200","haproxy":{"network":{"client_ip":"10.20.30.44"},'
        '"request":{"method":"CONNECT","uri":"claude.ai:8443","header":{"host":"x.example"}},'
        '"response":{"status_code":403},"bytes":{"uploaded":5,"read":6}}}',
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:12",
            "port": 8443,
            "method": "CONNECT",
            "status": 403,
            "action": "blocked",
            "bytes_up": 5,
            "path": None,
        },
    ),
    "envoy, JSON as Istio has it": (
        "envoy",
        '{"start_time":"2026-09-23T10:11:12.417Z","method":"POST","path":"/new?x=1","duration":9,'
        '"response_code":200,"response_flags":"-","bytes_received":812,"bytes_sent":99,'
        '"x_forwarded_for":null,"user_agent":"curl/8","authority":"claude.ai",'
        '"upstream_host":"198.51.100.7:443","downstream_remote_address":"10.20.30.44:5012"}',
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:12.417000",
            "bytes_up": 812,
            "bytes_down": 99,
            "destination_ip": "198.51.100.7",
            "status": 200,
        },
    ),
    "dnsmasq, a question over TCP": (
        "dnsmasq",
        "Sep 23 10:11:12 dnsmasq[8]: TCP 58 10.20.30.44/64 query[AAAA] claude.ai from 10.20.30.44",
        {**_LOOKUP, "event_time": "2026-09-23 10:11:12"},
    ),
    "infoblox, a name that a policy rewrote": (
        "infoblox",
        "<30>Sep 23 10:11:12 ns1 named[8]: CEF:0|Infoblox|NIOS|9.0|RPZ-QNAME|NXDOMAIN|7|app=DNS "
        "dst=10.20.30.53 src=10.20.30.44 spt=5012 view=_default qtype=A "
        'msg="rpz QNAME NXDOMAIN rewrite claude.ai [A] via claude.ai.local-rpz" CAT=RPZ',
        {**_LOOKUP, "action": "blocked"},
    ),
    "infoblox, a name that its protection dropped": (
        "infoblox",
        "<30>Sep 23 10:11:12 ns1 threat-protect-log[8]: CEF:0|Infoblox|NIOS Threat|9.0|1203|Drop|7|"
        'src=10.20.30.44 spt=5012 dst=10.20.30.53 dpt=53 act="DROP" cat="UDP" fqdn=claude.ai',
        {**_LOOKUP, "action": "blocked"},
    ),
    "cisco, the W3C log of collectors without its header": (
        "cisco-wsa",
        "1790158272.417 153 - 10.20.30.44 TCP_DENIED/403 298 CONNECT tunnel://claude.ai:443/ - - - "
        f'- {_VERDICTS} "10.1.0.5" 5012 claude.ai 443 1 IW_ai 9.3 - "Generative AI" - "curl/8" 0',
        {**_LOOKUP, "port": 443, "status": 403, "bytes_down": 298, "user_agent": "curl/8"},
    ),
    "fortiproxy, whose transactions count milliseconds": (
        "fortinet",
        'date=2026-09-23 time=10:11:12 devid="F" eventtime=1790158272 logid="0010000099" '
        'type="traffic" subtype="http-transaction" srcip=10.20.30.44 dstport=443 '
        'hostname="claude.ai" url="https://claude.ai/" httpmethod="CONNECT" duration=50 '
        "sentbyte=250 rcvdbyte=40",
        {**_LOOKUP, "duration_ms": 50, "event_time": "2026-09-23 10:11:11.950000"},
    ),
    "fortigate, traffic with a name": (
        "fortinet",
        'date=2026-09-23 time=10:11:12 devid="F" eventtime=1790158272 logid="0000000013" '
        'type="traffic" subtype="forward" srcip=10.20.30.44 dstip=198.51.100.7 '
        'dstname="claude.ai" dstport=443 sentbyte=9 rcvdbyte=8',
        {**_LOOKUP, "port": 443, "bytes_up": 9},
    ),
    "zscaler, a URL that is a mail address": (
        "zscaler",
        "2026-09-23 10:11:12\treason=Allowed\trequestsize=5\tresponsesize=6\trequestmethod=CONNECT"
        "\tproduct=NSS\tClientIP=10.20.30.44\tstatus=200\tuser=ada@corp.example"
        "\turl=ada@corp.example:443\tvendor=Zscaler\thostname=claude.ai",
        {**_LOOKUP, "bytes_up": 5},
    ),
    "haproxy, blanks behind a timer that failed": (
        "haproxy",
        "haproxy[8]: 10.20.30.44:5012 [23/Sep/2026:10:11:12.417] web~ a/s1 0/0/0/-1/63387    504 "
        '194 - - sH-- 1/1/1/0/0 0/0 {claude.ai} "POST /api HTTP/1.1"',
        {**_LOOKUP, "method": "POST", "status": 504, "bytes_down": 194},
    ),
    "adguard, its members in another order": (
        "adguard-home",
        '{"IP": "10.20.30.44", "QH": "claude.ai", "T": "2026-09-23T10:11:12Z", '
        '"Result": {"IsFiltered": true}}',
        {**_LOOKUP, "action": "blocked"},
    ),
    "sophos, what its scanner stopped": (
        "sophos-xg",
        'date=2026-09-23 time=12:11:12 timezone="CEST" device_name="SG1" device_id= C1 log_id=0309 '
        'log_type="Anti-Virus" log_component="HTTP" log_subtype="Virus" user_name="ada" '
        'url="claude.ai/x.zip" domainname="claude.ai" src_ip=10.20.30.44 dst_port=80',
        {**_LOOKUP, "user_name": "ada", "path": "/x.zip", "action": "blocked"},
    ),
    "sophos, the time in its syslog header alone": (
        "sophos-xg",
        '<134>2026-09-23T10:11:12Z sg1 device_name="SG1" log_type="Content Filtering" '
        'log_component="HTTP" log_subtype="Allowed" src_ip=10.20.30.44 domain=claude.ai '
        "url=https://claude.ai/x",
        {**_LOOKUP, "event_time": "2026-09-23 10:11:12"},
    ),
    "unbound, where replies alone are logged": (
        "unbound",
        "[1790158272] unbound[8:0] reply: 10.20.30.44 claude.ai. A IN NOERROR 0.012 0 44",
        {**_LOOKUP, "event_time": "2026-09-23 10:11:12"},
    ),
    "juniper, a blank after the priority and users in capitals": (
        "juniper-srx",
        "<23> Sep 23 10:11:12 fw1 RT_UTM: WEBFILTER_URL_BLOCKED: WebFilter: "
        'ACTION="URL Blocked" 10.20.30.44(5012)->203.0.113.9(443) CATEGORY="x" REASON="BY_OTHER" '
        'PROFILE="p" URL=claude.ai OBJ=/x USERNAME=ada ROLES=staff',
        {**_LOOKUP, "user_name": "ada", "department": "staff", "action": "blocked"},
    ),
    "ocsf without its metadata": (
        "ocsf",
        '{"class_uid":4001,"time":1790158272000,"src_endpoint":{"ip":"10.20.30.44"},'
        '"dst_endpoint":{"domain":"claude.ai","port":443},"disposition":"Blocked"}',
        {**_LOOKUP, "action": "blocked"},
    ),
}

MORE = spellings.MORE | LATER
