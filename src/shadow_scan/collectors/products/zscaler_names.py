"""What Zscaler's feeds call their fields, by template, and how rows without names begin."""

from __future__ import annotations

ABSENT = ("", "-", "None", "NA", "N/A", "NotAvailable", "Unknown", "NotFound", "0.0.0.0")  # noqa: S104
NAMES = {
    "moment": "epochtime|datetime|time|eventtime",
    "user": "elogin|login|user|username|userName|ologin",
    "team": "edepartment|edept|dept|department",
    "inside": "cintip|cltintip|clientinternalip|clientInternalIP",
    "client": "cip|csip|clt_sip|cltip|ClientIP|clientip|clientIP|srcip|sourceip|src_ip|"
    "clientpublicIP|cpubip|cltpubip",
    "device": "devicehostname|edevicehostname|devicename|edevicename",
    "url": "eurl|url",
    "hostname": "ehost|host|hostname|ehostname|shost",
    "verb": "reqmethod|requestmethod|reqMethod",
    "code": "respcode|status|responsecode|respCode|statuscode|statusCode",
    "sent": "reqsize|requestsize|reqSize|outbytes|reqdatasize",
    "received": "respsize|respSize|responsesize|responseSize|inbytes|respdatasize",
    "agent": "eua|ua|useragent|ueua|userAgent",
    "referrer": "ereferer|referer|refererURL|refererurl",
    "did": "action|reqaction",
    "server": "sip|serverip|serverIP|cdip|srv_dip|dstip|destip|destinationip|sdip",
    "port": "cdport|sdport",
    "question": "dns_req|req",
    "fqdn": "cdfqdn|cltdomain|fqdn",
    "seconds": "duration",
    "protocol": "proto|protocol",
    "millis": "durationms",
    "record": "recordid|event_id",
}
JSON_NAMES = {
    name: "|".join(f"event.{key}|{key}" for key in keys.split("|")) for name, keys in NAMES.items()
}
# Newer templates have no other way to keep quotes out of a URL than to encode it.
ENCODED = {
    "url": "b64url",
    "hostname": "b64host",
    "agent": "b64ua",
    "referrer": "b64referer",
    "user": "b64login",
    "team": "b64dept",
}
JSON_PATHS = {
    **JSON_NAMES,
    **{f"encoded_{name}": f"event.{key}|{key}" for name, key in ENCODED.items()},
    "feed_kind": "sourcetype",
}
CEF_NAMES = {
    "moment": "rt",
    "user": "suser",
    "team": "cs1",
    "inside": "sourceTranslatedAddress",
    "client": "src",
    "device": "devicehostname|dhostname",
    "url": "request",
    "hostname": "dhost",
    "verb": "requestMethod",
    "code": "outcome",
    "sent": "out",
    "received": "in",
    "agent": "requestClientApplication",
    "referrer": "requestContext",
    "did": "act",
    "server": "dst",
    "port": "dpt",
    "question": "dnsreq|dns_req|req",
    "fqdn": "cdfqdn",
    "seconds": "cd",
    "protocol": "app",
    "millis": "durationms",
    "record": "externalId",
}
# What Sentinel's template for cloud feeds makes of the same names.
CEF_JSON_NAMES = {
    name: "|".join(f"event.{key}|{key}" for key in keys.split("|"))
    for name, keys in (CEF_NAMES | {"moment": "TimeGenerated|rt|timestamp"}).items()
}
# Private Access: what a client asked of a service within; sizes since the last record of the same.
PRIVATE_NAMES = {
    "moment": "TimestampConnectionStart|LogTimestamp",
    "user": "Username",
    "inside": "ClientPrivateIP",
    "client": "ClientPublicIP",
    "device": "Hostname",
    "hostname": "Host",
    "sent": "ZENBytesRxClient",
    "received": "ZENBytesTxClient",
    "server": "ServerIP",
    "port": "ServerPort",
}
# What browsers asked of a service within, by its log of that; microseconds are of no request.
BROWSER_NAMES = {
    "moment": "TimestampRequestReceiveStart|LogTimestamp",
    "user": "NameID",
    "inside": "ClientPrivateIp",
    "client": "ClientPublicIp",
    "url": "URL",
    "hostname": "Host",
    "verb": "Method",
    "code": "StatusCode",
    "sent": "RequestSize",
    "received": "ResponseSize",
    "agent": "UserAgent",
}
# Its first cell says what was done; the feed of the firewall writes its own name as the category.
LEEF_NAMES = {
    "moment": "devTime",
    "user": "usrName",
    "team": "role",
    "inside": "srcPreNAT",
    "client": "src",
    "device": "devicehostname|identHostName",
    "url": "url",
    "hostname": "hostname",
    "verb": "reqmethod",
    "code": "respcode",
    "sent": "srcBytes",
    "received": "dstBytes",
    "agent": "useragent",
    "referrer": "referer",
    "server": "dst",
    "port": "dstPort",
    "question": "dnsreq|req",
    "protocol": "appproto",
    "record": "recordid",
}
DEFAULT_COLUMNS = (
    *("time", "login", "proto", "eurl", "action", "appname", "appclass", "reqsize", "respsize"),
    *("stime", "ctime", "urlclass", "urlsupercat", "urlcat", "malwarecat", "threatname"),
    *("riskscore", "dlpeng", "dlpdict", "location", "dept", "cip", "sip", "reqmethod", "respcode"),
    *("eua", "ereferer", "ruletype", "rulelabel", "contenttype", "unscannabletype"),
    *("deviceowner", "devicehostname", "keyprotectiontype"),
)
FIREWALL_COLUMNS = (
    *("time", "login", "dept", "location", "cdport", "csport", "sdport", "ssport", "csip", "cdip"),
    *("ssip", "sdip", "tsip", "tunsport", "tuntype", "action", "dnat", "stateful", "aggregate"),
    *("nwsvc", "nwapp", "ipproto", "ipcat", "destcountry", "avgduration", "rulelabel", "inbytes"),
    *("outbytes", "duration", "durationms", "numsessions", "ipsrulelabel", "threatcat"),
    *("threatname", "deviceowner", "devicehostname"),
)
DNS_COLUMNS = (
    *("time", "login", "dept", "location", "reqaction", "resaction", "reqrulelabel"),
    *("resrulelabel", "reqtype", "req", "res", "sport", "durationms", "clt_sip", "srv_dip"),
    *("domcat", "category", "deviceowner", "devicehostname"),
)
# The default templates have no names: how their rows begin tells them.
WRITTEN = '"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \\d]\\d [\\d:]{8} \\d{4}","[^"]*",'
FIREWALL_ROW = WRITTEN + r'"[^"]*","[^"]*",(?:"\d*",){4}"[0-9a-fA-F.:]*","[0-9a-fA-F.:]*",'
DNS_ROW = (
    WRITTEN + r'"[^"]*","[^"]*",(?:"[A-Z]\w+",){2}"[^"]*","[^"]*","[A-Z][\w ]*","[^"]*","[^"]*",'
    r'"\d*","\d*","[0-9a-fA-F.:]*",'
)
TABBED_ROW = (
    r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}\t[^\t]*\t[A-Z_]+\t[^\t]*\t[A-Z][a-z]+\t"
)
