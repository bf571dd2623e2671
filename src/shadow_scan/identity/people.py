"""The people of the organisation, from a CSV: who belongs to which team.

Must not store names anywhere, nor quote them in a problem: they leave this module only in memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shadow_scan.errors import UsageError
from shadow_scan.identity.names import device_key, user_key
from shadow_scan.identity.problems import Problems
from shadow_scan.identity.table import Row, Table, read_table
from shadow_scan.identity.text import fold_lower, label

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "user": (
        "user", "username", "login", "samaccountname", "userprincipalname", "upn", "userid",
        "account", "accountname", "logonname", "primaryuserupn", "primaryuser", "uid", "alias",
        "utilisateur", "identifiant", "benutzer", "benutzername", "anmeldename", "usuario",
        "utente",
    ),
    "email": (
        "email", "mail", "emailaddress", "mailaddress", "primaryemail", "workemail", "courriel",
        "adressemail", "adresseemail", "emailadresse", "correo",
    ),
    "team": (
        "team", "equipe", "department", "dept", "departement", "abteilung", "departamento",
        "reparto", "division", "organizationunit", "organisationunit", "organizationalunit",
        "orgunit", "unit", "costcentre", "costcenter", "centredecout", "kostenstelle",
        "centrodecosto",
    ),
    "function": ("function", "businessfunction", "fonction", "funktion", "funcion", "funzione"),
    "device": (
        "device", "devicename", "computer", "computername", "hostname", "machine", "workstation",
        "poste", "gerat", "geraet", "rechner", "equipo", "dispositivo",
    ),
    "site": ("site", "location", "office", "officelocation", "standort", "ort", "sede"),
    "name": ("displayname", "fullname", "name", "nomcomplet", "anzeigename", "nombre", "nome"),
}  # fmt: skip
"""Header words, without accents, blanks and case, for each column; the better word first."""

_REQUIRED: Final = (("user", "email"), ("team",))


@dataclass(frozen=True, slots=True)
class Person:
    """One person, or a device of several (`user` None). None means that nobody said, or that the
    file says two things."""

    user: str | None
    team: str | None
    function: str | None = None
    device: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Persons by canonical user key and by device key.

    `aliases` maps every other spelling (mail address, its local part, further logins, the display
    name) to the canonical key. `ambiguous` counts the users whose lines name different teams: their
    team is None, for no line may win silently. `digest` is the SHA-256 of the file in hex.
    """

    by_user: Mapping[str, Person] = field(default_factory=dict)
    by_device: Mapping[str, Person] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    problems: Problems = field(default_factory=Problems)
    ambiguous: int = 0
    _spellings: Mapping[str, str] = field(default_factory=dict)

    def canonical(self, user: str) -> str:
        """The key under which a person is counted; a stranger's own key for strangers."""
        return user if user in self.by_user else self.aliases.get(user, user)

    def person(self, user: str) -> Person | None:
        """The person behind a user key or an alias."""
        return self.by_user.get(self.canonical(user))

    def team_spelling(self, team: str) -> str:
        """The file's own spelling of a team, so that `sales` and `Sales` are one."""
        return self._spellings.get(team.casefold(), team)


@dataclass(slots=True)
class _Draft:
    """All that the lines of one user or device say, before it is decided whether they agree."""

    users: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def person(self) -> Person:
        return Person(
            user=_agreed(self.users),
            team=_agreed(self.teams),
            function=_agreed(self.functions),
            device=self.devices[0] if self.devices else None,
            site=_agreed(self.sites),
        )


class _Gathering:
    def __init__(self, table: Table, problems: Problems) -> None:
        self.table = table
        self.problems = problems
        self.users: defaultdict[str, _Draft] = defaultdict(_Draft)
        self.devices: defaultdict[str, _Draft] = defaultdict(_Draft)
        self.aliases: defaultdict[str, set[str]] = defaultdict(set)
        self.spellings: dict[str, str] = {}

    def take(self, row: Row) -> None:
        if any(cell.strip() for cell in row.cells[self.table.width :]):
            self.problems.add(row.line, "more cells than the header has; the line is left out")
            return
        logins = [*self._cells(row, "user"), *self._cells(row, "email")]
        keys = [key for key in (user_key(login).key for login in logins) if key]
        devices = _distinct(device_key(cell) for cell in self._cells(row, "device"))
        if not keys and not devices:
            self.problems.add(row.line, "neither a user nor a device; the line is left out")
            return
        if keys:
            self._fill(self.users[keys[0]], row, keys[0], devices)
            self._note_aliases(keys, [*logins, *self._cells(row, "name")])
        for device in devices:
            self._fill(self.devices[device], row, keys[0] if keys else None, [device])

    def _fill(self, draft: _Draft, row: Row, user: str | None, devices: Iterable[str]) -> None:
        draft.lines.append(row.line)
        _add(draft.users, [user])
        _add(draft.teams, [self._spelled(self._label(row, "team"))])
        _add(draft.functions, [self._label(row, "function")])
        _add(draft.devices, devices)
        _add(draft.sites, [self._label(row, "site")])

    def _note_aliases(self, keys: Sequence[str], names: Iterable[str]) -> None:
        spelled = {fold_lower(name) for name in names if "@" in name}
        spelled |= {key for name in names if " " in (key := user_key(name).key or "")}
        for alias in spelled.union(keys[1:]) - {keys[0]}:
            self.aliases[alias].add(keys[0])

    def _cells(self, row: Row, name: str) -> Iterator[str]:
        for at in self.table.columns[name]:
            if at < len(row.cells) and row.cells[at].strip():
                yield row.cells[at]

    def _label(self, row: Row, name: str) -> str | None:
        return next((text for cell in self._cells(row, name) if (text := label(cell))), None)

    def _spelled(self, team: str | None) -> str | None:
        return None if team is None else self.spellings.setdefault(team.casefold(), team)

    def people(self) -> People:
        by_user = {key: draft.person() for key, draft in self.users.items()}
        self._report_disagreements()
        return People(
            by_user=MappingProxyType(by_user),
            by_device=MappingProxyType({key: d.person() for key, d in self.devices.items()}),
            aliases=MappingProxyType(self._unique_aliases(by_user)),
            digest=self.table.digest,
            problems=self.problems,
            ambiguous=sum(len(draft.teams) > 1 for draft in self.users.values()),
            _spellings=MappingProxyType(self.spellings),
        )

    def _report_disagreements(self) -> None:
        for draft in self.users.values():
            if len(draft.teams) > 1:
                self.problems.add(draft.lines[-1], "a user with different teams; none is taken")
            if len(draft.functions) > 1 or len(draft.sites) > 1:
                self.problems.add(
                    draft.lines[-1], "a user with different functions or sites; none is taken"
                )
        for draft in self.devices.values():
            if len(draft.teams) > 1:
                self.problems.add(draft.lines[-1], "a device with different teams; none is taken")

    def _unique_aliases(self, by_user: Mapping[str, Person]) -> dict[str, str]:
        """An alias of two people leads to neither; a user's own key is nobody else's alias."""
        unique = {}
        for alias, users in self.aliases.items():
            if alias in by_user:
                continue
            if len(users) == 1:
                unique[alias] = next(iter(users))
            else:
                lines = (self.users[user].lines[0] for user in users)
                self.problems.add(max(lines), "a name or mail of two users; it leads to neither")
        return unique


def read_people(path: Path) -> People:
    """Read a people file: CSV with `user` (or a mail address) and `team`, in any usual spelling.

    Optional: `email`, `function`, `device`, `site`, a display name. Delimiter `,`, `;` or tab;
    UTF-8, UTF-16 or Windows-1252. UsageError names the file, the line and the remedy.
    """
    table = read_table(path, SYNONYMS, _REQUIRED)
    problems = Problems()
    if table.encoding == "cp1252":
        problems.add(0, "not UTF-8; read as Windows-1252")
    gathering = _Gathering(table, problems)
    for row in table.rows():
        gathering.take(row)
    if not gathering.users and not gathering.devices:
        raise UsageError(
            "The people file names nobody.",
            where=str(path),
            remedy="Give each person a line: the login, then the team.",
        )
    return gathering.people()


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _add(known: list[str], values: Iterable[str | None]) -> None:
    known.extend(value for value in _distinct(values) if value not in known)


def _agreed(values: Sequence[str]) -> str | None:
    return values[0] if len(values) == 1 else None
