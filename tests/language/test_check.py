"""The check of the translations finds what it must."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from perf_core.language.check import faults, sentences_of_the_program
from perf_core.language.check import main as check
from perf_core.language.translate import translate_counted

LINES = """
msgid "Rank {rank} of {of}"
msgstr "第 {rank} 名，共 {of} 名"

msgid "Empty"
msgstr ""

#, fuzzy
msgid "Doubtful"
msgstr "存疑"

msgid "Hello {name}"
msgstr "你好，{nom}"

msgid "{n} row of {of}"
msgid_plural "{n} rows of {of}"
msgstr[0] "{of} 行中的 {n} 行"

msgid "{n} day"
msgid_plural "{n} days"
msgstr[0] "{m} 天"

msgid "Unused"
msgstr "没用了"

#~ msgid "Old"
#~ msgstr "旧"
"""


def test_every_kind_of_fault_is_found() -> None:
    translated = read_po(BytesIO(LINES.encode()), locale="zh")
    words = ["Rank {rank} of {of}", "Empty", "Doubtful", "Hello {name}", "Missing"]
    counted = [("{n} row of {of}", "{n} rows of {of}"), ("{n} day", "{n} days")]
    found = faults(dict.fromkeys([*words, *counted], "page.py:1"), translated)
    assert [fault.split(":")[0] for fault in found] == [
        "empty",
        "fuzzy",
        "other named places",
        "missing",
        "other named places",
        "not used any more",
        "left behind as a comment",
    ]


def test_sentences_are_found_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.py").write_text(
        'st.title(_("Team"))\nst.write(_("Rank {rank}", rank=1))\nCODES = {"x": N_("Too late")}\n'
        'st.write(_(\n    "A long one, "\n    "in two pieces"\n))\n'
        'st.write(ngettext("{n} row", "{n} rows", len(shown)), _.ngettext("a", "b", n, of=1))\n'
    )
    found = sentences_of_the_program(tmp_path)
    assert found["Team"] == "pages/one.py:1"
    assert {"Rank {rank}", "Too late", "A long one, in two pieces"} <= set(found)
    assert {("{n} row", "{n} rows"), ("a", "b")} <= set(found)
    assert any(str(sentence).startswith("The store {url}") for sentence in found), (
        "errors speak too"
    )


def test_every_sentence_has_its_chinese_line(capsys: pytest.CaptureFixture[str]) -> None:
    status = check()
    assert status == 0, capsys.readouterr().out


def test_a_number_asks_for_its_form_in_every_language() -> None:
    def said(language: str, n: float) -> str:
        return translate_counted("**{n}** scorecard", "**{n}** scorecards", n, language)

    assert [said("en", n) for n in (0, 1, 1.04, 1.5, 1234)] == [
        "**0** scorecards",
        "**1** scorecard",
        "**1** scorecard",
        "**1.5** scorecards",
        "**1,234** scorecards",
    ]
    assert {said("zh", n) for n in (1, 2)} == {"**1** 张考核表", "**2** 张考核表"}
