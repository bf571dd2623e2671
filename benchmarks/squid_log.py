"""A synthetic Squid log, seeded: 10,000 hosts by Zipf, 2,000 people, three quarters tunnels."""

from __future__ import annotations

import itertools
import random
from typing import TextIO

_SERVICES = ("chatgpt.com", "claude.ai", "gemini.google.com", "api.openai.com") * 25
_PIECE = 100_000


def write_log(file: TextIO, lines: int, seed: int = 1, first_second: int = 1_790_158_272) -> None:
    dice = random.Random(seed)
    hosts = [f"h{number}.site{number % 700}.example" for number in range(9_900)] + list(_SERVICES)
    dice.shuffle(hosts)
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(hosts) + 1)))
    moment = first_second * 1000
    for begin in range(0, lines, _PIECE):
        count = min(_PIECE, lines - begin)
        chosen = dice.choices(hosts, cum_weights=weights, k=count)
        piece = []
        for host in chosen:
            moment += dice.randrange(200)
            piece.append(_line(dice, moment, host))
        file.writelines(piece)


def _line(dice: random.Random, moment: int, host: str) -> str:
    person = dice.randrange(2_000)
    tunnel = dice.random() < 0.75
    url = (
        f"{host}:443"
        if tunnel
        else f"http://{host}/a/b{dice.randrange(1000)}/page{dice.randrange(100)}"
    )
    duration = dice.randrange(1, 9_999_999 if dice.random() < 0.1 else 9_999)
    user = f"user{person}" if person % 5 else "-"
    return (
        f"{moment // 1000}.{moment % 1000:03d} {duration:6d} 10.{person >> 8}.{person & 255}.7 "
        f"{'TCP_TUNNEL' if tunnel else 'TCP_MISS'}/200 {dice.randrange(200, 99_999)} "
        f"{'CONNECT' if tunnel else 'GET'} {url} {user} HIER_DIRECT/198.51.100.{person % 250} -\n"
    )
