"""Who works at Northwind Instruments, where, and under which addresses.

All names are made up; all addresses are private (RFC 1918). The people file and the subnets in
settings.toml are written from here. Contractors and visitors are here too, but in neither file.
"""

from __future__ import annotations

from dataclasses import dataclass

from .model import Identity, Recorder

DOMAIN = "northwind.example"
REALM = "NORTHWIND"

FUNCTION_OF_TEAM = {
    "Engineering": "engineering",
    "Sales": "sales-marketing",
    "Marketing": "sales-marketing",
    "Finance": "finance-procurement",
    "Legal": "legal",
    "Support": "customer-service",
    "HR": "hr",
    "Design": "design",
}

STAFF = {
    "Berlin": {
        "Engineering": "ada.quillmark bero.tansley cilla.vornholt dov.asterwick "
        "edda.marlowen fenn.okrali",
        "Sales": "gita.brandmoor hanno.pellisk ilka.sundvar",
        "Finance": "jorin.calderby kaya.wessling lorn.ibstead",
        "Legal": "mira.hollvane nils.tarquay",
        "Support": "orla.fenwright pim.dostrel",
        "HR": "quirin.ashlund",
    },
    "Oslo": {
        "Engineering": "runa.velkamp sixten.orbray thora.mingelund",
        "Marketing": "ulf.castermo vilde.rosenquay wanja.lintorp xenia.haldorne",
        "Legal": "yrsa.pembrik zeno.gallwick",
        "Support": "alba.norrviken bram.sotterly carin.dewhelm",
        "Finance": "dagny.uppmarsh",
        "Design": "eskil.thornvale",
    },
    "Lisbon": {
        "Marketing": "filipa.morsande goran.estlake hilda.ravensby",
        "Design": "ivo.lanterly jara.cobbwell kasper.ondrel",
        "Support": "lia.winterholm rasmin.okeldon",
    },
    "Porto": {
        "Sales": "milo.harrowgate nadia.strandell otto.kevelaer",
        "HR": "pia.larkspurne tamsin.oldmere",
    },
    "Bergen": {
        "Engineering": "ulrika.fennimoor viggo.sandelar wilma.crossquist yann.dellburg",
    },
}
"""Site, then team, then users. Only the proxies of Berlin and Oslo know names."""

NAMED_SITES = {"Berlin": (Recorder.SQUID, "10.10.0"), "Oslo": (Recorder.PROXYSG, "10.20.0")}

CONTRACTORS = (
    Identity("oda.vinterly", "10.10.0.201", None, Recorder.SQUID, "oda.vinterly"),
    Identity(
        "ruben.ostmark", "10.10.0.202", None, Recorder.SQUID, "ruben.ostmark@contractor.example"
    ),
    Identity("selma.drayton-vik", "10.20.0.201", None, Recorder.PROXYSG, "selma.drayton-vik"),
)
"""They sign in at a proxy, but no people file has them."""

BUILD_HOST = Identity("10.10.90.7", "10.10.90.7", "Engineering", Recorder.SQUID)
"""Calls a model API every night and never signs in."""


@dataclass(frozen=True, slots=True)
class Subnet:
    """A network whose recorder sees addresses only; ``team`` None: guests, nobody's."""

    prefix: str
    team: str | None
    recorder: Recorder
    machines: int

    @property
    def cidr(self) -> str:
        """``10.30.0.0/24``."""
        return f"{self.prefix}.0/24"

    def identities(self) -> list[Identity]:
        """Its machines, from .21 upwards."""
        addresses = [f"{self.prefix}.{number}" for number in range(21, 21 + self.machines)]
        return [Identity(address, address, self.team, self.recorder) for address in addresses]


SUBNETS = (
    Subnet("10.30.0", "Marketing", Recorder.ZEEK, 3),
    Subnet("10.30.1", "Design", Recorder.ZEEK, 3),
    Subnet("10.30.2", None, Recorder.ZEEK, 3),
    Subnet("10.30.8", "Support", Recorder.ZEEK_DNS, 2),
    Subnet("10.24.0", None, Recorder.BIND, 6),
    Subnet("10.24.8", "Engineering", Recorder.BIND, 4),
    Subnet("10.40.0", "Sales", Recorder.DNSMASQ, 3),
    Subnet("10.40.1", "HR", Recorder.DNSMASQ, 2),
)

TEAM_OF_SUBNET = {subnet.cidr: subnet.team for subnet in SUBNETS if subnet.team} | {
    "10.10.90.0/24": "Engineering"
}


def staff_rows() -> list[tuple[str, str, str, str, str, str]]:
    """The rows of people.csv: user, email, team, function, device, site."""
    rows = [
        (user, f"{user}@{DOMAIN}", team, FUNCTION_OF_TEAM[team], site)
        for site, teams in STAFF.items()
        for team, users in teams.items()
        for user in users.split()
    ]
    return [(*row[:4], f"nwi-{number:04d}", row[4]) for number, row in enumerate(rows, start=301)]


def team_sizes() -> dict[str, int]:
    """People by team, as the people file has them."""
    teams = [row[2] for row in staff_rows()]
    return {team: teams.count(team) for team in sorted(set(teams))}


def people() -> list[Identity]:
    """Everybody whom a proxy knows by name, contractors last."""
    known = []
    for site, (recorder, prefix) in NAMED_SITES.items():
        staff = [(user, team) for team, users in STAFF[site].items() for user in users.split()]
        known += [
            Identity(user, f"{prefix}.{number}", team, recorder, _spelling(user, recorder, number))
            for number, (user, team) in enumerate(staff, start=31)
        ]
    return [*known, *CONTRACTORS]


def machines() -> list[Identity]:
    """Everybody who is an address only, the build host aside."""
    return [identity for subnet in SUBNETS for identity in subnet.identities()]


def _spelling(user: str, recorder: Recorder, number: int) -> str:
    """Some machines of the Oslo office sign in with the realm, in the directory's capitals."""
    if recorder is Recorder.PROXYSG and number % 5 == 0:
        return f"{REALM}\\{user.title()}"
    return user
