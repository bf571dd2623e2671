"""Names that logs give their fields, and what values look like: what a proposal reasons with."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from shadow_scan.collectors.mapping.model import NUMBERS

SURE: Mapping[str, frozenset[str]] = {
    field: frozenset(names.split())
    for field, names in {
        "event_time": """timestamp time datetime date eventtime ts when starttime start begin
            logtime
            requesttime receivedtime generatedtime createdat eventtimestamp utctime zeit
            zeitpunkt""",
        "source_ip": """srcip sourceip clientip client cip src srcaddr sourceaddress clientaddress
            remoteaddr remoteip sourceipaddress clientipaddress srcipaddress ip quelle
            localip rechner quellip quelladresse ipquelle ipsource ipclient adressesource""",
        "user_name": """user username login account usr suser srcuser sourceuser userid upn
            principal userprincipalname useremail email csusername remoteuser nutzer
            benutzer authuser benutzername anmeldename utilisateur who""",
        "device_name": """device devicename hostname computer computername machine workstation
            clienthostname srchost devicehostname endpoint rechner rechnername poste""",
        "department": """department dept team group ou organizationunit costcenter abteilung
            usergroup""",
        "host": """host domain fqdn destinationhost dsthost desthost servername sni query qname
            queryname targethost website site hostheader cshost destinationfqdn dhost
            destinationdomain""",
        "url": """url uri requesturl requesturi fullurl csuri destinationurl target request
            address ziel""",
        "path": """path uripath urlpath requestpath csuripath csuristem uri url requesturi
            csuri""",
        "destination_ip": """dstip destinationip destip dst destinationaddress serverip sip dstaddr
            targetip remotedestip""",
        "port": """port dstport destinationport destport dpt serverport dport""",
        "method": """method httpmethod requestmethod verb csmethod reqmethod""",
        "status": """status statuscode httpstatus responsecode httpstatuscode scstatus respcode""",
        "bytes_up": """bytesup csbytes requestsize reqsize requestbytes uploadbytes upload
            bytesfromclient clienttoserverbytes clientbytes bytestoserver requestlength
            up""",
        "bytes_down": """bytesdown scbytes responsesize respsize responsebytes downloadbytes
            download
            bytesfromserver servertoclientbytes serverbytes bytestoclient responselength
            down""",
        "duration": """duration durationms elapsed elapsedms timetaken latency latencyms
            responsetime responsetimems dauer durationseconds elapsedtime
            seconds""",
        "action": """action verdict decision disposition result outcome policyaction aktion was
            ergebnis entscheidung resultat""",
        "user_agent": """useragent ua agent browser csuseragent httpuseragent
            requestclientapplication""",
        "referrer": """referrer referer csreferer httpreferer referrerurl refererurl""",
    }.items()
}
"""Field -> names that mean nothing else, in small letters without signs between words."""

UNSURE: Mapping[str, tuple[str, ...]] = {
    "bytes_up": (
        *("sent", "bytessent", "sentbytes", "out", "bytesout", "outbytes", "tx", "gesendet"),
        *("envoyes", "octetsenvoyes"),
    ),
    "bytes_down": (
        "received",
        "bytesreceived",
        "rcvd",
        "in",
        "bytesin",
        "inbytes",
        "inbound",
        "rx",
        "empfangen",
        "recus",
        "octetsrecus",
    ),
}
"""Names whose meaning hangs on who wrote the log: the client's side or the server's."""

ALLOWED = frozenset(
    [
        "allow",
        "allowed",
        "permit",
        "permitted",
        "pass",
        "passed",
        "accept",
        "accepted",
        "ok",
        "success",
    ]
)
BLOCKED = frozenset(
    ["block", "blocked", "deny", "denied", "drop", "dropped", "reject", "rejected", "forbidden"]
)
TELLING = frozenset(
    ["allow", "allowed", "permit", "permitted", "block", "blocked", "deny", "denied"]
)
"""Verdicts that are hardly said of anything but a request."""
METHODS = frozenset(
    ["GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS", "DELETE", "PATCH", "TRACE"]
)
_PATTERNS = (
    *("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"),
    *("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d/%b/%Y:%H:%M:%S %z", "%d-%b-%Y %H:%M:%S"),
    *("%d%b%Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%d/%b/%Y:%H:%M:%S", "%b %d, %Y %I:%M:%S %p"),
    *("%b %d %Y %H:%M:%S", "%a %b %d %H:%M:%S %Y", "%Y%m%d%H%M%S", "%d.%m.%Y %H:%M"),
    *("%d.%m.%y %H:%M:%S", "%d/%m/%y %H:%M:%S", "%m/%d/%y %H:%M:%S", "%d-%m-%Y %H:%M:%S"),
    *("%d.%m.%Y, %H:%M:%S", "%d/%m/%Y, %H:%M:%S", "%m/%d/%Y, %I:%M:%S %p", "%Y%m%d %H%M%S"),
    *("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%Y%m%d %H:%M:%S"),
    *("%d.%m.%y %H:%M", "%d/%m/%y %H:%M", "%m/%d/%y %H:%M", "%d-%m-%Y %H:%M"),
    *("%m/%d/%y %I:%M:%S %p", "%m/%d/%y %I:%M %p", "%b %d, %Y @ %H:%M:%S"),
)
_SECONDS = ("%S", "%S.%f", "%S,%f", "%S %z", "%S%z", "%S.%f %z", "%S.%f%z")
"""What may stand in the place of the seconds of a pattern that ends with them."""
PATTERNS = tuple(
    dict.fromkeys(
        pattern.removesuffix("%S") + end
        for pattern in _PATTERNS
        for end in (_SECONDS if pattern.endswith("%S") else ("",))
    )
)
_HOST = re.compile(r"(?:[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]+\.?(?::\d+)?")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+|(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?/\S*", re.IGNORECASE)
_AGENT = re.compile(r"(?:Mozilla|[A-Za-z][\w.-]*)/\d[\w.]*(?:$|[ (])")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z| ?[+-]\d\d(?::?\d\d)?| UTC)?")
_DAY = re.compile(r"\d{4}[-/]?\d\d[-/]?\d\d|\d{1,2}([./-])(\d{1,2}|[A-Za-z]{3})\1\d{2}(\d\d)?")
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d([.,]\d+)?)?( [AaPp][Mm])?(Z|[+-]\d\d:?\d\d)?|\d{6}")
_OFFSET = re.compile(r":\d\d([.,]\d+)? ?(Z|UTC|[+-]\d\d(:?\d\d)?)$")
_EPOCH = re.compile(r"1[0-9]{9}(?:\.\d+|\d{3}|\d{6}|\d{9})?")


def plain(name: str) -> str:
    """'cs-Bytes' -> 'csbytes'; of a path the last step."""
    last = re.split(r"(?<!\\)\.", name)[-1]
    return re.sub(r"[^a-z0-9]", "", last.lower())


def is_called(key: str, names: Collection[str]) -> bool:
    """Whether a key, or the last step of a path, is one of these; a bare `name` is whose it is:
    'user.name' is a 'username'. That of a host may be the recorder's own."""
    *before, last = re.split(r"(?<!\\)\.", key)
    whose = plain(before[-1]) if before and plain(last) == "name" else ""
    return plain(key) in names or (whose not in {"", "host"} and f"{whose}name" in names)


def is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True


def is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit()


def is_number(value: str) -> bool:
    return re.fullmatch(r"\d+(?:\.\d+)?", value, re.ASCII) is not None


def is_iso(value: str) -> bool:
    return _ISO.fullmatch(value) is not None


def is_place(value: str) -> bool:
    """A name or an address of the web."""
    return FITS["url"](value)


def is_fraction(value: str) -> bool:
    """'12.5', and not '12.0'."""
    return is_number(value) and float(value) % 1 != 0


def bare_of_unit(name: str) -> str:
    """'Sent (KB)' -> 'sent'; nothing for a name without a unit."""
    bare = re.fullmatch(r"(.+?)(?:in)?(?:kb|kib|mb|mib|gb|kbytes|mbytes)", plain(name))
    return bare[1] if bare else ""


def decimals(values: Iterable[str]) -> list[str | None]:
    """The signs that may stand before the fractions of these numbers; None: numbers as programs
    write them."""
    values = list(values)
    if all(map(is_number, values)):
        return [None]
    looks = {sign: re.compile(look) for sign, (look, _) in NUMBERS.items()}
    return [sign for sign, look in looks.items() if all(map(look.fullmatch, values))]


def is_day(value: str) -> bool:
    return _DAY.fullmatch(value) is not None


def is_clock(value: str) -> bool:
    return _CLOCK.fullmatch(value) is not None


def has_offset(value: str) -> bool:
    return _OFFSET.search(value) is not None


def is_epoch(value: str) -> bool:
    return _EPOCH.fullmatch(value) is not None


FITS: Mapping[str, Callable[[str], bool]] = {
    "source_ip": is_address,
    "destination_ip": is_address,
    "host": lambda value: _HOST.fullmatch(value) is not None or is_address(value),
    "url": lambda value: _URL.fullmatch(value) is not None or _HOST.fullmatch(value) is not None,
    "path": lambda value: value.startswith("/"),
    "port": lambda value: is_whole(value) and int(value[:6]) < 65_536,
    "method": lambda value: value.upper() in METHODS,
    "status": lambda value: is_whole(value) and len(value) == 3,
    **dict.fromkeys(("bytes_up", "bytes_down", "duration"), lambda value: bool(decimals((value,)))),
    "user_agent": lambda value: _AGENT.match(value) is not None,
    "referrer": lambda value: (
        _URL.fullmatch(value) is not None or _HOST.fullmatch(value) is not None
    ),
}
"""What values of a field look like; fields that are not here may hold any text."""

ALONE: Mapping[str, Callable[[str], bool]] = {
    "url": lambda value: "://" in value and _URL.fullmatch(value) is not None,
    "method": FITS["method"],
    "user_agent": lambda value: value.startswith("Mozilla/"),
    "host": lambda value: _HOST.fullmatch(value) is not None,
    "action": lambda value: value.lower() in TELLING,
}
"""Values so telling that they need no name, where one column alone has them."""


def share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, values)) / len(values) if values else 0.0
