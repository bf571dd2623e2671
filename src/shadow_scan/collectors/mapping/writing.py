"""A proposal as the text of a mapping file: what is uncertain stands in comments."""

from __future__ import annotations

import json
from collections.abc import Sequence

from shadow_scan.collectors.mapping.proposing import Guess, Proposal


def written(proposal: Proposal, name: str) -> str:
    sample = proposal.sample
    lines = [
        f"# Proposed for {_comment(name)}: check it, and correct what is wrong. docs/formats.md",
        *(f"# look at this: {_comment(note)}" for note in proposal.notes),
        f"shape = {_text(sample.shape)}",
        f"kind = {_text(proposal.kind)}",
    ]
    if sample.shape == "csv":
        lines += [f"columns = {_list(sample.columns)}", f"header = {str(sample.header).lower()}"]
    if sample.delimiter:
        lines.append(f"delimiter = {_text(sample.delimiter)}")
    if sample.recognise:
        lines.append(f"recognise = {_list(sample.recognise)}")
    lines += [f"absent = {_list(sample.nothings)}", "", "[fields]"]
    lines += [f"{g.field} = {_keys(g)}  # {_comment(g.reason)}" for g in proposal.sure]
    lines += [
        f"# {g.field} = {_comment(_text(g.key))}  # uncertain: {_comment(g.reason)}"
        for g in proposal.unsure
    ]
    lines += ["", "[time]", f"format = {_text(proposal.time_format)}"]
    lines.append(f"zone = {_text(proposal.time_zone)}")
    lines += _units(proposal)
    if proposal.key_of("action"):
        lines += ["", "[actions]", f"allowed = {_list(proposal.allowed)}"]
        lines.append(f"blocked = {_list(proposal.blocked)}")
    return "\n".join(lines) + "\n"


def _units(proposal: Proposal) -> list[str]:
    units = {"decimal": proposal.decimal} if proposal.decimal else {}
    if proposal.key_of("duration"):
        units["duration"] = proposal.duration_unit
    return ["", "[units]", *(f"{k} = {_text(u)}" for k, u in units.items())] if units else []


def _keys(guess: Guess) -> str:
    return _list((guess.key, guess.beside)) if guess.beside else _text(guess.key)


def _text(value: str) -> str:
    """A basic string of TOML is one of JSON, but for DEL and what stands beyond the first plane."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
