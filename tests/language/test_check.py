"""The check of the translations finds what it must."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from perf_core.language.check import faults, sentences_of_the_program
from perf_core.language.check import main as check

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

msgid "Unused"
msgstr "没用了"

#~ msgid "Old"
#~ msgstr "旧"
"""


def test_every_kind_of_fault_is_found() -> None:
    translated = read_po(BytesIO(LINES.encode()), locale="zh")
    words = ["Rank {rank} of {of}", "Empty", "Doubtful", "Hello {name}", "Missing"]
    found = faults(dict.fromkeys(words, "page.py:1"), translated)
    assert [fault.split(":")[0] for fault in found] == [
        "empty",
        "fuzzy",
        "other named places",
        "missing",
        "not used any more",
        "left behind as a comment",
    ]


def test_sentences_are_found_where_they_stand(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.py").write_text(
        'st.title(_("Team"))\nst.write(_("Rank {rank}", rank=1))\nCODES = {"x": N_("Too late")}\n'
        'st.write(_(\n    "A long one, "\n    "in two pieces"\n))\n'
    )
    found = sentences_of_the_program(tmp_path)
    assert found["Team"] == "pages/one.py:1"
    assert {"Rank {rank}", "Too late", "A long one, in two pieces"} <= set(found)
    assert any(sentence.startswith("The store {url}") for sentence in found), "errors speak too"


def test_every_sentence_has_its_chinese_line(capsys: pytest.CaptureFixture[str]) -> None:
    status = check()
    assert status == 0, capsys.readouterr().out
