"""The table of keys as one user has it, what may not be, and the page of the docs."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from shadow_scan.errors import UsageError
from shadow_scan_tui.keytable import AREAS, TOGETHER, TYPED, Key

_TERMINAL = ("f1", *(f"ctrl+{letter}" for letter in "chijmqsz"))
_RESERVED = {
    "tab": "moves the focus", "shift+tab": "moves the focus", "ctrl+x": "cuts text",
    **dict.fromkeys(_TERMINAL, "belongs to the terminal"),
}  # fmt: skip
_SETTINGS = "[keys] of settings.toml"


class Keys:
    """The table as one user has it. `wanted`: id -> key, from the settings.

    Raises UsageError that names every unknown action, unknown key and clash at once.
    """

    def __init__(self, wanted: Mapping[str, str] = MappingProxyType({})) -> None:
        problems: list[str] = []
        named = {action: _named_key(action, key, problems) for action, key in wanted.items()}
        problems += _unknown(wanted)
        self.areas = {
            title: tuple(_moved(key, named) for key in keys) for title, keys in AREAS.items()
        }
        problems += self._clashes()
        problems += (
            f"{key.id}: there letters belong to a text; take a key as ctrl+o"
            for title in TYPED for key in self.areas[title] if len(key.name) == 1
        )  # fmt: skip
        if problems:
            raise UsageError("the settings are wrong", where=_SETTINGS, details=problems)
        self.moved = {action: key for action, key in named.items() if key}
        """Id -> key, as the library that draws wants it."""
        self._names = {key.id: key.name for keys in self.areas.values() for key in keys}

    def shown(self, *titles: str) -> list[Key]:
        """The keys of these areas for which the last line has room."""
        return [key for title in titles for key in self.areas[title] if key.shown]

    def _clashes(self) -> Iterator[str]:
        for titles in TOGETHER:
            yield from _clashes([key for title in titles for key in self.areas[title]])

    def told(self, text: str) -> str:
        """A text of our own, with the key's name for each `{id}` in it."""
        return text.format_map(self._names)

    def help_lines(self) -> Iterator[str]:
        """All keys by area, a line each."""
        for title, keys in self.areas.items():
            yield title
            for key in keys:
                about = f": {key.about}" if key.about else ""
                yield f"  {' '.join(key.names):>5}  {key.words}{about}"
            yield ""


def _named_key(action: str, key: str, problems: list[str]) -> str:
    """The key as the library that draws names it; '' and a problem where there is none such."""
    from textual.keys import Keys as Known
    from textual.keys import _character_to_key

    if len(key) == 1 and key.isprintable() and key != " ":
        return _character_to_key(key)
    name = key.strip().lower()
    bare = name.rpartition("+")[2]
    if name in _RESERVED:
        problems.append(f"{action}: '{name}' {_RESERVED[name]}; take another key")
    elif name in {known.value for known in Known} or (bare != name and len(bare) == 1):
        return name
    else:
        problems.append(f"{action}: no key '{key[:40]}'; write it as x, X, ctrl+d or f5")
    return ""


def _unknown(wanted: Iterable[str]) -> Iterator[str]:
    known = [key.id for keys in AREAS.values() for key in keys]
    for action in wanted:
        if action not in known:
            near = difflib.get_close_matches(action, known, n=1)
            yield f"no action '{action[:40]}'" + (f"; did you mean '{near[0]}'?" if near else "")


def _moved(key: Key, named: Mapping[str, str]) -> Key:
    return replace(key, key=named[key.id]) if named.get(key.id) else key


def _clashes(keys: Sequence[Key]) -> Iterator[str]:
    holders: dict[str, list[str]] = {}
    for key in keys:
        for one in key.key.split(","):
            holders.setdefault(one, []).append(key.id)
    for one, ids in holders.items():
        if len(ids) > 1:
            name = replace(keys[0], key=one).name
            yield f"'{name}' would be the key of {' and of '.join(ids)}; give one another key"


_HEAD = """\
# Keys

Made from the one table of keys. Each can be moved by its id, in the `settings.toml` of the
workspace; footer, help, palette and dialogs follow. Where there are several, the new one takes the
place of all.

```toml
[keys]
decide = "ctrl+d"
explain = "w"
later = "x"
```
"""


def documentation() -> str:
    """`docs/keys.md`; a test says when it is not what stands there."""
    lines = [_HEAD]
    for title, keys in Keys().areas.items():
        lines += [f"## {title}", "", "| Key | Does | Id |", "| --- | --- | --- |"]
        for key in keys:
            about = f": {key.about}" if key.about else ""
            names = " ".join(f"`{name}`" for name in key.names)
            lines.append(f"| {names} | {key.words}{about} | `{key.id}` |")
        lines.append("")
    return "\n".join(lines)
