"""The people file: every usual shape is read, nothing is decided silently."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shadow_scan.errors import UsageError
from shadow_scan.identity.people import People, read_people
from shadow_scan.identity.text import label


def people_of(folder: Path, content: str | bytes, encoding: str = "utf-8") -> People:
    path = folder / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_people(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [["User", "Team", "Site"], ["CORP\\jdoe", "Qualité", "Orléans"]]
    text = "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"
    person = people_of(tmp_path, text, encoding).by_user["jdoe"]
    assert (person.team, person.site) == ("Qualité", "Orléans")


def test_windows_1252_is_told(tmp_path: Path) -> None:
    people = people_of(tmp_path, "user,team\njdoe,Qualité\n", "cp1252")
    assert people.problems.counts == {"not UTF-8; read as Windows-1252": 1}


@pytest.mark.parametrize(
    "header",
    ["userPrincipalName,displayName,department", "Login,email,Department", "UPN,x,DEPT",
     "mail,x,Cost Centre", "Benutzername;Name;Kostenstelle", "Identifiant,x,Équipe",
     "Primary user UPN,Device name,cost_center", '"user","x","team"', "sep=,\r\nuser,x,team"],
)  # fmt: skip
def test_header_words_of_directories_and_languages(tmp_path: Path, header: str) -> None:
    row = (";" if ";" in header else ",").join(["jdoe@corp.example", "", "Sales"])
    assert people_of(tmp_path, f"{header}\n{row}\n").by_user["jdoe"].team == "Sales"


def test_team_is_better_than_department_and_that_than_cost_centre(tmp_path: Path) -> None:
    text = "cost centre,department,user,team\n4711,Sales,a,Field\n4712,Legal,b,\n4713,,c,\n"
    people = people_of(tmp_path, text)
    assert [people.by_user[user].team for user in "abc"] == ["Field", "Legal", "4713"]


def test_mail_login_and_name_lead_to_the_same_person(tmp_path: Path) -> None:
    people = people_of(
        tmp_path, "login,email,displayName,team\njdoe,Jane.Doe@corp.example,Jane Doe,Sales\n"
    )
    for spelling in ("jdoe", "jane.doe", "jane.doe@corp.example", "jane doe"):
        assert people.canonical(spelling) == "jdoe"
        person = people.person(spelling)
        assert person is not None
        assert person.team == "Sales"
    assert people.canonical("stranger") == "stranger"
    assert people.person("stranger") is None


def test_an_alias_of_two_people_leads_to_neither(tmp_path: Path) -> None:
    people = people_of(tmp_path, "user,mail,team\na,all@corp.example,X\nb,all@corp.example,Y\n")
    assert people.person("all") is None
    assert people.problems.counts == {"a name or mail of two users; it leads to neither": 2}


def test_a_login_is_never_an_alias_of_somebody_else(tmp_path: Path) -> None:
    people = people_of(tmp_path, "user,mail,team\na,b@partner.example,X\nb,,Y\n")
    person = people.person("b")
    assert person is not None
    assert person.team == "Y"


def test_lines_that_agree_are_merged(tmp_path: Path) -> None:
    text = "user,team,device,site\njdoe,Sales,LT-1,\nCORP\\jdoe,sales,PC-2,Paris\n"
    people = people_of(tmp_path, text)
    assert people.by_user["jdoe"].team == "Sales"
    assert people.by_user["jdoe"].site == "Paris"
    assert set(people.by_device) == {"lt-1", "pc-2"}
    assert not len(people.problems)


def test_lines_that_disagree_take_no_team_and_are_told(tmp_path: Path) -> None:
    people = people_of(tmp_path, "user,team\njdoe,Sales\njdoe,Legal\njdoe,Sales\n")
    assert people.by_user["jdoe"].team is None
    assert people.ambiguous == 1
    (problem,) = people.problems.examples
    assert (problem.line, "different teams" in problem.reason) == (4, True)


def test_a_shared_device_keeps_what_its_owners_share(tmp_path: Path) -> None:
    text = "user,team,device\na,Sales,pool-1\nb,Sales,pool-1\nc,Legal,pool-2\nd,HR,pool-2\n"
    people = people_of(tmp_path, text)
    assert (people.by_device["pool-1"].user, people.by_device["pool-1"].team) == (None, "Sales")
    assert people.by_device["pool-2"].team is None
    assert people.problems.counts["a device with different teams; none is taken"] == 1


def test_a_device_without_a_user_has_a_team(tmp_path: Path) -> None:
    people = people_of(tmp_path, "user,team,device\n,Reception,kiosk-1\n")
    assert people.by_device["kiosk-1"].team == "Reception"
    assert not people.by_user


def test_lines_that_cannot_be_used_are_counted_by_line(tmp_path: Path) -> None:
    people = people_of(tmp_path, 'user,team\n\njdoe,"Sales\nEMEA"\n-,Legal\nDoe, Jane,Sales\n')
    assert people.by_user["jdoe"].team == "Sales EMEA"
    assert [(p.line, p.reason.split(";")[0]) for p in people.problems.examples] == [
        (5, "neither a user nor a device"),
        (6, "more cells than the header has"),
    ]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [("=cmd|' /C calc'!A0", "cmd|' /C calc'!A0"), ("@SUM(1)", "SUM(1)"), ("\tSales", "Sales"),
     ("\x1b[31mSales\x1b[0m", "Sales"), ("  Field   Sales ", "Field Sales"), ("--", None),
     ("unattributed", None), ("None", None), ("\u202eselas", "selas"), ("R&D", "R&D")],
)  # fmt: skip
def test_team_names_are_harmless(raw: str, clean: str | None) -> None:
    assert label(raw) == clean


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        (b"", "empty", ""),
        (b"\n\n", "empty", ""),
        (b"name,phone\nx,y\n", "no column 'user' and 'team'", ":1"),
        (b"user,phone\nx,y\n", "no column 'team'", ":1"),
        (b"user,team\n", "names nobody", ""),
        (b'user,team\njdoe,Sales\namy,"Legal\nbob,HR\n', "cannot be read on", ":3"),
        (b"user,team\n" + b"x" * 200_000 + b",y\n", "cannot be read on", ":2"),
        (b"\x1b]0;x\x07,\x00\x01\n", "no column", ":1"),
    ],
)
def test_a_bad_file_is_one_clear_error(
    tmp_path: Path, content: bytes, message: str, line: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        people_of(tmp_path, content)
    assert caught.value.where == f"{tmp_path / 'people.csv'}{line}"
    assert caught.value.remedy
    assert caught.value.what.isprintable()


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Cannot read the table"):
        read_people(tmp_path / "nowhere.csv")


def test_problems_never_quote_a_name(tmp_path: Path) -> None:
    people = people_of(tmp_path, "user,team\nsecretname,Sales\nsecretname,Legal\n")
    assert "secretname" not in repr(people.problems)


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    one = people_of(tmp_path, "user,team\na,X\n").digest
    assert people_of(tmp_path, "user,team\r\na,X\r\n").digest != one
    assert people_of(tmp_path, "user,team\na,X\n").digest == one


SLOW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@SLOW
@given(st.dictionaries(st.from_regex(r"[a-z]{3,8}[0-9]", fullmatch=True), CELL, min_size=1))
def test_what_is_written_is_read_back(tmp_path: Path, teams: dict[str, str]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["user", "team"], *teams.items()])
    people = people_of(tmp_path, written.getvalue())
    assert set(people.by_user) == set(teams)
    for user, team in teams.items():
        expected = label(team.replace("\0", ""))
        found = people.by_user[user].team
        assert (found or "").casefold() == (expected or "").casefold()


@SLOW
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"user,team\n", b"\xff\xfe", b"user;team\r\n"])
)
def test_hostile_bytes_are_people_or_one_clear_error(
    tmp_path: Path, tail: bytes, head: bytes
) -> None:
    try:
        people = people_of(tmp_path, head + tail)
    except UsageError:
        return
    assert people.by_user or people.by_device
    assert all((person.team or "x").isprintable() for person in people.by_user.values())
