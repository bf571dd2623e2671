"""ISC dhcpd: `dhcpd.leases` and `dhcpd6.leases` (man page dhcpd.leases(5)).

The file is a journal: each change of a lease is a new block, and the last block of an address is
its present state. Times are UTC unless `db-time-format local` wrote epoch seconds.
Must not care how blocks follow each other in time; `model` settles that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from shadow_scan.identity.addresses import address_key
from shadow_scan.identity.leases.fields import (
    MICROSECONDS,
    epoch_us,
    holder,
    instant_us,
    number,
    unescape_octal,
)
from shadow_scan.identity.leases.model import Record, Tally

NAME: Final = "isc-dhcpd"
RECOGNISED: Final = re.compile(
    r"^(?:lease\s+[0-9.]+\s*\{|ia-(?:na|ta|pd)\s+\"|server-duid\s|authoring-byte-order\s"
    r"|# The format of this file is documented in the dhcpd\.leases)",
    re.MULTILINE,
)

_PIECE: Final = re.compile(r'"((?:\\.|[^"\\])*)"|([{};])|(#)|([^\s{};"#]+)|(")', re.DOTALL)
_MARK: Final = True
_HEADS: Final = ("lease", "ia-na", "ia-ta", "ia-pd")
_LONGEST_STATEMENT: Final = 64
_DEEPEST: Final = 32
_ABANDONED: Final = "abandoned"
_ABANDONED_FOR: Final = 86_400 * MICROSECONDS
"""`abandon-lease-time`, unless a server says otherwise (dhcpd.conf(5))."""
_OVER: Final = frozenset({"free", "backup", "reset", "expired", "released"})
"""What these say of a lease is when it was held last, and by whom."""


@dataclass(slots=True)
class _Block:
    """One open block at the outer level: where it began and what it has said so far."""

    head: list[str]
    line: int
    lines: int = 0
    damaged: bool = False
    statements: list[list[str]] = field(default_factory=list)
    """Each with the address of the `iaaddr` that it stands in, or "", in front."""


@dataclass(slots=True)
class _Reader:
    tally: Tally
    words: list[str] = field(default_factory=list)
    path: list[list[str]] = field(default_factory=list)
    block: _Block | None = None

    def read(self, line: int, text: str | None) -> Iterator[Record]:
        if self._starts_anew(text):
            self._abandon()
        inside = self.block
        pieces = list(_pieces(text)) if text is not None else []
        damaged = text is None or (_MARK, '"') in pieces
        finished: list[_Block] = []
        for piece in pieces:
            closed = self._take(piece, line)
            inside = inside or self.block
            if closed:
                finished.append(closed)
        if inside is None:
            self._outside(line, damaged)
            return
        inside.lines += 1
        inside.damaged |= damaged
        for block in finished:
            yield from _records(block, self.tally)

    def finish(self) -> None:
        if self.block is not None:
            self._abandon()

    def _starts_anew(self, text: str | None) -> bool:
        """A new lease at the left margin: the block before it was cut off by a crash or a copy."""
        return text is not None and text.startswith(tuple(f"{head} " for head in _HEADS))

    def _abandon(self) -> None:
        if self.block is not None:
            self.tally.reject(self.block.line, "a block that is never closed", self.block.lines)
        self.block = None
        self.path.clear()
        self.words.clear()

    def _outside(self, line: int, damaged: bool) -> None:
        """A whole statement, a comment or a blank is skipped; what has no end is rejected."""
        unfinished = bool(self.words) and self.words[0] not in _HEADS
        if damaged or unfinished:
            self.tally.reject(line, "a line that cannot be read")
            self.words.clear()
        else:
            self.tally.skip()

    def _take(self, piece: tuple[bool, str], line: int) -> _Block | None:
        is_mark, text = piece
        if not is_mark:
            if len(self.words) < _LONGEST_STATEMENT:
                self.words.append(text)
        elif text == "{":
            self._open(line)
        elif text == "}":
            return self._close()
        elif text == ";":
            self._statement()
        return None

    def _open(self, line: int) -> None:
        if self.block is None:
            self.block = _Block(self.words, line)
        if len(self.path) < _DEEPEST:
            self.path.append(self.words)
        else:
            self.block.damaged = True
        self.words = []

    def _close(self) -> _Block | None:
        self.words = []
        if self.path:
            self.path.pop()
        if self.path or self.block is None:
            return None
        closed, self.block = self.block, None
        return closed

    def _statement(self) -> None:
        inner = self.path[-1][:2] if len(self.path) == 2 else []
        in_address = len(inner) == 2 and inner[0] == "iaaddr"
        if self.block is not None and self.words and (len(self.path) == 1 or in_address):
            self.block.statements.append([inner[1] if in_address else "", *self.words])
        self.words = []


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """(True, mark) for `{`, `}`, `;` and a lone `"`; (False, word) for words and quoted strings.

    A client may call itself `}`, hence the distinction. A lone quotation mark means that a string
    does not end on its line, as dhcpd's always do. Escapes are still in the strings.
    """
    for quoted, mark, comment, word, lone in _PIECE.findall(text):
        if comment:
            return
        yield (_MARK, mark or lone) if mark or lone else (not _MARK, word or quoted)


def read(lines: Iterable[tuple[int, str | None]], tally: Tally) -> Iterator[Record]:
    """Records in the order of the file; a line of None was too long to be looked at."""
    reader = _Reader(tally)
    for line, text in lines:
        yield from reader.read(line, text)
    reader.finish()


def _records(block: _Block, tally: Tally) -> list[Record]:
    kind = block.head[0] if block.head else ""
    if kind not in ("lease", "ia-na", "ia-ta") and not block.damaged:
        tally.skip(block.lines)
        return []
    if block.damaged or len(block.head) != 2:
        tally.reject(block.line, "a block that cannot be read", block.lines)
        return []
    records, reason = _lease(block) if kind == "lease" else _association(block)
    if reason:
        tally.reject(block.line, reason, block.lines)
    elif records:
        tally.used += block.lines
    else:
        tally.skip(block.lines)
    return records


def _lease(block: _Block) -> tuple[list[Record], str]:
    said = {statement[1]: statement[2:] for statement in block.statements}
    address = address_key(block.head[1])
    if address is None:
        return [], "an address that is none"
    state = _state(block.statements)
    if "starts" not in said or (state in _OVER and "hardware" not in said):
        return [], ""
    begin, end = _time(said["starts"]), _time(said.get("ends", []))
    if begin is None or (end is None and said.get("ends") != ["never"]):
        return [], "a time that cannot be read"
    if end is not None and end < begin:
        return [], "" if state in _OVER else "ends before it starts"
    if state == _ABANDONED or "abandoned" in said:
        return _given_up(address, begin, end, block.line, said), ""
    device, mac = holder(_name(block.statements), _last(said.get("hardware", [])))
    return [Record(address, device, mac, begin, end, block.line)], ""


def _given_up(
    address: str, begin: int, end: int | None, line: int, said: Mapping[str, list[str]]
) -> list[Record]:
    """dhcpd takes the hardware out of such a lease and leaves the begin of its last holder's."""
    if "hardware" not in said:
        begin = max(begin, (end or begin) - _ABANDONED_FOR)
    return [Record(address, None, None, begin, end, line)]


def _association(block: _Block) -> tuple[list[Record], str]:
    """An IPv6 association: all its addresses, held since the client's last transaction."""
    duid = unescape_octal(block.head[1])[4:]
    shared = {statement[1]: statement[2:] for statement in block.statements if not statement[0]}
    begin = _time(shared.get("cltt", []))
    if begin is None:
        return [], "a time that cannot be read"
    device, mac = holder(_name(block.statements), "", duid)
    records = []
    for raw in dict.fromkeys(statement[0] for statement in block.statements if statement[0]):
        inner = [statement for statement in block.statements if statement[0] == raw]
        said = {statement[1]: statement[2:] for statement in inner}
        address, end = address_key(raw), _time(said.get("ends", []))
        if address is None or (end is None and said.get("ends") != ["never"]):
            return [], "an address or a time that cannot be read"
        held = device if _state(inner) != _ABANDONED else None
        records.append(Record(address, held, mac, min(begin, end or begin), end, block.line))
    return records, ""


def _state(statements: list[list[str]]) -> str:
    states = [words[3] for words in statements if words[1:3] == ["binding", "state"] and words[3:]]
    return states[-1] if states else ""


def _name(statements: list[list[str]]) -> str:
    """What the client calls itself, else the name that the server put into DNS for it."""
    names = {
        words[1]: words[2] for words in statements if words[1] == "client-hostname" if words[2:]
    }
    names |= {words[2]: words[4] for words in statements if words[1] == "set" and words[4:]}
    raw = names.get("client-hostname") or names.get("ddns-fwd-name") or ""
    return unescape_octal(raw).decode("utf-8", "replace")


def _time(words: list[str]) -> int | None:
    """`3 2026/09/23 06:00:00` (weekday, UTC) or `epoch 1790143200`; None for all else."""
    if words[:1] == ["epoch"] and len(words) == 2:
        seconds = number(words[1])
        return None if seconds is None else epoch_us(seconds)
    if len(words) < 3:
        return None
    try:
        when = datetime.strptime(f"{words[1]} {words[2]}", "%Y/%m/%d %H:%M:%S")
    except ValueError:
        return None
    return instant_us(when.replace(tzinfo=UTC))


def _last(words: list[str]) -> str:
    return words[-1] if words else ""
