"""Access logs as JSON, and tables and documents that clouds export."""

from __future__ import annotations

from . import spellings_later
from .spellings import Case

_LOOKUP = {"source_ip": "10.20.30.44", "host": "claude.ai"}
_AT = "2026-09-23 10:11:12"
_KONG = (
    '{"request":{"method":"POST","uri":"/new?x=1","size":"812","headers":{"host":"claude.ai",'
    '"user-agent":"curl/8"}},"response":{"status":200,"size":"99"},"latencies":{"request":9,'
    '"proxy":8},"client_ip":"10.20.30.44","started_at":1790158272417}'
)
_CADDY = (
    '{"level":"info","ts":1790158272.5,"logger":"http.log.access","msg":"handled request",'
    '"request":{"remote_ip":"10.20.30.44","remote_port":"5012","method":"POST",'
    '"host":"claude.ai","uri":"/new?x=1","headers":{"User-Agent":["curl/8"]}},"bytes_read":812,'
    '"user_id":"ada","duration":0.25,"size":99,"status":200,"resp_headers":{}}'
)
_DEFENDER = (
    '"Timestamp":"2026-09-23T10:11:12Z","ActionType":"ConnectionSuccess","RemoteIP":"198.51.100.7",'
    '"RemotePort":443,"RemoteUrl":"claude.ai","LocalIP":"10.20.30.44"'
)
JSON: dict[str, Case] = {
    "nginx, the names of its variables": (
        "web-server",
        '{"time_local":"23/Sep/2026:12:11:12 +0200","remote_addr":"10.20.30.44","remote_user":"ada"'
        ',"request":"GET http://claude.ai/new?x=1 HTTP/1.1","status":"200","body_bytes_sent":"99",'
        '"request_length":"812","request_time":"0.500","http_user_agent":"curl/8"}',
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:11.500000",
            "duration_ms": 500,
            "user_name": "ada",
            "path": "/new",
            "bytes_up": 812,
            "bytes_down": 99,
        },
    ),
    "nginx, whose host is the client, behind another proxy": (
        "web-server",
        '{"time":"2026-09-23T10:11:12+00:00","host":"192.0.2.8","xff":"10.20.30.44, 192.0.2.8",'
        '"method":"CONNECT","uri":"claude.ai:8443","status":407,"body_bytes":"0","ua":""}',
        {**_LOOKUP, "port": 8443, "status": 407, "action": None, "user_agent": None},
    ),
    "nginx, a server's own host in its header": (
        "web-server",
        '{"@timestamp":"2026-09-23T10:11:12Z","client":"10.20.30.44","http_host":"claude.ai",'
        '"host":"web-1","method":"GET","uri":"/new","status":403,"server_name":"_"}',
        {**_LOOKUP, "path": "/new", "action": "blocked"},
    ),
    "apache, a path where others have a request": (
        "web-server",
        '{ "time":"[23/Sep/2026:12:11:12 +0200]", "remoteIP":"10.20.30.44", "host":"claude.ai", '
        '"request":"/new", "query":"?x=1", "method":"GET", "status":"200", "duration":"1234" }',
        {**_LOOKUP, "event_time": _AT, "path": "/new", "duration_ms": None},
    ),
    "traefik, which writes when a request began": (
        "web-server",
        '{"ClientHost":"10.20.30.44","ClientUsername":"-","DownstreamContentSize":99,'
        '"DownstreamStatus":200,"Duration":250000000,"RequestContentSize":812,'
        '"RequestHost":"claude.ai","RequestMethod":"POST","RequestPath":"/new?x=1",'
        '"ServiceAddr":"198.51.100.7:443","StartUTC":"2026-09-23T10:11:12.5Z",'
        '"time":"2026-09-23T10:11:13Z"}',
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:12.500000",
            "duration_ms": 250,
            "bytes_up": 812,
            "destination_ip": "198.51.100.7",
            "user_name": None,
        },
    ),
    "caddy, what it read is the request": (
        "web-server",
        _CADDY,
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:12.250000",
            "bytes_up": 812,
            "bytes_down": 99,
            "user_agent": "curl/8",
            "user_name": "ada",
        },
    ),
    "kong": (
        "web-server",
        _KONG,
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:12.417000",
            "bytes_up": 812,
            "bytes_down": 99,
            "user_agent": "curl/8",
        },
    ),
    "squid as JSON": (
        "web-server",
        '{"timestamp":"1790158272.750","response_time":"250","client":"10.20.30.44",'
        '"squid_status":"TCP_TUNNEL","http_status":"200","reply_size":"99","method":"CONNECT",'
        '"url":"claude.ai:443","user":"ada%20o","hierarchy":"HIER_DIRECT/198.51.100.7"}',
        {
            **_LOOKUP,
            "event_time": "2026-09-23 10:11:12.500000",
            "user_name": "ada o",
            "destination_ip": "198.51.100.7",
            "action": "allowed",
        },
    ),
    "squid as JSON, the result and the status in one": (
        "web-server",
        '{"ts":1790158272.5,"src_ip":"10.20.30.44","status":"TCP_DENIED/403","size":9,'
        '"method":"GET","url":"http://claude.ai/new"}',
        {**_LOOKUP, "status": 403, "action": "blocked", "path": "/new"},
    ),
    "defender, its older interface": (
        "defender",
        f"{{{_DEFENDER}}}",
        {**_LOOKUP, "event_time": _AT, "destination_ip": "198.51.100.7"},
    ),
    "defender in Sentinel": (
        "defender",
        f'{{{_DEFENDER.replace("Timestamp", "TimeGenerated")},"Type":"DeviceNetworkEvents"}}',
        {**_LOOKUP, "event_time": _AT},
    ),
    "azure firewall in Log Analytics": (
        "azure-firewall",
        '{"TimeGenerated":"2026-09-23T10:11:12Z","Type":"AZFWApplicationRule",'
        '"SourceIp":"10.20.30.44","Fqdn":"claude.ai","DestinationPort":443,"Action":"Deny"}',
        {**_LOOKUP, "port": 443, "action": "blocked"},
    ),
    "azure firewall in the table of all diagnostics": (
        "azure-firewall",
        '{"TimeGenerated":"2026-09-23T10:11:12Z","Category":"AzureFirewallApplicationRule",'
        '"msg_s":"HTTPS request from 10.20.30.44:5012 to claude.ai:443. Action: Allow. x"}',
        {**_LOOKUP, "port": 443, "action": "allowed"},
    ),
    "azure firewall, a lookup in prose": (
        "azure-firewall",
        '{"category":"AzureFirewallDnsProxy","time":"2026-09-23T10:11:12Z","properties":{"msg":'
        '"DNS Request: 10.20.30.44:57 - 33500 A IN claude.ai. udp 37 false 512 NOERROR"}}',
        {**_LOOKUP, "evidence": "resolved"},
    ),
    "azure firewall, a rule of the network": (
        "azure-firewall",
        '{"category":"AzureFirewallNetworkRule","time":"2026-09-23T10:11:12Z","properties":{"msg":'
        '"TCP request from 10.20.30.44:5012 to 198.51.100.7:443. Action: Deny."}}',
        {"host": None, "destination_ip": "198.51.100.7", "port": 443, "action": "blocked"},
    ),
    "ecs, a duration that its begin and end know better": (
        "ecs",
        '{"@timestamp":"2026-09-23T10:11:13Z","event":{"start":"2026-09-23T10:11:12Z",'
        '"end":"2026-09-23T10:11:13Z","duration":1000},"source":{"ip":"10.20.30.44"},'
        '"destination":{"domain":"claude.ai"}}',
        {**_LOOKUP, "event_time": _AT, "duration_ms": 1000},
    ),
}

TABLES: dict[str, Case] = {
    "kibana": (
        "ecs",
        '"@timestamp","source.ip","user.name","url.domain","source.bytes","event.type"\n'
        '"Sep 23, 2026 @ 10:11:12.000","10.20.30.44",ada,claude.ai,"1,812","connection, denied"\n',
        {**_LOOKUP, "event_time": _AT, "user_name": "ada", "bytes_up": 1812, "action": "blocked"},
    ),
    "defender of a portal": (
        "defender",
        '"Timestamp [UTC]","DeviceName","ActionType","RemoteIP","RemotePort","RemoteUrl","LocalIP"'
        '\n"9/23/2026, 10:11:12.000 AM","lt-1","ConnectionSuccess","198.51.100.7","443",'
        '"claude.ai","10.20.30.44"\n',
        {**_LOOKUP, "event_time": _AT, "device_name": "lt-1"},
    ),
    "azure firewall of a portal": (
        "azure-firewall",
        '"TimeGenerated [UTC]","SourceIp","DestinationPort","Fqdn","TargetUrl","Action","Type"\n'
        '"9/23/2026, 10:11:12.000 AM","10.20.30.44","443","claude.ai","","Allow",'
        '"AZFWApplicationRule"\n',
        {**_LOOKUP, "event_time": _AT, "action": "allowed"},
    ),
    "entra of its portal": (
        "entra-global-secure-access",
        '"Date","User principal name","Action","Destination FQDN","Destination port",'
        '"Traffic type","Sent bytes","Received bytes","Source IP"\n'
        '"2026-09-23T10:11:12Z","ada@corp.example","Allowed","claude.ai","443","Internet",812,99,'
        '"10.20.30.44"\n',
        {**_LOOKUP, "event_time": _AT, "user_name": "ada", "bytes_up": 812, "bytes_down": 99},
    ),
}
MORE = spellings_later.MORE | JSON | TABLES
