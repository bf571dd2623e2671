"""What the trade calls the fields of a request: names that say one thing, whoever wrote the log.

Names stand in small letters without signs ('cs(User-Agent)' is `csuseragent`), in ranks: of two
ranks the earlier one is meant more exactly. A name that says two things in two logs stands nowhere,
or below, where it is said what else must be there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from shadow_scan.collectors.mapping import words
from shadow_scan.collectors.trade import tongues

Ranks = tuple[frozenset[str], ...]


def _ranks(*ranks: str) -> Ranks:
    return tuple(frozenset(names.split()) for names in ranks)


TIMES: Ranks = _ranks(
    """starttime start begintime begin eventstart eventstarttime requesttime requesttimestamp
    requeststart sessionstarttime sessionstart connstarttime connectionstart flowstart flowstarttime
    starteddatetime timestampconnectionstart requestreceivedtime requestepoch
    requesttimestampepoch starttimems startedat firstpacket firstpackettime firstpackettimestamp""",
    """timestamp time datetime eventtime eventtimestamp ts when utctime utc datetimeutc timeutc
    gmttime timelocal localtime timeiso8601 requestdate logtime logdate logtimestamp rt
    devtime devicetime devicereceipttime epochtime epoch epochms timestampms timestampmsec
    eventtimeutc generatedtime generatetime eventdate eventdatetime dateandtime timedt loggedtime
    deviceeventtime accesstime occurred occurredat occurredtime observedat observedtimestamp
    createdat created creationtime eventcreated transactiontime unixtime unixtimestamp
    utctimestamp isotimestamp eventtimestampms timestampiso8601 timestr eventgeneratedtime zeit
    datetimestamp date """
    + " ".join(tongues.TIMES),
    # In a lake's tables it may be the moment at which a record came.
    "timegenerated",
    """@timestamp receivetime receivedtime receivedat timereceived rectime ingesttime endtime
    end eventend""",
)
DATES = frozenset(["date", "day", "logdate", "eventdate"]) | tongues.DATES
CLOCKS = frozenset(["time", "clock", "logtime", "eventtime"]) | tongues.CLOCKS
"""The two halves of a time in columns of their own."""

_FIELDS: Mapping[str, Ranks] = {
    "client": _ranks(
        """clientprivateip clientip clientipaddress clientipaddr clientaddress clientaddr cip
        httprequestremoteip principalip originipaddress clientinternalip cintip clientsrcip
        userip useripaddress httpuserip originalclientip originclientip internalip internalipaddress
        sourceinternalip clientsourceip internalclientip xcsuserip xclientip actionlocalip""",
        """srcip sourceip src srcaddr saddr sourceaddress sourceipaddress sourceipaddr
        srcipaddr srcipaddress srcaddress ipsrc ipsource sourceipv4 srcipv4 sourceipv6 origip
        originip idorigh origh source4address initiatorip initiatoripaddress ipsrcsaddr qip""",
        "source client srchost sourcehost ipclient",
        "clientpublicip remoteaddr ip ipaddress ipaddr",
    ),
    "user": _ranks(
        """user username srcuser srcusername sourceuser sourceusername suser clientuser
        clientusername csusername loginname login authuser authenticateduser authusername
        remoteuser principal userprincipalname upn usr usrname unauthuser sourceuserid
        srcuserid usernamesource httpuser httpusername proxyuser initiatedby initiatoruser
        nutzer userorigin identityemail actoreffectiveusername actorprimaryusername""",
        """useremail useremailaddress vpnuseremail email mail emailaddress sourceuseremail
        srcemail srcuseremail suserid suid useruid accountemail""",
        "userid usrid userkey accountname",
    ),
    "device": _ranks(
        """clienthostname srchostname sourcehostname srchost sourcehost srcname shost
        workstation computername computer machinename clientname clienthost srcmachinename
        srcdevicename endpointname endpointhostname clientdevicename hostnameofclient srcnthost
        sourcename clientmachinename userdevice devicehostname identhostname agenthostname""",
    ),
    "team": _ranks("department dept userdepartment edepartment edept srcdepartment"),
    "question": _ranks(
        """qname queryname dnsquery dnsqueryname dnsname dnsquestion dnsquestionname
        questionname queryhostname querydomain queriedname querieddomain rrname dnsdomain dnsrequest
        dnsrequestname dnsquestiondomain dnsquerydomain querystringname dnsquerystring""",
    ),
    "host": _ranks(
        """sni tlssni sslsni tlsservername sslservername serversni tlssniname sniname xcssni
        tlsclientservername requestedservername urlhost urlhostname urldomain requestedhost
        requesthost httphost httphostname httpshost cshost hostheader httphostheader
        requesthostname urlfqdn actionexternalhostname actiondsthost dstactionexternalhostname""",
        """dsthostname destinationhostname desthostname dsthost desthost destinationhost dhost
        dstdomain destinationdomain destdomain destinationfqdn dstfqdn destfqdn dstname
        destname requestedidfqdn targethost targethostname targetdomain serverhostname
        serverhost fqdn destinationdnsdomain destinationname destinationservername
        remotehostname sitedomain websitedomain destinationserver requesteddomain webdomain
        domainimpacted impacteddomain cshosthost dest dst destination destinationaddress
        remotehost website site resourcedomain""",
        "domain domainname",
        "servername",
    ),
    "url": _ranks(
        """url requesturl fullurl urloriginal originalurl urlfull destinationurl dsturl desturl
        csuri csurl httpurl requestedurl httprequesturl targeturl accessedurl requesturi uri
        urlstring httpuri visitedurl weburl siteurl eurl fullrequesturl requestfullurl
        urlrequest requestedurl pageurl""",
        "request requestline resource page target",
    ),
    "directory": _ranks(
        """urlpath uripath requestpath requestedpath csuripath csuristem uristem httppath
        httprequestpath requesturlpath httpuri urlfile""",
        "path uri url requesturi csuri target",
    ),
    "server": _ranks(
        """dstip destinationip destip destinationipaddress dstipaddress dstipaddr
        destinationipaddr destipaddress dstaddr daddr destaddr destaddress destinationaddress
        impactedip impactedipaddress dstaddress serverip serveripaddress serveraddr
        serveraddress targetip targetaddress ipdst ipdest ipdestination idresph resph respip
        responderip responderipaddress ipdstsaddr dstipv4 actionremoteip resolvedip dst dest
        destination destinationipv4 serveripaddr resourceip""",
        "target",
    ),
    "port": _ranks(
        """dstport destinationport destport dpt serverport dport idrespp respport targetport
        urlport actionremoteport applicationport portdest portdst portdestination remoteport
        responderport destinationportnumber ipdstport impactedport tcpudpportimpacted
        dstportnumber requestport csuriport uriport srvport desthostport resourceport""",
        "port service",
    ),
    "origin": _ranks(
        """srcport sourceport spt sport clientport sourceportnumber srcportnumber origport
        idorigp origp initiatorport portsrc portsource connsrcport localport actionlocalport""",
    ),
    "verb": _ranks(
        """httpmethod requestmethod csmethod reqmethod httprequestmethod httpverb requestverb
        urlmethod webmethod httpoperation httpop""",
        "method verb meth requesttype operation soperation",
    ),
    "code": _ranks(
        """httpstatus httpstatuscode httpresponsecode httpresponsestatus httpresponsestatuscode
        scstatus respcode responsecode responsestatus responsestatuscode statuscode httpcode
        httpstatusresponse httpresult serverstatuscode httpresponse httpretcode""",
        "status code outcome response eventresultdetails resultcode",
    ),
    "sent": _ranks(
        """bytesup csbytes requestsize reqsize requestbytes uploadbytes uploadedbytes
        bytesuploaded bytesfromclient clienttoserverbytes clientbytes bytestoserver
        requestlength httprequestbytes httprequestsize sourcebytes srcbytes bytessrc
        bytessource bytesfromsource origbytes bytesclienttoserver upbytes c2sbytes bytesc2s
        clientbytessent clientsentbytes bytesfromsrc requestsizebytes initiatorbytes
        initiatortransmittedbytes srcnbytes uploadsize clienttoserver clientuploadbytes
        bytestx2server origipbytes bytesorig sourcetodestinationbytes requestdatasize
        reqdatasize httprequestlength bytesuploadedtotal upload upstreambytes upstreamsize
        userbytessent usersentbytes""",
    ),
    "received": _ranks(
        """bytesdown scbytes responsesize respsize responsebytes downloadbytes downloadedbytes
        bytesdownloaded bytesfromserver servertoclientbytes serverbytes bytestoclient
        responselength httpresponsebytes httpresponsesize destinationbytes destbytes dstbytes
        bytesdst bytesdest bytesdestination bytesfromdestination respbytes bytesservertoclient
        downbytes s2cbytes bytess2c serverbytessent clientbytesreceived clientreceivedbytes
        responsesizebytes responderbytes downloadsize servertoclient respondertransmittedbytes
        dstnbytes destinationtosourcebytes responsedatasize respdatasize httpresponselength
        download downstreambytes downstreamsize userreceivedbytes""",
    ),
    "agent": _ranks(
        """useragent httpuseragent csuseragent useragentoriginal requestclientapplication
        requestuseragent clientuseragent httprequestuseragent useragentstring useragentheader
        useragentname webuseragent eua ua xuseragent httprequestheadersuseragent""",
        "agent browser clientagent actorprocessimagename",
    ),
    "referrer": _ranks(
        """referer referrer csreferer csreferrer httpreferer httpreferrer referrerurl refererurl
        requestreferer requestreferrer httprequestreferrer refererheader requestcontext ereferer""",
    ),
    "did": _ranks(
        """action act policyaction firewallaction ruleaction deviceaction requestaction fwaction
        filteraction webaction disposition verdict decision filterresult actiontype urlaction
        scfilterresult actiontaken proxyaction policydecision dvcaction accessaction
        resolverpolicyruleaction""",
        "result status outcome eventaction logaction logsubtype",
    ),
}
FIELDS: Mapping[str, Ranks] = {
    name: (ranks[0] | tongues.NAMES.get(name, frozenset()), *ranks[1:])
    for name, ranks in _FIELDS.items()
}
REQUEST_LINES: Ranks = _ranks(
    "request requestline httprequestline firstline httprequest requestfirstline"
)
"""Method, target and version in one."""
(QUERY_TYPES,) = _ranks(
    """querytype qtype dnstype dnsquerytype recordtype dnsrecordtype rrtype qtypename
    querytypename dnsrequesttype dnsqtype dnsqtypename dnsquestiontype questiontype"""
)
"""Beside such a name what was asked for is the name of a lookup."""
LOOKED_UP: Ranks = _ranks("query name")  # beside such a name, too
FLOW: Mapping[str, Ranks] = {
    "sent": _ranks(
        "sent sentbyte sentbytes bytessent txbytes bytestx sendbytes bytesend outputbytes sendbyte"
    ),
    "received": _ranks(
        """received rcvd rcvdbyte rcvdbytes rcvbytes receivedbytes bytesreceived bytesrcvd recvbytes
        rxbytes bytesrx receivedbyte recvbyte bytesrecv"""
    ),
}
"""Meant from the side of the source, as every firewall has it, where a record speaks of two
addresses and of no answer of HTTP: what a proxy `sent` may be what it sent to its client."""
UDM = frozenset({"principal", "target", "network"})
"""Google's data model: bytes are sent by the principal."""
ACCESS: Mapping[str, Ranks] = {
    "host": _ranks("host hostname httphost"),
}
"""Names that collectors have for themselves: the request's only beside its method or path, or where
they are many."""
FORTIOS = frozenset({"srcip", "dstip", "sentbyte"})
"""Beside these names `hostname` is the site."""

(OTHERS,) = _ranks(
    """src source client dst dest destination server target device observer agent collector
    cloud nat translated host sensor intermediary firewall gateway tls ssl certificate cert issuer
    subject container pod node kubernetes threat file process parent rule policy geo as
    organization organisation location ecs related response answers error beat winlog system
    syslog header http"""
)
"""What stands within such an object speaks of that, whatever its own name."""
_SUFFIX = re.compile(r"_(?:[sdtgb]|str|num|ip)$")  # what a lake says of a type
_PORTAL_TIME = re.compile(r"\d\d?([/.])\d\d?\1\d{4}, \d\d?:\d\d:\d\d(?:\.\d+)?(?: [AP]M)?")
PORTAL = " [UTC]"
"""What Microsoft's portals put behind the name of a time, in tables that they export."""
_OF_A_COLLECTOR = ("host", "name")
_WRAPS = frozenset({"value", "raw", "stringvalue"})
"""Names under which a value stands in an object of its own."""


def spellings(key: str) -> frozenset[str]:
    """The plain names of a path: 'event.user.name' is `eventusername`, `username`, `name`."""
    bare = key.removesuffix(PORTAL).replace("\\.", ".")
    # Datadog marks what it found in a record: '@usr.id'.
    bare = bare.removeprefix("@") if "." in bare else bare
    steps = [part for part in re.split(r"\.|__|:", bare) if part]
    if len(steps) > 1 and steps[-1].lower() in _WRAPS:
        steps.pop()
    if not steps or tuple(steps[-2:]) == _OF_A_COLLECTOR:
        return frozenset()
    others = (at for at, step in enumerate(steps[:-1]) if plain(step) in OTHERS)
    first = next(others, len(steps) - 1)
    lasts = (steps[-1], _SUFFIX.sub("", steps[-1]))
    return frozenset(
        plain("".join((*steps[begin:-1], last))) for begin in range(first + 1) for last in lasts
    )


def plain(name: str) -> str:
    kept = re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", name.lower()))
    return f"@{kept}" if name.startswith("@") else kept


def _is_url(value: str) -> bool:
    return words.FITS["url"](value) and not words.is_address(value)


def _is_name(value: str) -> bool:
    bare = value.rpartition("://")[2].rstrip("/")
    return words.FITS["host"](bare) and not words.is_address(bare)


def _is_socket(value: str) -> bool:
    address, sign, port = value.rpartition(":")
    return words.is_address(value) or (bool(sign) and port.isdigit() and words.is_address(address))


_VERDICT = re.compile(
    r"(?i)(?:\w+[ _-])?(?:block|den[iy]|drop|reject|reset|prevent|forbid|allow|permit|accept|pass|"
    r"observed|monitor|alert|close|success|ok$|bypass|isolat|forward|log$|detect"
    rf"|{tongues.BLOCKED}|{tongues.ALLOWED})"
)
FITS: Mapping[str, Callable[[str], bool]] = {
    "client": _is_socket,
    "user": lambda value: not words.is_address(value),
    "server": _is_socket,
    "question": lambda value: _is_name(value) or value.endswith("."),
    "host": _is_name,
    "url": _is_url,
    "directory": lambda value: value.startswith("/"),
    "port": words.FITS["port"],
    "origin": words.FITS["port"],
    "verb": words.FITS["method"],
    "code": lambda value: re.fullmatch(r"[1-5]\d\d", value) is not None,
    "sent": words.is_number,
    "received": words.is_number,
    "agent": lambda value: "/" in value or " " in value or value.isalpha() or value[-4:] == ".exe",
    "referrer": words.FITS["referrer"],
    "did": lambda value: _VERDICT.match(value) is not None,
}
"""What values look like: a column whose values do not is none of its kind, whatever its name."""
ALWAYS_ONE = frozenset(["client", "host", "server", "code", "sent", "received", "verb", "question"])
"""Of these a record has one: two columns of one rank that disagree leave it unknown."""


def most(values: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return bool(values) and words.share(values, fits) >= 0.9


def is_of_a_portal(value: str) -> bool:
    return _PORTAL_TIME.fullmatch(value) is not None
