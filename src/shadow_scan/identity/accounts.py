"""What kind of account a bare name is: the words and shapes by which logs give themselves away.

Must not rewrite a name; `names` does that first. A name that nothing here knows is a person.
"""

from __future__ import annotations

import re
from typing import Final, Literal

UserKind = Literal["person", "machine", "service", "site", "address", "unknown"]

NOBODY: Final = frozenset(
    {
        "", "-", "--", "*", "?", "none", "null", "(null)", "(none)", "(empty)", "<null>", "<none>",
        "n/a", "unknown", "unauthenticated", "unidentified", "not available", "notavailable",
        "no user", "nouser", "no_user", "undefined", "0.0.0.0", "::",  # noqa: S104
        "anonymous", "anonymous user", "anonymous logon", "anonym", "anonyme", "anonimo", "anónimo",
        "anonymous-anmeldung", "anonyme anmeldung", "ouverture de session anonyme",
        "inicio de sesión anónimo", "accesso anonimo",
        "guest", "gast", "invité", "invitado", "ospite", "defaultaccount",
    }
)  # fmt: skip
"""Names that mean "nobody signed in". A guest account is nobody in particular, so it is one too;
`na` is left alone, for those are somebody's initials."""

SERVICE_DOMAINS: Final = frozenset(
    {
        "nt authority", "autorite nt", "autorité nt", "nt-autorität", "nt-autoritat",
        "nt-autoritaet", "nt instans", "nt-myndighet", "nt service", "service nt", "nt-dienst",
        "nt virtual machine", "iis apppool", "builtin", "vordefiniert", "builtin\\nt authority",
        "window manager", "font driver host",
    }
)  # fmt: skip
"""Domains of Windows' own accounts, as the localised systems spell them."""

_SERVICE_NAMES: Final = frozenset(
    {
        "system", "système", "systeme", "sistema", "local system", "localsystem",
        "local service", "service local", "localservice", "lokaler dienst", "servicio local",
        "servizio locale", "network service", "networkservice", "service réseau", "service reseau",
        "netzwerkdienst", "servicio de red", "servizio di rete", "krbtgt", "root", "daemon",
        "www-data", "nobody",
    }
)  # fmt: skip
_SERVICE: Final = re.compile(
    r"(?:svc|srvc|service)[-_.].+|.+[-_.]svc|(?:msol|healthmailbox|dwm-|umfd-)[_0-9a-f].*"
    r"|(?:http|https|cifs|ldap|dns|gc|rpcss|mssqlsvc|termsrv|wsman|nfs|ftp|imap|smtp)/.+"
)
_SYSTEM: Final = re.compile("s-1-5-(?:[0-9]|1[0-9]|20|(?:80|82|90|96)-.*)")
"""Windows' own accounts by their numbers; those of people begin with s-1-5-21- or s-1-12-1-."""
_MACHINE: Final = re.compile(
    r"(?:desktop|laptop|notebook|lt|pc|ws|wks|nb|srv|win|vm)-[a-z0-9-]*[0-9][a-z0-9-]*"
    r"|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}"
)
_SITE: Final = re.compile(
    r"road ?warrior"
    r"|(?:.*[ _-])?(?:site|location|office|hq|headquarters|wifi|wlan|vlan|vpn)(?:[ _-].*)?"
)


def kind_of(key: str) -> UserKind:
    """The kind of a bare lower-case name.

    `machine` and `site` rest on naming habits (`desktop-4f2k9`, `paris-office`): Umbrella and
    Zscaler write such names into the user column when nobody is signed in.
    """
    if key in NOBODY:
        return "unknown"
    if key in _SERVICE_NAMES or _SERVICE.fullmatch(key) or _SYSTEM.fullmatch(key):
        return "service"
    if _MACHINE.fullmatch(key):
        return "machine"
    return "site" if _SITE.fullmatch(key) else "person"
