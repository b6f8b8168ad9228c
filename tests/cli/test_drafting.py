"""show, check, copy on what ships."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from earthprice import load_rulebook, shipped
from earthprice.cli import main
from earthprice.law import json_schema

DRAFT = "china-2021-draft"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["china-2021-draft", "china-2024-regulations"])
def test_show_prints_every_article(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", name]) == 0
    out = capsys.readouterr().out
    for article in load_rulebook(name).articles:
        assert " ".join(article.heading.split()) in " ".join(out.split())


def test_show_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", DRAFT, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rulebook"] == DRAFT


def test_check_says_what_it_reaches_and_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", DRAFT]) == 0
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first.startswith("From the benchmark of 2019")
    assert "measures reach" in second and "activities" in second and "are assumptions" in second


def test_check_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", DRAFT, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["status"] == "ok" and said["measures"] and said["reached"] > 0


def test_check_prints_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", DRAFT, "--cases"]) == 0
    said = capsys.readouterr().out
    assert said.count("holds  ") > 20 and "seized 30" in said and "cases hold" in said


def test_a_case_that_fails_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.yaml"
    assert main(["copy", DRAFT, str(mine)]) == 0
    mine.with_suffix(".tests.yaml").write_text(
        "format: earthprice-cases/1\nrulebook: mine\ncases:\n- case: A month\n  asks: licence\n"
        "  given: {measure: stricter_approval, year: 2022}\n  expect: {years: 0.1}\n",
        encoding="utf-8",
    )
    capsys.readouterr()
    assert main(["check", str(mine)]) == 2
    said = capsys.readouterr().out
    assert "FAILS  A month: expected years 0.1; got years 1.5" in said and "Articles without a case: 5, 8" in said


def test_export_quotas_and_duties_are_flagged(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "china-in-force-2008"]) == 0
    said = capsys.readouterr().out
    assert "export_quota" in said and "duty_heavy" in said and "DS431" in said


def test_the_schema_is_printed_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


def test_check_without_a_rulebook_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2
    assert "--schema" in capsys.readouterr().err


def test_a_copy_to_no_folder_names_the_folder_and_no_file_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy", DRAFT, str(tmp_path / "none" / "x.yaml")]) == 2
    said = capsys.readouterr().err
    assert f"{tmp_path / 'none'} is no folder" in said and ".part" not in said and not list(tmp_path.iterdir())


def test_a_copy_tells_an_editor_once_where_its_schema_is(tmp_path: Path) -> None:
    assert main(["copy", DRAFT, str(tmp_path / "mine.yaml")]) == 0
    assert main(["copy", str(tmp_path / "mine.yaml"), str(tmp_path / "again.yaml")]) == 0
    for file in ("mine.yaml", "again.yaml"):
        lines = (tmp_path / file).read_text(encoding="utf-8").splitlines()
        assert lines[0] == "# yaml-language-server: $schema=rulebook.schema.json"
        assert sum("yaml-language-server" in line for line in lines) == 1


def test_a_fresh_folder_has_the_schema_that_a_copy_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.yaml"
    assert main(["copy", DRAFT, str(mine)]) == 0
    named = mine.read_text(encoding="utf-8").splitlines()[0].partition("$schema=")[2]
    schema = json.loads((tmp_path / named).read_text(encoding="utf-8"))
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#" and schema["$id"].startswith(
        "urn:earthprice:"
    )
    assert {"$defs", "prefixItems"}.isdisjoint(words_of(schema)), "words of a later draft"
    reader = jsonschema.Draft7Validator(schema)
    book = yaml.safe_load(mine.read_text(encoding="utf-8"))
    reader.validate(book)
    assert "jurisdicton" in " ".join(e.message for e in reader.iter_errors({**book, "jurisdicton": "CHN"}))
    capsys.readouterr()
    assert main(["check", "--schema"]) == 0 and json.loads(capsys.readouterr().out) == schema


def words_of(part: object) -> set[str]:
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return (set(part) if isinstance(part, dict) else set()).union(*map(words_of, inside))


def test_a_copy_renews_an_old_schema_and_leaves_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = tmp_path / "rulebook.schema.json"
    schema.write_text('{"$id": "urn:earthprice:rulebook:1"}', encoding="utf-8")
    assert main(["copy", DRAFT, str(tmp_path / "mine.yaml")]) == 0
    assert "definitions" in json.loads(schema.read_text(encoding="utf-8"))
    schema.write_text("{}", encoding="utf-8")
    assert main(["copy", DRAFT, str(tmp_path / "again.yaml")]) == 0
    assert schema.read_text(encoding="utf-8") == "{}" and "stays as it is" in capsys.readouterr().err


def test_a_copy_bears_the_name_of_its_file(tmp_path: Path) -> None:
    for file, name in (("mine.yaml", "mine"), ("2 Entwürfe.yaml", "entw-rfe")):
        assert main(["copy", DRAFT, str(tmp_path / file)]) == 0
        copied = load_rulebook(tmp_path / file)
        assert copied.rulebook == name and copied.articles == load_rulebook(DRAFT).articles
        assert copied.title == f"{name}, a copy of {load_rulebook(DRAFT).title}" and copied.status == "draft"


def test_a_copy_of_a_law_is_a_proposal_with_a_title_of_its_own(tmp_path: Path) -> None:
    again, mine = tmp_path / "again.yaml", tmp_path / "1.yaml"
    assert main(["copy", "china-2024-regulations", str(mine)]) == 0
    mine.write_text(re.sub("title: .*", "title: >-\n  A title\n  in lines", mine.read_text()), encoding="utf-8")
    assert main(["copy", str(mine), str(again)]) == 0
    found = load_rulebook(again)
    assert (found.rulebook, found.title, found.status) == ("again", "again, a copy of A title in lines", "proposal")
    assert load_rulebook(mine).rulebook == "china-2024-regulations-copy"


@pytest.mark.parametrize("name", shipped())
def test_whatever_ships_can_be_copied_and_the_copy_copied(name: str, tmp_path: Path) -> None:
    mine, again = tmp_path / "mine.yaml", tmp_path / "again.yaml"
    assert main(["copy", name, str(mine)]) == 0 and main(["copy", str(mine), str(again)]) == 0
    assert load_rulebook(again).articles == load_rulebook(name).articles


@pytest.mark.parametrize("name", [DRAFT, "china-2026", "china-in-force-2020", "japan-answer", "usa-credit-45x"])
def test_a_copy_of_each_kind_of_text_can_be_checked(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["copy", name, str(tmp_path / "mine.yaml")]) == 0
    assert main(["check", str(tmp_path / "mine.yaml")]) == 0, capsys.readouterr().err
    capsys.readouterr()


def test_check_warns_of_what_lies_outside_the_jurisdiction(capsys: pytest.CaptureFixture[str]) -> None:
    texts = Path(__file__).parents[1] / "law" / "texts"
    assert main(["check", str(texts / "mys-ban-nozone.yaml")]) == 0
    assert "Warning: raw_export_ban" in (said := capsys.readouterr().out) and "outside SEA" in said
    assert main(["check", str(texts / "mys-ban.yaml")]) == 0
    assert "Warning" not in capsys.readouterr().out


def test_copy_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("my work", encoding="utf-8")
    assert main(["copy", DRAFT, str(mine)]) == 2
    assert "not overwritten" in capsys.readouterr().err
    assert mine.read_text(encoding="utf-8") == "my work"


def test_copy_to_a_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["copy", DRAFT, str(tmp_path / "none" / "mine.yaml")]) == 2
    assert "none" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("format: earthprice-rulebook/1\nrulebok: x\n", "rulebok"),
        ("a: &x 1\nb: *x\n", ""),
        ("x" * 10_000_000, "bytes"),
        ("- 1\n- 2\n", ""),
    ],
    ids=["empty", "misspelt", "alias", "10 MB", "list"],
)
def test_a_bad_file_is_refused_by_name(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(text, encoding="utf-8")
    assert main(["check", str(bad)]) == 2
    err = capsys.readouterr().err
    assert "bad.yaml" in err and words in err and "Traceback" not in err
