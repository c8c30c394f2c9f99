"""Our Markdown as Slack shows it, and what people write in Slack as plain text."""

from __future__ import annotations

import html
import re

import pytest
import yaml
from conftest import ROOT

from bot.slack.mrkdwn import from_mrkdwn, split, to_mrkdwn

Z = "\u200b"


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("plain", "plain"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        (
            "<!channel> <@U1> <http://evil.example|bank>",
            "&lt;!channel&gt; &lt;@U1&gt; &lt;<http://evil.example>|bank&gt;",
        ),
        ("[submit a ticket](https://a.example/x?a=1&b=2).", "<https://a.example/x?a=1&amp;b=2|submit a ticket>."),
        ("拨打 400 或者[提交工单](https://a.example/工单)。", "拨打 400 或者<https://a.example/工单|提交工单>。"),
        ("[a|b > c](https://a.example/x|y)", "<https://a.example/x%7Cy|a|b &gt; c>"),
        ("[click](javascript:alert(1))", "[click](javascript:alert(1))"),
        ("• Ticket: https://a.example/b/c\nnext", "• Ticket: <https://a.example/b/c>\nnext"),
        ("工单：https://a.example/b。谢谢", "工单：<https://a.example/b>。谢谢"),
        ("see https://a.example/b, or (https://a.example).", "see <https://a.example/b>, or (<https://a.example>)."),
        ("**bold** and more", "*bold* and more"),
        ("请**不要**切换", f"请{Z}*不要*{Z}切换"),
        ("**[a](https://a.example)**", "*<https://a.example|a>*"),
        ("[**a**](https://a.example)", "<https://a.example|a>"),
        ("2 * 3 * 4 ** 5", "2 * 3 * 4 ** 5"),
        ("- one\n* two\n  + three\n1. four\n• five", "• one\n• two\n  • three\n1. four\n• five"),
        ("- \n-x", "- \n-x"),
        ("[a]\n(https://a.example)", "[a]\n(<https://a.example>)"),
        ("```code```", "```code```"),
        ("https://a.example/" + "x" * 2000, "https://a.example/" + "x" * 2000),  # no link can be cut in two
    ],
)
def test_markdown_becomes_mrkdwn(markdown: str, mrkdwn: str) -> None:
    assert to_mrkdwn(markdown) == mrkdwn


SENTENCES = [
    variation["text"]
    for path in sorted((ROOT / "data").rglob("*.yml"))
    for variations in (yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {}).values()
    for variation in variations
]


def test_all_our_sentences_keep_their_words_and_lose_their_markdown() -> None:
    assert len(SENTENCES) > 100
    for sentence in SENTENCES:
        text = sentence.replace("{ticket_url}", "https://a.example/workorder").replace("{hotline}", "4009-100-100")
        mrkdwn = to_mrkdwn(text)
        assert not re.search(r"\]\(|\*\*", mrkdwn), mrkdwn
        assert mrkdwn.count("<https://a.example/workorder") == text.count("https://a.example/workorder")
        read = html.unescape(re.sub(r"<[^|>]*\|([^>]*)>", r"\1", mrkdwn)).replace("<", "").replace(">", "")
        written = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("**", "").replace("<", "").replace(">", "")
        assert read.replace(Z, "").replace("• ", "- ") == written.replace("• ", "- ")


LINK = "<https://a.example/x|a link of two words>"


@pytest.mark.parametrize(
    ("mrkdwn", "limit", "pieces"),
    [
        ("", 10, []),
        ("short", 10, ["short"]),
        ("one\ntwo\nthree", 8, ["one\ntwo", "three"]),
        ("a sentence of words", 10, ["a sentence", "of words"]),
        ("aaaaaaaaaaaa", 5, ["aaaaa", "aaaaa", "aa"]),
        ("aaaa&amp;b", 6, ["aaaa", "&amp;b"]),
        (f"0123456789 {LINK}", 45, ["0123456789", LINK]),
    ],
)
def test_long_texts_are_cut_between_lines_or_words_never_in_a_link(mrkdwn: str, limit: int, pieces: list[str]) -> None:
    assert [piece.strip() for piece in split(mrkdwn, limit)] == pieces


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<@UBOT00001> my site fails", "my site fails"),
        ("<@UBOT00001|icp>", ""),
        ("ask <@U7|ann> or <@U8>!", "ask @ann or  !"),
        ("<http://yunmen.com|yunmen.com> fails", "yunmen.com fails"),
        ("see <https://yunmen.com/a?b=1&amp;c=2>", "see https://yunmen.com/a?b=1&c=2"),
        ("<mailto:a@b.example|a@b.example> <mailto:c@d.example>", "a@b.example c@d.example"),
        ("<#C1|general> <#C2>", "#general"),
        ("<!here> <!subteam^S1|@team> <!date^1^{date}|1 May>", "@team 1 May"),
        ("good :thumbsup::skin-tone-2: :+1:", "good"),
        ("好的:smile:", "好的"),
        ("at 10:30:45 on ::1", "at 10:30:45 on ::1"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_what_people_write_becomes_plain_text(written: str, plain: str) -> None:
    assert from_mrkdwn(written, "UBOT00001") == plain
