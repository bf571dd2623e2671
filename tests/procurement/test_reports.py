"""Reports: the same twice, harmless whatever names say, right in a browser and a spreadsheet."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shadow_scan.bundled import bundled
from shadow_scan.procurement.given import Named, Supplies
from shadow_scan.report.document import Document, Grid, Section, Sentence
from shadow_scan.report.gathering import gathered
from shadow_scan.report.writing import KINDS as DOCUMENTS
from shadow_scan.report.writing import form_of
from shadow_scan.rules.compiled import load_compiled
from shadow_scan.workspace import Workspace

from ..conftest import Cli, real_part
from .conftest import Company, Use

KINDS = ("overview", "audit", "procurement")
ENDINGS = (".html", ".md", ".xlsx", ".json")
MARKUP = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"
FORMULA = '=HYPERLINK("https://evil.example","x")'
ESCAPE = "\x1b]0;owned\x07"


def _uses() -> list[Use]:
    steady = [
        (f"user{number}", "claude.ai", 7 * week + day, 2)
        for number in range(7)
        for week in range(10)
        for day in (0, 2)
    ]
    return [*steady, ("user0", "chatgpt.com", 69, 1), ("odd", "chatgpt.com", 60, 1)]


PEOPLE = "user,team\n" + "".join(f'user{n},"{MARKUP}"\n' for n in range(7)) + "odd,Tiny\nx,Tiny\n"


@pytest.fixture(scope="module")
def reported(company: Company, tmp_path_factory: pytest.TempPathFactory) -> tuple[Cli, Path]:
    """The command line and a folder with every report in every form."""
    cli, place = company(_uses(), PEOPLE)
    decided = cli("decide", "claude", "under-review", "--reason", FORMULA, "--owner", MARKUP)
    assert decided.code == 0, decided.err
    folder = tmp_path_factory.mktemp("reports")
    rules = load_compiled(bundled("rules"), place / "rules", place / "cache").rule_set
    known = gathered(Supplies.of(Workspace(place), rules, Named()))
    for kind, made in DOCUMENTS.items():
        for ending in ENDINGS:
            file = folder / f"{kind}{ending}"
            file.write_bytes(form_of(file)(made(known)))
    return cli, folder


def read(reported: tuple[Cli, Path], kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((reported[1] / f"{kind}.json").read_text())
    return found


def blocks(document: dict[str, Any], section: str) -> list[dict[str, Any]]:
    (found,) = [s["blocks"] for s in document["sections"] if s["id"] == section]
    return list(found)


class _Page(HTMLParser):
    """Tags, the values of attributes that load something, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.handlers: list[str] = []
        self.seen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "action", "data", "poster", "srcset"):
                self.loads.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:
        self.seen += data


class TestTheSameAgain:
    @pytest.mark.parametrize(
        ("kind", "ending"),
        [("overview", ".html"), ("audit", ".json"), ("procurement", ".xlsx"), ("audit", ".html")],
    )
    def test_the_command_gives_the_same_bytes_again(
        self, reported: tuple[Cli, Path], tmp_path: Path, kind: str, ending: str
    ) -> None:
        cli, folder = reported
        again = tmp_path / f"again{ending}"
        done = cli("report", kind, "-o", again)
        assert (done.code, done.out) == (0, "")
        assert again.read_bytes() == (folder / f"{kind}{ending}").read_bytes()

    def test_every_form_closes_with_the_same_digest(self, reported: tuple[Cli, Path]) -> None:
        digest = read(reported, "audit")["digest"]
        assert re.fullmatch("[0-9a-f]{64}", digest)
        for ending in (".html", ".md"):
            assert digest in (reported[1] / f"audit{ending}").read_text()[-1000:]
        book = openpyxl.load_workbook(reported[1] / "audit.xlsx")
        assert digest in [cell.value for row in book.worksheets[-1] for cell in row]

    def test_logs_in_another_folder_and_another_key_give_the_same_digest(self) -> None:
        def made(folder: str, session: str, users: int = 3) -> Document:
            files = (f"{folder}/squid/a.log", f"{folder}/squid/a.log.1", f"{folder}/x.log")
            table = Grid("t", ("file", "session"), ("file", "visit"), ((files[0], [session]),))
            words = Sentence(f"{users} people in {files[1]}")
            section = Section("one", "One", (table, words))
            return Document("audit", "A", "", (section,), "r", tuple((f, "d") for f in files))

        here = made("/logs", "s-0123456789ab")
        assert here.digest == made('/srv/of "us"/logs', "s-ba9876543210").digest
        assert here.digest != made("/logs", "s-0123456789ab", users=4).digest

    def test_a_workspace_elsewhere_gives_the_same_digest(self, company: Company) -> None:
        uses = [(f"user{n}", "claude.ai", day, 2) for n in range(6) for day in (0, 7)]
        people = "user,team\n" + "".join(f"user{n},Legal\n" for n in range(6))
        places = [company(uses, people) for _ in range(2)]
        documents = []
        for cli, place in places:
            assert cli("report", "audit", "-o", place.parent / "audit.json").code == 0
            documents.append(json.loads((place.parent / "audit.json").read_text()))
        assert documents[0]["inputs"] != documents[1]["inputs"]
        assert documents[0]["digest"] == documents[1]["digest"]


def test_who_has_the_sanctioned_tool_and_uses_another_stands_in_the_overview(
    company: Company, tmp_path: Path
) -> None:
    uses = [(f"user{n}", "claude.ai", day, 2) for n in range(6) for day in (0, 7)]
    people = "user,team\n" + "".join(f"user{n},Legal\n" for n in range(6))
    cli, place = company(uses, people)
    file = tmp_path / "overview.json"
    cli("report", "overview", "-o", file)
    assert "displacement" not in [s["id"] for s in json.loads(file.read_text())["sections"]]
    (place / "licences.csv").write_text(
        "service,user\nchatgpt,user0\nchatgpt,user1\nclaude,user1\nclaude,USER1\n"
    )
    done = cli("report", "overview", "-o", file)
    assert done.code == 0
    assert done.err.count("counted once") == 1
    sentence, table, _ = blocks(json.loads(file.read_text()), "displacement")
    assert "1 person of Legal (ChatGPT is there, Claude is used)" in sentence["text"]
    assert [row[:5] for row in table["rows"]] == [["bypass", "Claude", "ChatGPT", "Legal", 1]]


def test_what_buyers_ask_stands_in_the_overview_and_unknown_is_said(
    reported: tuple[Cli, Path],
) -> None:
    document = read(reported, "overview")
    lines = reported[0]("scorecard", "--share", "--format", "json").json()
    sentence, table, _ = blocks(document, "scorecard")
    unknown = sum(line["known"] == "unknown" for line in lines)
    assert 0 < unknown < len(lines)
    assert f"Of {len(lines)} questions" in sentence["text"]
    assert f"nobody knows {unknown}." in sentence["text"]
    claude = next(row for row in table["rows"] if row[0] == "Claude")
    wanted = [line["known"] for line in lines if line["service"] == "claude"]
    assert claude[1:] == wanted
    places = {row[0]: row[4] for row in blocks(document, "grid")[1]["rows"]}
    listed = {
        line["service"]: line["place"] for line in reported[0]("grid", "--format", "json").json()
    }
    assert places["Claude"] == listed["claude"]


class TestEvidence:
    def test_a_figure_opens_down_to_lines_that_are_there(self, reported: tuple[Cli, Path]) -> None:
        document = read(reported, "audit")
        services = {
            row["service"]: row for row in reported[0]("services", "--format", "json").json()
        }
        opened = [b for b in blocks(document, "figures") if b["type"] == "opening"]
        claude = next(b for b in opened if b["title"].startswith("Claude"))
        assert "vendors/anthropic.toml#claude" in claude["sentences"][0]["text"]
        assert document["rules"][:12] in claude["sentences"][0]["text"]
        ((file, requests, lines),) = claude["inner"]["rows"]
        numbers = [
            number
            for run in lines.split(", ")
            for number in range(int(run.split("-")[0]), int(run.split("-")[-1]) + 1)
        ]
        assert len(numbers) == requests == services["claude"]["events"]
        text = Path(file).read_text().splitlines()
        assert all("claude.ai" in text[number - 1] for number in numbers)

    def test_inputs_carry_the_digest_of_what_was_read(self, reported: tuple[Cli, Path]) -> None:
        ((file, digest),) = read(reported, "audit")["inputs"]
        assert hashlib.sha256(Path(file).read_bytes()).hexdigest() == digest

    def test_decisions_stand_in_the_pack(self, reported: tuple[Cli, Path]) -> None:
        (table, _) = blocks(read(reported, "audit"), "decisions")
        assert table["rows"][0][1:3] == ["Claude", "under-review"]


class TestPeople:
    def test_small_teams_fold_and_nobody_is_named(self, reported: tuple[Cli, Path]) -> None:
        for kind in KINDS:
            for ending in (".html", ".md", ".json"):
                text = (reported[1] / f"{kind}{ending}").read_text()
                assert "Tiny" not in text
                assert not re.search(r"\buser\d\b", text)
        gap = next(b for b in blocks(read(reported, "overview"), "gap") if b["type"] == "grid")
        assert [row[0] for row in gap["rows"]] == ["small teams"]


class TestHarmless:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_page_runs_and_loads_nothing(self, reported: tuple[Cli, Path], kind: str) -> None:
        text = (reported[1] / f"{kind}.html").read_text()
        page = _Page()
        page.feed(text)
        assert not page.tags & {"script", "iframe", "img", "object", "embed", "link", "form"}
        assert not page.handlers
        assert all(load.startswith("#") for load in page.loads)
        assert "default-src 'none'" in text
        assert "\x1b" not in text

    def test_markup_and_formulas_stay_what_they_look_like(self, reported: tuple[Cli, Path]) -> None:
        page = _Page()
        page.feed((reported[1] / "audit.html").read_text())
        assert MARKUP in page.seen
        assert FORMULA in page.seen
        markdown = (reported[1] / "audit.md").read_text()
        assert "<script>" not in markdown.replace("\\<script\\>", "")
        book = openpyxl.load_workbook(reported[1] / "audit.xlsx")
        cells = [cell for sheet in book for row in sheet for cell in row]
        assert any(cell.value == FORMULA and cell.data_type == "s" for cell in cells)
        assert not [cell for cell in cells if cell.data_type == "f"]

    def test_an_ending_that_no_report_has_is_refused(
        self, reported: tuple[Cli, Path], tmp_path: Path
    ) -> None:
        done = reported[0]("report", "audit", "-o", tmp_path / "a.docx")
        assert done.code == 2
        assert "no report ends in '.docx'" in done.err
        assert reported[0]("report", "audit", "-o", tmp_path / "no" / "a.md").code == 2


def test_a_gain_that_nobody_assumed_is_blank_in_the_workbook(
    reported: tuple[Cli, Path],
) -> None:
    sheet = openpyxl.load_workbook(reported[1] / "procurement.xlsx")["Cost"]
    claude = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Claude")
    gain, price = str(claude[11]), str(claude[12])
    assert gain.startswith("=IF(AND(ISBLANK(assumed_hours_saved_a_week),")
    assert re.match(r'=IF\(OR\(J\d+=0,L\d+=""\),"",', price)


@pytest.mark.real
class TestRealParts:
    def test_the_brief_fits_two_pages(self, reported: tuple[Cli, Path], tmp_path: Path) -> None:
        chromium, pdfinfo = real_part("chromium"), real_part("pdfinfo")
        pdf = tmp_path / "brief.pdf"
        page = reported[1] / "procurement.html"
        _browse(chromium, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page)
        told = subprocess.run([pdfinfo, pdf], capture_output=True, text=True, check=True).stdout
        pages = re.search(r"Pages:\s+(\d+)", told)
        assert pages is not None
        assert 1 <= int(pages[1]) <= 2

    @pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
    def test_a_page_fits_phone_and_desk_in_light_and_dark(
        self, reported: tuple[Cli, Path], tmp_path: Path, width: int, scheme: str
    ) -> None:
        chromium = real_part("chromium")
        shot = tmp_path / "shot.png"
        dark = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
        page = reported[1] / "overview.html"
        _browse(
            chromium, tmp_path, *dark, f"--window-size={width},900", f"--screenshot={shot}", page
        )
        assert shot.stat().st_size > 10_000

    def test_a_spreadsheet_recalculates_what_people_change(
        self, reported: tuple[Cli, Path], tmp_path: Path
    ) -> None:
        office = real_part("soffice")
        cost = _recalculated(office, reported[1] / "procurement.xlsx", tmp_path / "first")
        assert all(row[11] in (None, "") and row[12] in (None, "") for row in cost[3:])
        changed = tmp_path / "changed.xlsx"
        book = openpyxl.load_workbook(reported[1] / "procurement.xlsx")
        for row in book["Assumptions"].iter_rows(min_row=3):
            if row[0].value == "hours_saved_a_week":
                row[1].value = 2
            if row[0].value == "seats_headroom":
                row[1].value = 1.0
        book.save(changed)
        cost = _recalculated(office, changed, tmp_path)
        claude = next(row for row in cost if row[0] == "Claude")
        expected, price, seats, yearly, gain = (claude[at] for at in (3, 5, 9, 10, 11))
        assert seats == round(expected * 2)
        assert yearly == pytest.approx(max(seats, 5) * price * 12)
        assert gain == pytest.approx(2 * 50 * 52 * seats)
        assert claude[12] == pytest.approx(2 * 50 * 52 / 12)


def _browse(chromium: str, home: Path, *options: object) -> None:
    fixed = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home / 'profile'}"]
    *words, page = map(str, options)
    subprocess.run(
        [chromium, *fixed, *words, Path(page).as_uri()], capture_output=True, check=True, timeout=60
    )


_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


def _recalculated(office: str, book: Path, home: Path) -> list[list[Any]]:
    """The rows of the sheet Cost, after a real spreadsheet has calculated them."""
    user = home / "office" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_ALWAYS)
    out = home / "out"
    profile = f"-env:UserInstallation={(home / 'office').as_uri()}"
    words = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", out, book]
    subprocess.run(list(map(str, words)), capture_output=True, check=True, timeout=120)
    sheet = openpyxl.load_workbook(out / book.name, data_only=True)["Cost"]
    return [list(row) for row in sheet.iter_rows(values_only=True)]
