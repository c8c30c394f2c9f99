"""The language of a message: English, Chinese, mixed by majority, another one, or none that shows."""

from pathlib import Path

import pytest
import yaml

from bot.text.language import MAX_CHARS, Language, detect_language

ROOT = Path(__file__).resolve().parents[3]
WRONG_AT_MOST = 0.003  # of the training messages

ENGLISH = [
    "my filing is approved but the site does not open",
    "Filing passed, website won't open",
    "help",
    "Thanks!",
    "hi",
    "Hello",
    "hey there",
    "icp approved, dns dead",
    "ICP ok, ping no",
    "Is my domain example.com blocked?",
    "can i use ubuntu",
    "hongkong server deregister filing",
    "keep registration, lose windows. possible?",
    "even worse now",
    "an hour ago",
    "till next time",
    "Explain quantum entanglement like I’m five.",
    "resolved",
    "yes",
    "operator",
    "r u a bot",
    "what does 备案 mean?",
    "the console still says 审核中",
    "I bought 例子.中国 and it does not open",
    "my site is 老王修车.中国",
    # typo-ridden
    "my domian dosent resovle",
    "webstie stil not wroking afer aproval",
    "cant acces my stie plz hlep",
    "teh filling got aproved yestarday but nothign works",
    "wen wil consol updat",
    "i chnaged teh sytem of servr",
    "pls transfr to humen agnet",
    "hlo sir my web is not opning",
    # with a foreign word
    "hola, why is my site down",
    "Guten Tag, our filing exists since March",
    # a courtesy of one or two words is answered in English, not refused
    "Bonjour",
    "Hola!",
    "guten Tag",
    "ciao",
    "merci beaucoup",
]
CHINESE = [
    "备案通过了网站打不开",
    "你好",
    "在吗？",
    "转人工",
    "是",
    "谢谢！",
    "昨天收到短信了",
    "域名 example.com 解析不了",
    "example.com打不开怎么办",
    "https://www.example.com/index.html?a=b打不开",
    "联系 service@example.com 没人回",
    "我的网站www.example.com为什么ping不通",
    "ICP备案通过",
    "换ubuntu行吗",
    "把windows换成linux可以吗",
    "服务器从CentOS换成Ubuntu要重新备案吗",
    "DNS没问题，server也正常，就是打不开",
    "备完案了curl域名直接Could not resolve host",
    "hello啊",
    "ok的",
    "fixed了",
    "不 work",
    "试过了 doesn't work",
    # traditional
    "備案通過了網站打不開",
    "請問網域過期被別人註冊了怎麼辦",
    "轉人工客服",
    "謝謝",
    # without an input method
    "nihao a",
    "kefu dianhua",
    "ni shi jiqiren ma",
    "meiyou",
    # domain names are no English words
    "就是 mihu-studio 点com",
    "是 lvdoubing dot cn",
]
OTHER = [
    "サイトが開きません",
    "備案は承認されましたが、ドメインが解決できません",
    "こんにちは",
    "도메인이 연결되지 않아요",
    "안녕하세요",
    "мой сайт не открывается",
    "Здравствуйте",
    "Ο ιστότοπός μου δεν ανοίγει",
    "موقعي لا يعمل",
    "האתר שלי לא עובד",
    "เว็บไซต์ของฉันเปิดไม่ได้",
    "मेरी वेबसाइट नहीं खुल रही है",
    "Mon site ne marche pas",
    "Je ne comprends pas pourquoi mon nom de domaine ne fonctionne plus",
    "Meine Webseite funktioniert nicht",
    "Was kann ich am besten tun",
    "Wie kann ich das Betriebssystem wechseln?",
    "Mi sitio no funciona",
    "¿Cómo puedo cambiar el servidor?",
    "Hola, buenos días amigo",
    "Trang web của tôi không truy cập được",
    "xin chào bạn",
    "Il mio sito non funziona",
    "Meu site não funciona",
    "Mijn website werkt niet",
    "Moja strona nie działa",
    "Sitem neden açılmıyor",
    "Situs saya tidak bisa dibuka",
    "мой домен example.com не работает",
]
NONE = [
    "",
    "   ",
    "123",
    "😀👍",
    "?!",
    "example.com",
    "https://example.com/a?b=c",
    "例子.中国",
    "a@example.com",
    "2026-11-24",
    "ICP",
]
NONE += ["www.example.com。", "¯\\_(ツ)_/¯", "ping", "huapingmeishi。com", "lanlanhua .com", "y"]


@pytest.mark.parametrize("text", ENGLISH)
def test_is_english(text: str) -> None:
    assert detect_language(text) is Language.EN


@pytest.mark.parametrize("text", CHINESE)
def test_is_chinese(text: str) -> None:
    assert detect_language(text) is Language.ZH


@pytest.mark.parametrize("text", OTHER)
def test_is_another_language(text: str) -> None:
    assert detect_language(text) is Language.OTHER


@pytest.mark.parametrize("text", NONE)
def test_shows_no_language(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("please check 备案", Language.EN),
        ("please 备案备案", Language.ZH),
        ("do I need to do it again 备案", Language.EN),
        ("我要重新备案 or not", Language.ZH),
        ("see you 明天", Language.EN),
        ("谢谢 bye", Language.ZH),
    ],
)
def test_mixed_text_follows_the_majority_of_its_words(text: str, language: Language) -> None:
    assert detect_language(text) is language


def test_reads_no_more_than_a_message_may_hold() -> None:
    assert detect_language("备案" * (MAX_CHARS // 2) + " the english tail" * 1000) is Language.ZH


@pytest.mark.parametrize(("file", "language"), [("nlu.yml", "en"), ("nlu.zh.yml", "zh")])
def test_the_training_messages_are_in_their_language(file: str, language: str) -> None:
    blocks = yaml.safe_load((ROOT / "data" / file).read_text(encoding="utf-8"))["nlu"]
    texts = [line[2:] for block in blocks for line in block["examples"].splitlines()]
    wrong = [text for text in texts if detect_language(text) not in (None, Language(language))]
    assert len(texts) > 4000
    assert len(wrong) <= WRONG_AT_MOST * len(texts), "\n".join(wrong)
