"""A few synthetic lines of the resolvers and of endpoints, and what must come out of them."""

from __future__ import annotations

from .samples import Expected, event

_SYSMON_XML = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
    "<Provider Name='Microsoft-Windows-Sysmon' Guid='{{5770385F}}'/><EventID>{id}</EventID>"
    "<TimeCreated SystemTime='2026-09-23T10:11:12.5431823Z'/><Computer>lt-00412.corp.example"
    "</Computer></System><EventData>{data}</EventData></Event>\n"
)


def _data(**values: str) -> str:
    return "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in values.items())


SAMPLES = {
    "infoblox": (
        "Sep 23 10:11:12 ib01 named[2150]: infoblox-responses: 23-Sep-2026 10:11:12.417 client "
        "10.20.30.44#51234: UDP: query: chatgpt.com IN A response: NOERROR +E chatgpt.com. 60 IN A "
        "198.51.100.7; chatgpt.com. 60 IN A 198.51.100.8;\n"
        "23-Sep-2026 10:11:13.083 client 2001:db8::44#57398 UDP: query: Claude.ai IN HTTPS "
        "response: NXDOMAIN +\n"
        "<30>Sep 23 12:11:14 ib01 named[2150]: client @0x7f01 10.20.30.71#5353 (claude.ai): query: "
        "claude.ai IN A + (10.0.0.53)\n"
        "<30>Sep 23 12:11:15 ib01 dhcpd[99]: DHCPACK on 10.20.30.44 to 02:00:00:00:00:44 via eth1\n"
        "<30>Sep 23 12:11:16 ib01 named[2150]: client 10.20.30.71#5354: UDP: query: claude.ai\n"
        "nobody knows\n"
    ),
    "efficientip": (
        "Sep 23 10:11:12 sds01 named[99]: client 10.20.30.44#46671: query: chatgpt.com IN TYPE65 "
        "(10.20.0.53)\n"
        "Sep 23 10:11:13 sds01 named[99]: 26914:client @0x80a 2001:db8::5#99 (claude.ai.): answer: "
        "claude.ai. IN A (2001:db8::53) -> NOERROR 474 A 198.51.100.9\n"
        "Sep 23 10:11:14 sds01 named[99]: List Matched 10.20.30.44#32622: query: x.example IN A "
        "(10.20.0.53) {DTP}\n"
    ),
    "windows-dns": (
        "DNS Server log file creation at 9/23/2026 10:00:00 AM\n"
        "Message logging key (for packets - other items use a subset of these fields):\n"
        "\tField #  Information         Values\n"
        "\n"
        "9/23/2026 10:11:12 AM 0F3C PACKET  000001E7C4B3A2D0 UDP Rcv 10.20.30.44     8d2f   Q "
        "[0001   D   NOERROR] A      (7)chatgpt(3)com(0)\n"
        "\n"
        "9/23/2026 10:11:12 AM 0F3C PACKET  000001E7C4B3A2D1 UDP Snd 192.0.2.53      1a2b   Q "
        "[0001   D   NOERROR] A      (7)chatgpt(3)com(0)\n"
        "9/23/2026 10:11:12 AM 0F3C PACKET  000001E7C4B3A2D2 UDP Rcv 192.0.2.53      1a2b R Q "
        "[8081   DR  NOERROR] A      (7)chatgpt(3)com(0)\n"
        "9/23/2026 12:11:13 PM 0F3C PACKET  000001E7C4B3A2D3 TCP Rcv 2001:db8::44    00a1   Q "
        "[0001   D   NOERROR] HTTPS  (6)Claude(2)ai(0)\n"
        "9/23/2026 12:11:14 PM 0F3C PACKET  000001E7C4B3A2D4 UDP Rcv 10.20.30.44     00a2   U "
        "[0028       NOERROR] SOA    (4)corp(7)example(0)\n"
        "9/23/2026 12:11:15 PM 0F3C EVENT   The DNS server has started.\n"
        "9/23/2026 12:11:16 PM 0F3C PACKET  000001E7C4B3A2D5 UDP Rcv 10.20.30\n"
    ),
    "pdns-recursor": (
        "Sep 23 10:11:12 2 [4711/1] question for 'chatgpt.com|A' from 10.20.30.44:51234\n"
        "Sep 23 10:11:12 2 [4711/1] answer to question 'chatgpt.com|A': 1 answers, 0 additional, "
        "took 2 packets, rcode=0\n"
        "Sep 23 10:11:13 rec pdns_recursor[900]: 3 [4712/2] question for 'Claude.ai|HTTPS' from "
        "[2001:db8::7]:5123 (ecs 192.0.2.0/24)\n"
        'Sep 23 12:11:14 msg="Question" subsystem="syncres" level="0" prio="Info" tid="1" '
        'ts="1790158274.495" ecs="" mtid="2" proto="udp" qname="claude.ai" qtype="A" '
        'remote="10.20.30.71:42092"\n'
        'Sep 23 12:11:14 msg="Answer" subsystem="syncres" tid="1" ts="1790158274.496" '
        'qname="claude.ai" remote="10.20.30.71:42092"\n'
        "Sep 23 10:11:15 2 [4713/1] question for 'cut\n"
    ),
    "dnsdist": (
        "[1790158272.5000] Packet from 10.20.30.44:51234 for chatgpt.com. A with id 4242\n"
        "Sep 23 10:11:13 lb1 dnsdist[77]: Packet from [2001:db8::7]:5123 for Claude.ai. HTTPS with "
        "id 7\n"
        "Sep 23 10:11:14 lb1 dnsdist[77]: Got query for claude.ai.|A from 10.20.30.71:999, relayed "
        "to 192.0.2.53:53\n"
        "Sep 23 10:11:14 lb1 dnsdist[77]: Got answer from 192.0.2.53:53, relayed to "
        "10.20.30.71:999\n"
        "Packet from 10.20.30.44:51234 for chatgpt.com. A with id 4243\n"
    ),
    "coredns": (
        "2026-09-23T10:11:12.000Z [INFO] 10.4.1.9:36413 - 21583 "
        '"A IN api.anthropic.com. udp 43 false 512" NOERROR qr,rd,ra 136 0.102078s\n'
        "2026-09-23T12:11:13.000000000+02:00 stdout F [INFO] [2001:db8::9]:36413 - 7 "
        '"HTTPS IN claude.ai. tcp 43 true 1232" NXDOMAIN qr,rd 33 0.001s\n'
        r'{"log":"[INFO] 10.4.1.9:1 - 8 \"AAAA IN chatgpt.com. udp 43 false 512\" NOERROR qr,rd 1 '
        r'0.001s\n","stream":"stdout","time":"2026-09-23T10:11:14.001Z"}' "\n"
        "2026-09-23T10:11:15.000Z [INFO] plugin/reload: Running configuration SHA512 = 00\n"
        '[INFO] 10.4.1.9:36413 - 21583 "A IN a.example. udp 43 false 512" NOERROR qr 136 0.1s\n'
    ),
    "adguard-home": (
        '{"T":"2026-09-23T12:11:12.417519796+02:00","QH":"chatgpt.com","QT":"A","QC":"IN","CP":"",'
        '"Answer":"AAAA","IP":"10.20.30.44","CID":"lt-00412","Result":{},"Elapsed":3120000}\n'
        '{"IP":"2001:db8::7","T":"2026-09-23T10:11:13Z","QH":"Claude.ai.","QT":"HTTPS","QC":"IN",'
        '"CP":"doh","Result":{"IsFiltered":true,"Reason":3,"Rules":[{"Text":"||claude.ai^"}]},'
        '"Elapsed":100}\n'
        '{"T":"2026-09-23T10:11:13Z","QH":"cut\n'
    ),
    "route53-resolver": (
        '{"version":"1.100000","account_id":"111122223333","region":"eu-central-1","vpc_id":"vpc-0a",'
        '"query_timestamp":"2026-09-23T10:11:12Z","query_name":"api.openai.com.","query_type":"A",'
        '"query_class":"IN","rcode":"NOERROR","answers":[{"Rdata":"198.51.100.7","Type":"A"}],'
        '"srcaddr":"10.4.1.9","srcport":"48701","srcids":{"instance":"i-0a1"}}\n'
        '2026-09-23T10:11:13.000Z {"srcaddr":"2001:db8::9","query_timestamp":'
        '"2026-09-23T10:11:13Z","query_name":"claude.ai.","firewall_rule_action":"BLOCK","srcids":{}}\n'
        '{"query_name":"claude.ai."}\n'
    ),
    "systemd-resolved": (
        "Sep 23 10:11:12 lt-00412 systemd-resolved[812]: Looking up RR for chatgpt.com IN A.\n"
        "Sep 23 10:11:12 lt-00412 systemd-resolved[812]: Freeing transaction 810.\n"
        '{"__REALTIME_TIMESTAMP":"1790158273417519","_HOSTNAME":"lt-00777","SYSLOG_IDENTIFIER":'
        '"systemd-resolved","MESSAGE":"Looking up bypass packet for <Claude.ai IN HTTPS>."}\n'
        "Sep 23 10:11:14 lt-00412 kernel: Looking up\n"
    ),
    "sysmon": (
        _SYSMON_XML.format(id=22, data=_data(
            UtcTime="2026-09-23 10:11:12.349", QueryName="chatgpt.com", QueryStatus="0",
            QueryResults="::ffff:198.51.100.7;", Image="C:\\Program Files\\App\\chrome.exe",
            User="CORP\\aokafor"))
        + _SYSMON_XML.format(id=3, data=_data(
            UtcTime="2026-09-23 10:11:13.000", Image="C:\\bin\\claude.exe", User="CORP\\aokafor",
            Initiated="true", SourceIp="10.20.30.44", DestinationIp="198.51.100.11",
            DestinationHostname="api.anthropic.com", DestinationPort="443"))
        + _SYSMON_XML.format(id=1, data=_data(UtcTime="2026-09-23 10:11:14.000"))
        + '{"@timestamp":"2026-09-23T10:11:15.000Z","winlog":{"provider_name":'
        '"Microsoft-Windows-Sysmon","event_id":22,"computer_name":"LT-00777.corp.example",'
        '"event_data":{"UtcTime":"2026-09-23 10:11:14.500","QueryName":"Claude.ai",'
        '"Image":"C:\\\\bin\\\\curl.exe","User":"CORP\\\\mlind"}}}\n'
        '{"EventTime":"2026-09-23 12:11:16","Hostname":"LT-00777","EventID":22,"SourceName":'
        '"Microsoft-Windows-Sysmon","UtcTime":"2026-09-23 10:11:16.000","QueryName":"claude.ai",'
        '"Image":"C:\\\\bin\\\\curl.exe"}\n'
        '{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},'
        '"EventID":22,"Computer":"LT-00777"},"EventData":{"UtcTime":"2026-09-23 10:11:17.000",'
        '"QueryName":"chatgpt.com","Image":"C:\\\\bin\\\\curl.exe"}}}\n'
        "no event\n"
    ),
    "ocsf": (
        '{"class_uid":4003,"activity_id":6,"time":1790158272000,"query":{"hostname":'
        '"api.anthropic.com.","type":"A","class":"IN"},"rcode":"NoError","answers":[{"type":"A",'
        '"rdata":"198.51.100.11"}],"src_endpoint":{"ip":"10.4.1.9","port":48701,"instance_uid":'
        '"i-0a1"},"metadata":{"version":"1.1.0","product":{"name":"Route 53"}}}\n'
        '{"class_uid":4002,"time":1790158273000000,"actor":{"user":{"name":"amara"}},"http_request":'
        '{"http_method":"POST","user_agent":"curl/8","referrer":"https://claude.ai/new","length":812,'
        '"url":{"hostname":"claude.ai","path":"/api/x?q=1","port":443}},"http_response":{"code":200},'
        '"src_endpoint":{"ip":"2001:db8::44","hostname":"lt-00412"},"dst_endpoint":{"ip":'
        '"198.51.100.9","port":443},"traffic":{"bytes_out":900,"bytes_in":4012},"action_id":1,'
        '"metadata":{"product":{"name":"Proxy"}}}\n'
        '{"class_uid":4001,"activity_id":6,"time":1790158331000,"start_time":1790158274000,'
        '"src_endpoint":{"ip":"198.51.100.11","port":443},"dst_endpoint":{"ip":"10.4.1.9","port":'
        '52010},"traffic":{"bytes":57844},"metadata":{"product":{"name":"Amazon VPC"}}}\n'
        '{"class_uid":4001,"time_dt":"2026-09-23T10:11:15Z","src_endpoint":{"ip":"10.4.1.9",'
        '"port":5},"dst_endpoint":{"ip":"198.51.100.9","port":443},"tls":{"sni":"Claude.ai"},"traffic":{"bytes":'
        '99},"disposition":"Blocked","metadata":{"product":{"name":"Firewall"}}}\n'
        '{"class_uid":4002,"time":1790158272000,"http_request":{"url":{"hostname":"shop.example"}},'
        '"metadata":{"product":{"name":"AWS WAF"}}}\n'
        '{"class_uid":3002,"time":1790158272000,"metadata":{}}\n'
        '{"time":1790158272000,"metadata":{}}\n'
    ),
    "pihole-ftl": (
        '{"pihole":41,"time":1790158272.5,"status":2,"domain":"chatgpt.com","client":"10.20.30.44",'
        '"name":"lt-00412.lan"}\n'
        '{"pihole":42,"time":1790158273,"status":1,"domain":"claude.ai","client":"2001:db8::7"}\n'
        '{"pihole":43,"time":1790158273,"status":0,"domain":"a.example","client":"10.20.30.44"}\n'
        '{"pihole":44,"status":2,"domain":"chatgpt.com","client":"10.20.30.44"}\n'
    ),
    "har": (
        '{"har":"2026-09-23T12:11:12.417+02:00","time":812.4,"method":"POST","url":'
        '"https://chatgpt.com:443/backend-api/conversation","status":200,"up":20411,"down":4012,'
        '"server":"[2001:db8::1]","agent":"curl/8","referrer":"https://chatgpt.com/c"}\n'
        '{"har":"2026-09-23T10:11:13Z","method":"GET","url":"https://claude.ai/","status":0}\n'
        '{"har":"2026-09-23T10:11:13Z","method":"GET","url":"data:image/png"}\n'
        '{"har":null}\n'
    ),
    "nextdns": (
        "timestamp,domain,query_type,dnssec,protocol,client_ip,status,reasons,destination_country,"
        "root_domain,device_id,device_name,device_model,device_local_ip,matched_name,client_name\n"
        "2026-09-23T10:11:12.417Z,chatgpt.com,A,false,DNS-over-HTTPS,203.0.113.20,,,US,chatgpt.com,"
        'A1,LT-00412,"PC, large",10.20.30.44,,nextdns-cli\n'
        "2026-09-23T10:11:13.000Z,claude.ai,HTTPS,false,UDP,2001:db8::7,blocked,blocklist:x,,"
        "claude.ai,,,,,,\n"
        "2026-09-23T10:11:14.000Z,claude.ai,A\n"
    ),
    "nfdump": (
        "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out\n"
        "2026-09-23 10:11:12,2026-09-23 10:14:40,208.000,10.20.30.44,198.51.100.7,52984,443,TCP,"
        ".AP.SF,0,0,120,57844,0,0,1,2\n"
        "2026-09-23 10:11:12,2026-09-23 10:14:40,208.000,198.51.100.7,10.20.30.44,443,52984,TCP,"
        ".AP.SF,0,0,140,68970,0,0,2,1\n"
        "Summary\n"
        "flows,bytes,packets,avg_bps,avg_pps,avg_bpp\n"
        "2,126814,260,4877,1,487\n"
        "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n"
        "2026-09-23 10:11:12.417,1.500,TCP,2001:db8::44,50000,2001:db8::1,443,10,812,1\n"
        "2026-09-23 10:11:12.417,1.500,TCP,2001:db8::44\n"
    ),
}  # fmt: skip

EXPECTED = {
    "infoblox": Expected(
        [
            event("2026-09-23 10:11:12.417000", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:13.083000", "2001:db8::44", "claude.ai", "resolved"),
            event("2026-09-23 12:11:14", "10.20.30.71", "claude.ai", "resolved"),
        ],
        skipped=1,
        rejected=2,
    ),
    "efficientip": Expected(
        [
            event("2026-09-23 10:11:12", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:13", "2001:db8::5", "claude.ai", "resolved"),
        ],
        skipped=1,
    ),
    "windows-dns": Expected(
        [
            event("2026-09-23 10:11:12", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 12:11:13", "2001:db8::44", "claude.ai", "resolved"),
        ],
        skipped=9,
        rejected=1,
    ),
    "pdns-recursor": Expected(
        [
            event("2026-09-23 10:11:12", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:13", "2001:db8::7", "claude.ai", "resolved"),
            event("2026-09-23 10:11:14.495000", "10.20.30.71", "claude.ai", "resolved"),
        ],
        skipped=2,
        rejected=1,
    ),
    "dnsdist": Expected(
        [
            event("2026-09-23 10:11:12.000005", "10.20.30.44", "chatgpt.com", "resolved"),
            event("2026-09-23 10:11:13", "2001:db8::7", "claude.ai", "resolved"),
            event("2026-09-23 10:11:14", "10.20.30.71", "claude.ai", "resolved"),
        ],
        skipped=1,
        rejected=1,
    ),
    "coredns": Expected(
        [
            event("2026-09-23 10:11:11.898000", "10.4.1.9", "api.anthropic.com", "resolved",
                  duration_ms=102),
            event("2026-09-23 10:11:12.999000", "2001:db8::9", "claude.ai", "resolved",
                  duration_ms=1),
            event("2026-09-23 10:11:14", "10.4.1.9", "chatgpt.com", "resolved", duration_ms=1),
        ],
        skipped=1,
        rejected=1,
    ),
    "adguard-home": Expected(
        [
            event("2026-09-23 10:11:12.414519", "10.20.30.44", "chatgpt.com", "resolved",
                  duration_ms=3, device_name="lt-00412", action="allowed"),
            event("2026-09-23 10:11:13", "2001:db8::7", "claude.ai", "resolved", duration_ms=0,
                  action="blocked"),
        ],
        rejected=1,
    ),
    "route53-resolver": Expected(
        [
            event("2026-09-23 10:11:12", "10.4.1.9", "api.openai.com", "resolved",
                  device_name="i-0a1"),
            event("2026-09-23 10:11:13", "2001:db8::9", "claude.ai", "resolved", action="blocked"),
        ],
        rejected=1,
    ),
    "systemd-resolved": Expected(
        [
            event("2026-09-23 10:11:12", None, "chatgpt.com", "resolved", device_name="lt-00412"),
            event("2026-09-23 10:11:13.417519", None, "claude.ai", "resolved",
                  device_name="lt-00777"),
        ],
        skipped=1,
        rejected=1,
    ),
    "sysmon": Expected(
        [
            event("2026-09-23 10:11:12.349000", None, "chatgpt.com", "resolved",
                  user_name="aokafor", device_name="lt-00412", user_agent="chrome.exe"),
            event("2026-09-23 10:11:13", "10.20.30.44", "api.anthropic.com", "connected",
                  user_name="aokafor", device_name="lt-00412", port=443,
                  destination_ip="198.51.100.11", user_agent="claude.exe"),
            event("2026-09-23 10:11:14.500000", None, "claude.ai", "resolved", user_name="mlind",
                  device_name="lt-00777", user_agent="curl.exe"),
            event("2026-09-23 10:11:16", None, "claude.ai", "resolved", device_name="lt-00777",
                  user_agent="curl.exe"),
            event("2026-09-23 10:11:17", None, "chatgpt.com", "resolved", device_name="lt-00777",
                  user_agent="curl.exe"),
        ],
        skipped=1,
        rejected=1,
    ),
    "ocsf": Expected(
        [
            event("2026-09-23 10:11:12", "10.4.1.9", "api.anthropic.com", "resolved",
                  device_name="i-0a1"),
            event("2026-09-23 10:11:13", "2001:db8::44", "claude.ai", "transacted",
                  user_name="amara", device_name="lt-00412", port=443, path="/api/x",
                  destination_ip="198.51.100.9", method="POST", status=200, bytes_up=900,
                  bytes_down=4012, user_agent="curl/8", referrer_host="claude.ai",
                  action="allowed"),
            event("2026-09-23 10:11:14", "10.4.1.9", None, "connected",
                  destination_ip="198.51.100.11", port=443, bytes_down=57844),
            event("2026-09-23 10:11:15", "10.4.1.9", "claude.ai", "connected", port=443,
                  destination_ip="198.51.100.9", action="blocked"),
        ],
        skipped=2,
        rejected=1,
    ),
    "pihole-ftl": Expected(
        [
            event("2026-09-23 10:11:12.500000", "10.20.30.44", "chatgpt.com", "resolved",
                  device_name="lt-00412", action="allowed"),
            event("2026-09-23 10:11:13", "2001:db8::7", "claude.ai", "resolved", action="blocked"),
            event("2026-09-23 10:11:13", "10.20.30.44", "a.example", "resolved"),
        ],
        rejected=1,
    ),
    "har": Expected(
        [
            event("2026-09-23 10:11:12.417000", None, "chatgpt.com", "transacted", port=443,
                  path="/backend-api/conversation", destination_ip="2001:db8::1", method="POST",
                  status=200, bytes_up=20411, bytes_down=4012, duration_ms=812,
                  user_agent="curl/8", referrer_host="chatgpt.com"),
            event("2026-09-23 10:11:13", None, "claude.ai", "transacted", path="/", method="GET"),
        ],
        skipped=1,
        rejected=1,
    ),
    "nextdns": Expected(
        [
            event("2026-09-23 10:11:12.417000", "10.20.30.44", "chatgpt.com", "resolved",
                  device_name="lt-00412"),
            event("2026-09-23 10:11:13", "2001:db8::7", "claude.ai", "resolved", action="blocked"),
        ],
        skipped=1,
        rejected=1,
    ),
    "nfdump": Expected(
        [
            event("2026-09-23 10:11:12", "10.20.30.44", None, "connected", port=443,
                  destination_ip="198.51.100.7", duration_ms=208000, bytes_up=57844),
            event("2026-09-23 10:11:12", "10.20.30.44", None, "connected", port=443,
                  destination_ip="198.51.100.7", duration_ms=208000, bytes_down=68970),
            event("2026-09-23 10:11:12.417000", "2001:db8::44", None, "connected", port=443,
                  destination_ip="2001:db8::1", duration_ms=1500, bytes_up=812),
        ],
        skipped=5,
        rejected=1,
    ),
}  # fmt: skip
