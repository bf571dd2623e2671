"""Logs that no format knows: read by the trade's names where those say enough, else not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shadow_scan.collectors.formats import COLUMN_NAMES, by_names, recognise, recognised
from shadow_scan.collectors.trade.learning import learned
from shadow_scan.collectors.trade.words import spellings

from ..conftest import Cli
from .reading import ALL_SHOWN, parsed, shown

PAGE = {"source_ip": "10.20.30.44", "host": "claude.ai", "path": "/new", "user_name": "ada"}
FLOW = {"source_ip": "10.20.30.44", "destination_ip": "198.51.100.7", "port": 443}
AT = {"event_time": "2026-09-23 10:11:12"}
READ: dict[str, tuple[str, dict[str, Any]]] = {
    "a table under names": (
        "Time,Client IP,User,URL,Method,Status,Upload Bytes,Sent,Action,User-Agent\n"
        '2026-09-23 10:11:12,10.20.30.44,CORP\\ada,"https://claude.ai/new",POST,403,812,9,Denied,'
        "curl/8\n",
        {
            **PAGE,
            **AT,
            "method": "POST",
            "status": 403,
            "bytes_up": 812,
            "bytes_down": None,
            "action": "blocked",
            "user_agent": "curl/8",
        },
    ),
    "pairs parted by colons, as Kaspersky's gateway for the web writes them": (
        'Sep 23 10:11:12 gw1 KWTS: type="Request": method="GET": action="Block": '
        'workspace="Staff": http_user_name="ada": http_user_agent="curl/8": '
        'http_user_ip="10.20.30.44": url="https://claude.ai/new": kata-alert="NotDetected"\n',
        {**PAGE, "method": "GET", "action": "blocked", "user_agent": "curl/8"},
    ),
    "Twingate, who asked for what behind it": (
        "start_time,end_time,user,user_id,device_id,client_ip,connector,connector_id,"
        "resource_ip,resource_port,resource_domain,resource_id,protocol,status\n"
        "2026-09-23T10:11:12Z,2026-09-23T10:11:22Z,ada@example.com,1,2,10.20.30.44,otter,3,"
        "198.51.100.7,443,claude.ai,4,tcp,NORMAL\n",
        {**FLOW, **AT, "host": "claude.ai", "user_name": "ada"},
    ),
    "a column of addresses is none of users, whatever its name": (
        '{"time":"2026-09-23T10:11:12Z","username":"ada","login":"10.20.30.44",'
        '"client_ip":"10.20.30.44","url":"https://claude.ai/new"}\n',
        {**PAGE, **AT},
    ),
    "rows that look like those of Umbrella, under names that are not its own": (
        '"starttime","logsourcename","sourceip","sourceport","destinationip","destinationport",'
        '"username","URL","HTTP Method"\n'
        '"2026-09-23 10:11:12","Squid @ px1","10.20.30.44","52984","198.51.100.7","443","ada",'
        '"https://claude.ai/new","GET"\n',
        {**PAGE, **AT, "destination_ip": "198.51.100.7", "method": "GET"},
    ),
    "names that are not Umbrella's, though they begin with a time": (
        '"Time","User Name","Initiator IP","Initiator Port","Responder IP","Responder Port",'
        '"URL","Action"\n'
        '"2026-09-23 10:11:12","ada","10.20.30.44","52984","198.51.100.7","443",'
        '"claude.ai/new","Allowed"\n',
        {**PAGE, **AT, "destination_ip": "198.51.100.7", "action": "allowed"},
    ),
    "Trend Micro's cloud gateway, sizes up and down its stream": (
        "CEF:0|Trend Micro|Trend Micro Web Security|3.0.0.2042|100000|Access Log|0|"
        "rt=Sep 23 2026 10:11:12 +0000 logType=1 adDomain=corp.example userName=ada "
        "userDepartment=finance department app=2 transportBytes=221030 dst=198.51.100.7 "
        "src=10.20.30.44 upStreamSize=812 downStreamSize=4012 domainName=claude.ai "
        "policyName=default principalName=ada@corp.example appName=Claude act=allow\n",
        {
            **AT,
            "source_ip": "10.20.30.44",
            "user_name": "ada",
            "host": "claude.ai",
            "bytes_up": 812,
            "bytes_down": 4012,
            "action": "allowed",
        },
    ),
    "a table of Olfeo, in French": (
        "Date;Heure;Adresse IP;Identifiant;Domaine;URL;Action\n"
        "23/09/2026;10:11:12;10.20.30.44;ada;claude.ai;https://claude.ai/new;Autorisé\n",
        {**PAGE, **AT, "action": "allowed"},
    ),
    "a dashboard's table of what Wazuh decoded, with Kibana's times": (
        '"timestamp","agent.name","data.srcip","data.srcuser","data.url","data.action"\n'
        '"Sep 23, 2026 @ 10:11:12.000","wazuh","10.20.30.44","ada","https://claude.ai/new",'
        '"passthrough"\n',
        {**PAGE, **AT, "action": "allowed"},
    ),
    "Google's data model, whose addresses are lists": (
        '{"metadata":{"eventTimestamp":"2026-09-23T10:11:12Z","eventType":"NETWORK_HTTP"},'
        '"principal":{"ip":["10.20.30.44"],"user":{"userid":"ada"}},"target":{"ip":['
        '"198.51.100.7"],"url":"https://claude.ai/new"},"network":{"sentBytes":"812",'
        '"receivedBytes":"99","http":{"method":"POST","responseCode":200}}}\n',
        {**PAGE, **AT, "destination_ip": "198.51.100.7", "bytes_up": 812, "bytes_down": 99},
    ),
    "a search's lookups by the names of Splunk's data model": (
        '{"preview":false,"result":{"_time":"2026-09-23T10:11:12.000+00:00","src":"10.20.30.44",'
        '"dest":"192.0.2.53","query":"claude.ai","record_type":"A"}}\n',
        {"source_ip": "10.20.30.44", "host": "claude.ai", "evidence": "resolved", **AT},
    ),
    "a table by the words of LogRhythm": (
        '"Log Date","Log Source","Origin IP Address","Impacted IP Address","User (Origin)",'
        '"Domain Impacted","URL"\n'
        '"2026-09-23 10:11:12","Gate","10.20.30.44","198.51.100.7","ada","claude.ai",'
        '"claude.ai/new"\n',
        {**PAGE, **AT, "destination_ip": "198.51.100.7"},
    ),
    "a report's date and time": (
        "Date and Time,User Name,Source IP,URL Full,HTTP Result,Action\n"
        "2026-09-23 10:11:12,ada,10.20.30.44,https://claude.ai/new,200,Permitted\n",
        {**PAGE, **AT, "status": 200, "action": "allowed"},
    ),
    "a German table, days first": (
        "Datum;Uhrzeit;Quell-IP;Benutzer;Ziel-IP;Zielport;URL;Aktion\n"
        "23.09.2026;10:11:12;10.20.30.44;ada;198.51.100.7;443;https://claude.ai/new;Blockiert\n",
        {**PAGE, **AT, "destination_ip": "198.51.100.7", "action": "blocked"},
    ),
    "a French table, accents and all": (
        "Date;Heure;Adresse IP source;Utilisateur;URL demandée;Méthode;Décision;Action\n"
        "23/09/2026;10:11:12;10.20.30.44;ada;https://claude.ai/new;GET;x;Autorisé\n",
        {**PAGE, **AT, "method": "GET", "action": "allowed"},
    ),
    "a Spanish table": (
        "Fecha y hora,IP origen,Usuario,URL,Método,Acción\n"
        "2026-09-23 10:11:12,10.20.30.44,ada,https://claude.ai/new,GET,Permitido\n",
        {**PAGE, **AT, "method": "GET", "action": "allowed"},
    ),
    "Datadog's table, a request whose method nobody saw": (
        "Date,Host,@network.client.ip,@usr.id,@http.method,@http.url\n"
        "2026-09-23T10:11:12Z,px1,10.20.30.44,ada@corp.example,UNKNOWN,https://claude.ai/new\n",
        {**PAGE, **AT, "method": None},
    ),
    "the moment of a record beside that at which a lake had it": (
        "TimeGenerated,Action,Datetime,Email,HTTPHost,HTTPMethod,HTTPStatusCode,SourceInternalIP,URL\n"
        "2026-09-23T10:15:00.1Z,allow,2026-09-23T10:11:12Z,ada@corp.example,claude.ai,GET,200,"
        "10.20.30.44,claude.ai/new\n",
        {**PAGE, **AT, "method": "GET", "status": 200},
    ),
    "the table of TMG's web proxy": (
        "ClientIP,ClientUserName,ClientAgent,logTime,service,DestHost,DestHostIP,DestHostPort,"
        "processingtime,protocol,operation,uri,objectsource,resultcode,Action\n"
        "10.20.30.44,CORP\\ada,curl/8,2026-09-23 10:11:12.000,1,claude.ai,198.51.100.7,443,382,"
        "https-inspect,POST,https://claude.ai/new?x=1,Internet,200,Allowed\n",
        {**PAGE, **AT, "port": 443, "method": "POST", "status": 200},
    ),
    "a table below what a portal says of it": (
        '"Administrator","root@corp.example"\n"Report Created","Wed Sep 23 12:00:00 2026"\n'
        '"No.","Event Time","User","Policy Action","URL","Client IP","Request Method"\n'
        '"1","Wed Sep 23 10:11:12 2026","ada@corp.example","Allowed","claude.ai/new",'
        '"10.20.30.44","POST"\n',
        {**PAGE, **AT, "method": "POST", "action": "allowed"},
    ),
    "an event of a proxy in the cloud": (
        '{"event":{"event_time":"2026-09-23T10:11:12","name":"proxy_event","request_type":"GET",'
        '"response_code":"200","userid":"ada","url":"https://claude.ai/new","vendor":"x",'
        '"x-client-ip":"10.20.30.44"}}\n',
        {**PAGE, **AT, "method": "GET", "status": 200},
    ),
    "date and time in columns of their own": (
        "date;time;clientip;username;domain;request_path;bytes_uploaded\n"
        "2026-09-23;10:11:12;10.20.30.44;ada;claude.ai;/new;812\n",
        {**PAGE, **AT, "bytes_up": 812},
    ),
    "pairs of a firewall, whose source sends": (
        'time=2026-09-23T12:11:12+02:00 srcip=10.20.30.44 dst=198.51.100.7 dport=443 user="ada" '
        'sent=812 rcvd=99 action="deny"',
        {**FLOW, **AT, "bytes_up": 812, "bytes_down": 99, "action": "blocked"},
    ),
    "a flow of one direction, which is the answer": (
        "time=2026-09-23T12:11:12+02:00 srcip=198.51.100.7 srcport=443 dst=10.20.30.44 dport=50111 "
        "sent=99 rcvd=812",
        {**FLOW, **AT, "bytes_up": 812, "bytes_down": 99},
    ),
    "pairs with commas, dated by their header": (
        "Sep 23 10:11:12 gw1 app: src=10.20.30.44, dst=198.51.100.7, dst_port=443, user=ada, "
        "sni=claude.ai, bytes_from_client=812, action=permit",
        {**FLOW, **AT, "host": "claude.ai", "user_name": "ada", "bytes_up": 812},
    ),
    "CEF of any vendor, with what its labels say": (
        "<14>Sep 23 10:11:12 gw1 CEF:0|Acme|Gate|1|7|web|3|rt=Sep 23 2026 10:11:12 src=10.20.30.44 "
        "dst=198.51.100.7 dpt=443 suser=ada request=https://claude.ai/new requestMethod=POST "
        "requestClientApplication=curl/8 (x y) in=5 out=7 cn1Label=HTTP Status cn1=403",
        {**PAGE, **FLOW, **AT, "status": 403, "bytes_up": None, "user_agent": "curl/8 (x y)"},
    ),
    "LEEF of any vendor": (
        "LEEF:1.0|Acme|Gate|1|7|devTime=Sep 23 2026 10:11:12\tsrc=10.20.30.44\tdst=198.51.100.7\t"
        "dstPort=443\tusrName=ada\tsrcBytes=812\tdstBytes=99\turl=https://claude.ai/new",
        {**PAGE, **FLOW, **AT, "bytes_up": 812, "bytes_down": 99},
    ),
    "objects, whose other side has names, too": (
        '{"ts":1790158272,"event":{"source":{"ip":"10.20.30.44","port":5},"user":{"name":"ada"},'
        '"http":{"request":{"method":"POST"}},"url":{"full":"https://claude.ai/new"},'
        '"destination":{"ip":"198.51.100.7","user":{"name":"bob"}}}}',
        {**PAGE, **AT, "destination_ip": "198.51.100.7", "method": "POST"},
    ),
    "types behind names, as a lake has them": (
        '{"TimeGenerated":"2026-09-23T10:11:12Z","srcip_s":"10.20.30.44","dstip_s":"198.51.100.7",'
        '"dstport_d":443,"sentbyte_d":812}',
        {**FLOW, **AT, "bytes_up": 812},
    ),
    "rows whose words look like a header of syslog": (
        "time,src_ip,user,url,user_agent\n"
        '2026-09-23T10:11:12Z,10.20.30.44,ada,https://claude.ai/new,"curl/8 (x y z)"\n'
        '2026-09-23T10:11:13Z,10.20.30.44,ada,https://claude.ai/new,"curl/8 (x y z)"\n',
        {**PAGE, **AT, "user_agent": "curl/8 (x y z)"},
    ),
    "a W3C log of names of its own": (
        "#Fields: date time src-ip user dest-host method status bytes-up\n"
        "2026-09-23 10:11:12 10.20.30.44 ada claude.ai POST 200 812\n",
        {**AT, "source_ip": "10.20.30.44", "host": "claude.ai", "method": "POST", "bytes_up": 812},
    ),
    "values in objects of their own": (
        '{"time_generated":"2026-09-23 10:11:12 +0000","source_ip":{"value":"10.20.30.44"},'
        '"dest_ip":{"value":"198.51.100.7"},"dest_port":443,"bytes_sent":812}',
        {**AT, **FLOW, "bytes_up": 812},
    ),
    "a time as syslog has it": (
        "num;date;src;user;url\n1;Sep 23 10:11:12;10.20.30.44;ada;https://claude.ai/new\n",
        {**AT, **PAGE},
    ),
    "a question": (
        '{"time":"2026-09-23T10:11:12Z","client_ip":"10.20.30.44","qname":"claude.ai"}',
        {**AT, "host": "claude.ai", "evidence": "resolved"},
    ),
    "two names of one rank that disagree": (
        '{"time":"2026-09-23T10:11:12Z","src":"10.1.1.1","source_ip":"10.1.1.2","user":"ada",'
        '"url":"https://claude.ai/new"}',
        {**PAGE, "source_ip": None},
    ),
    "sessions as ASIM has them, the status among the details": (
        '{"TimeGenerated":"2026-09-23T10:11:12Z","EventVendor":"Gate","EventResult":"Success",'
        '"EventResultDetails":"200","SrcIpAddr":"10.20.30.44","SrcUsername":"ada",'
        '"DstIpAddr":"198.51.100.7","Url":"https://claude.ai/new","HttpRequestMethod":"POST"}',
        {**PAGE, **AT, "status": 200, "method": "POST"},
    ),
    "sessions as ASIM has them, exported by a portal in UTC": (
        '"TimeGenerated [UTC]",EventVendor,"EventStartTime [UTC]",DvcAction,SrcIpAddr,SrcUsername,'
        "DstIpAddr,DstPortNumber,Url,Dst\n"
        '"9/4/2026, 10:12:12.417 AM",Gate,"9/4/2026, 10:11:12.000 AM",Allow,10.20.30.44,ada,'
        "198.51.100.7,443,https://claude.ai/new,198.51.100.7\n",
        {**PAGE, "event_time": "2026-09-04 10:11:12", "destination_ip": "198.51.100.7"},
    ),
    "CEF with a blank behind its name": (
        "Sep 23 10:11:12 gw01 CEF: 0|Example|Web Gate|1.0|100|request|3|src=10.20.30.44 "
        "suser=ada request=https://claude.ai/new",
        {**PAGE, **AT},
    ),
    "a connection of Zenarmor, in the tag of a message": (
        "<6>2026-09-23T10:11:13+00:00 fw1 zenarmor[7]: daemon=zenarmor, index=tls, "
        'data={"start_time":1790158272000,"transport_proto":"TCP","ip_src_saddr":"10.20.30.44",'
        '"ip_src_port":5012,"ip_dst_saddr":"198.51.100.7","ip_dst_port":443,"is_blocked":0,'
        '"src_nbytes":812,"dst_nbytes":99,"app_name":"Claude","server_name":"claude.ai"}',
        {**AT, "source_ip": "10.20.30.44", "host": "claude.ai", "port": 443, "bytes_up": 812},
    ),
    "month and day told by another row": (
        "time\tsrc_ip\tuser\turl\n09/04/2026 10:11:12\t10.20.30.44\tada\thttps://claude.ai/new\n"
        "09/23/2026 10:11:12\t10.20.30.44\tada\thttps://claude.ai/new\n",
        {**PAGE, "event_time": "2026-09-04 10:11:12"},
    ),
}


@pytest.mark.parametrize("case", READ)
def test_names_say_what_is_what(case: str) -> None:
    text, said = READ[case]
    found = recognised(text.splitlines())
    assert found is not None
    assert found.name == COLUMN_NAMES
    events, _, rejected = parsed(text.encode(), COLUMN_NAMES, block_bytes=1 << 16)
    everything = shown(events[0], ALL_SHOWN)
    assert {key: everything.get(key) for key in said} == said
    assert rejected == 0


@pytest.mark.parametrize(
    "text",
    [
        '{"time":"2026-09-23T10:11:12Z","src_ip":"10.20.30.44","user":"ada","host":"vpn.example.com"}',
        "time,src_ip,user,url\n09/04/2026 10:11:12,10.20.30.44,ada,https://claude.ai/new\n",
        "2026-09-23 10:11:12,10.20.30.44,ada,https://claude.ai/new\n",
        '{"src_ip":"10.20.30.44","user":"ada","url":"https://claude.ai/new"}',
        '{"time":"2026-09-23T10:11:12Z","url":"https://claude.ai/new"}',
        "To whom it may concern: a=b c=d e=f\n",
        "",
    ],
)
def test_what_names_do_not_say_stays_unread(text: str) -> None:
    assert recognise(text.splitlines()) is None
    assert by_names(text.splitlines()) is None


def test_what_stands_in_an_object_of_another_side_is_its_own() -> None:
    assert "username" not in spellings("destination.user.name")
    assert "srcip" in spellings("data.src_ip_s")
    assert spellings("host.name") == set()


def test_members_without_a_name_say_nothing() -> None:
    nameless = '{"time":"2026-09-23T10:11:12Z","src":"10.1.1.1","url":"https://claude.ai/%s",":":"a","":"."}\n'
    events, _, rejected = parsed((nameless % "a" * 3).encode(), COLUMN_NAMES, block_bytes=1 << 16)
    assert (len(events), rejected) == (3, 0)


def test_lines_of_another_shape_are_rejected_and_a_log_is_learned_once() -> None:
    row = '{"time":"2026-09-23T10:11:12Z","src":"10.1.1.1","url":"https://claude.ai/%s","up":1}\n'
    text = row % "a" * 12 + "no record\n" + '{"time":"x"}\n' + '{"time":"2026-09-23T10:11:13Z"}\n'
    events, skipped, rejected = parsed(text.encode(), COLUMN_NAMES, block_bytes=1 << 16)
    assert (len(events), sum(skipped.values()), rejected) == (12, 1, 2)
    assert learned(["no record"]) is None


def test_an_unknown_spelling_of_a_known_product_is_read_by_its_names(
    cli: Cli, tmp_path: Path, workspace: Path
) -> None:
    log = tmp_path / "gate.json"
    log.write_text(
        '{"LogType":"TRAFFIC","DeviceSN":"007","time":"2026-09-23T10:11:12Z","src":"10.20.30.44",'
        '"url":"https://claude.ai/new","user":"ada"}\n'
    )
    assert [r["format"] for r in cli("parse", log).records()] == [COLUMN_NAMES]
    assert cli("parse", log, "--as", "paloalto").records() == []
    assert "read by the names of its columns alone" in cli("scan", log).err
    ((source,),) = cli("sources", "--format", "json").records()
    assert (source["format"], source["events"], source["rejected"]) == (COLUMN_NAMES, 1, 0)
    assert "known" in cli("scan", log).err


def test_a_scan_says_that_it_went_by_names_and_reads_on(
    cli: Cli, tmp_path: Path, workspace: Path
) -> None:
    log = tmp_path / "gate.log"
    row = "time=2026-09-23T10:11:1%dZ srcip=10.20.30.44 user=ada url=https://claude.ai/new\n"
    log.write_text(row % 1)
    assert "read by the names of its columns alone" in cli("scan", log).err
    log.write_text(row % 1 + row % 2)
    assert cli("scan", log).code == 0
    ((source,),) = cli("sources", "--format", "json").records()
    assert (source["format"], source["events"]) == (COLUMN_NAMES, 2)
    assert cli("formats", "new", log, "--name", "gate", stdin="").code == 0
