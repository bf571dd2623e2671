"""Turns calls into exchanges, and collects what a company did together with what it truly was."""

from __future__ import annotations

from dataclasses import dataclass, field

from .model import Call, Dice, Exchange, Label, Person


@dataclass(slots=True)
class Wire:
    """Everything that happened, in no order."""

    organisation: str
    exchanges: list[Exchange] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)

    def send(
        self,
        dice: Dice,
        person: Person,
        host: str,
        call: Call,
        time: float,
        *,
        agent: str = "",
        referrer: str = "-",
        slug: str = "",
        port: int = 443,
        status: int = 200,
    ) -> Exchange:
        seconds = dice.span(call.seconds)
        path = (
            call.path.replace("{org}", self.organisation)
            .replace("{slug}", slug)
            .replace("{n}", str(dice.randrange(1_000, 9_999_999)))
        )
        while "{uuid}" in path:
            path = path.replace("{uuid}", dice.uuid(), 1)
        while "{hex}" in path:
            path = path.replace("{hex}", dice.hexadecimal(10), 1)
        exchange = Exchange(
            time, person, call.host or host, call.method, path, dice.size(call.up),
            dice.size(call.down), seconds, agent or person.browser, referrer, status, port,
        )  # fmt: skip
        self.exchanges.append(exchange)
        return exchange

    def visit(
        self, dice: Dice, person: Person, host: str, path: str, time: float, pages: int = 2
    ) -> float:
        """A page of an ordinary web application and some of what it loads. Its end."""
        page = Call("GET", path, (700, 1_800), (6_000, 120_000), (0.1, 1.5))
        self.send(dice, person, host, page, time)
        for number in range(pages):
            time += dice.uniform(0.3, 25)
            method = "POST" if number % 3 == 2 else "GET"
            part = Call(method, path, (700, 6_000), (500, 60_000), (0.05, 0.9))
            self.send(dice, person, host, part, time, referrer=f"https://{host}/")
        return time
