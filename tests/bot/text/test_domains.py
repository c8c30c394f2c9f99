"""Domain names as people type them, and everything that only looks like one."""

import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text.domains import MAX_CHARS, AddressProblem, BadAddress, DomainName, find_addresses

IDN = "xn--fsqu00a.xn--fiqs8s"  # 例子.中国


def hosts(text: str) -> list[str]:
    return [found.host for found in find_addresses(text) if isinstance(found, DomainName)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the forms of one name
        ("example.com", "example.com"),
        ("my domain is Example.COM and it does not open", "example.com"),
        ("https://Shop.Example.com:8080/x?u=other.com#a.net", "shop.example.com"),
        ("http://user:secret@example.com:80/", "example.com"),
        ("http://a.net@example.com/", "example.com"),
        ("see //example.com/x", "example.com"),
        ("www.example.com.", "www.example.com"),
        ("example.com:8080", "example.com"),
        ("is it example.com?", "example.com"),
        ("*.example.com", "example.com"),
        ("(example.com)", "example.com"),
        ("**example.com**", "example.com"),
        ("- example.com", "example.com"),
        ("-shop.com", "shop.com"),
        ("exam\u200bple.com", "example.com"),
        ("<http://example.com|example.com>", "example.com"),
        ("user@shop.example.cn", "shop.example.cn"),
        ("first.last@example.cn", "example.cn"),
        ("me@approved.it please", "approved.it"),
        ("_dmarc.example.com", "example.com"),
        ("my shop.com", "shop.com"),
        # dots of other kinds
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("example。com", "example.com"),
        ("example｡com", "example.com"),
        ("www。example。com", "www.example.com"),
        ("example。com。cn", "example.com.cn"),
        ("example dot com", "example.com"),
        ("it is shop dot example dot com dot cn", "shop.example.com.cn"),
        ("example 点 com", "example.com"),
        ("example点com点cn", "example.com.cn"),
        ("我的域名是例子点com", "xn--fsqu00a.com"),
        ("example[.]com", "example.com"),
        ("example (dot) com", "example.com"),
        ("my site example . com is down", "example.com"),
        # glued to Chinese
        ("我的域名是example.com打不开", "example.com"),
        ("请访问www.example.com谢谢", "www.example.com"),
        ("http://example.com打不开", "example.com"),
        ("example.com。打不开。请帮我", "example.com"),
        ("a.com。公司打不开", "a.com"),
        ("域名：example.top", "example.top"),
        ("网站done.so打不开", "done.so"),
        # Chinese and other international names
        ("例子.中国", IDN),
        ("例子.中国打不开", IDN),
        ("我的域名是例子.中国", IDN),
        ("http://例子.公司打不开", "xn--fsqu00a.xn--55qx5d"),
        ("www.例子.中国", f"www.{IDN}"),
        (IDN, IDN),
        ("中文.com", "xn--fiq228c.com"),
        ("我的公司.com", "xn--55qx5dk3uk2t.com"),
        ("我在腾讯云买了例子.com", "xn--fsqu00a.com"),
        ("münchen-shop.de", "xn--mnchen-shop-thb.de"),
        ("mu\u0308nchen.de", "xn--mnchen-3ya.de"),
        # a missing space after the full stop is not part of the name
        ("I own example.com.It does not open", "example.com"),
        ("example.com.The site is down", "example.com"),
        ("See my shop. example.com is down", "example.com"),
        ("www.example.com.cdn.dnsv1.com", "www.example.com.cdn.dnsv1.com"),
        # suffixes that are words, with a hint
        ("done.so", "done.so"),
        ("http://done.so is down", "done.so"),
        ("www.done.so is down", "www.done.so"),
        ("shop.approved.it is down", "shop.approved.it"),
        ("approved.it/login is down", "approved.it"),
        ('"done.so" is down', "done.so"),
        ("domain: done.so still down", "done.so"),
        ("abc.site doesn't work", "abc.site"),
        ("tencent.cloud is slow", "tencent.cloud"),
    ],
)
def test_finds_the_name(text: str, expected: str) -> None:
    assert hosts(text) == [expected]


@pytest.mark.parametrize(
    "text",
    """
    .com域名|我想要.com域名|一个.cn的域名|.com.cn域名|index.php|node.js|v1.2|CentOS 7.9|e.g. this|i.e. that
    ok.thanks|U.S. in
    done.so what|approved.it does not open|Approved.It does|hello.my domain
    resolved.me too|yes.is it
    approved.Website still
    approved.site is down|Mr.Wang says|run deploy.sh please|请运行deploy.sh|my_file.so is missing
    open README.md first
    /var/www/example.com/index.html|asp.net framework|the dot com bubble|a domain . com|It works. Net loss|std::vector
    12:30:45|nginx 1.18.0|version 1.2.3.4|版本 1.2.3.4|2130706433|打不开.网站有问题|好的。公司打不开
    第一句。第二句。第三句
    aa:bb:cc:dd:ee:ff|...|a@b|this.thing|3.5|1,2.5|备案通过了.但是打不开|http://|http://打不开|下午3点 打不开
    """.strip()
    .replace("\n", "|")
    .split("|"),
)
def test_leaves_alone_what_only_looks_like_a_name(text: str) -> None:
    assert find_addresses(text.strip()) == []


@pytest.mark.parametrize(
    ("text", "problem", "part"),
    [
        ("http://127.0.0.1/", "ip", "127.0.0.1"),
        ("192.168.0.1", "ip", "192.168.0.1"),
        ("服务器192.168.0.1不通", "ip", "192.168.0.1"),
        ("http://2130706433/", "ip", "2130706433"),
        ("http://0x7f000001/", "ip", "0x7f000001"),
        ("http://127.1/", "ip", "127.1"),
        ("[::1]", "ip", "::1"),
        ("http://[::1]:80/x", "ip", "[::1]"),
        ("2001:db8::1 is my server", "ip", "2001:db8::1"),
        ("localhost", "local", "localhost"),
        ("访问localhost不行", "local", "localhost"),
        ("http://localhost:8080/x", "local", "localhost"),
        ("http://server/", "local", "server"),
        ("my nas.local", "local", "nas.local"),
        ("db.internal is down", "local", "db.internal"),
        ("router.lan", "local", "router.lan"),
        ("http://a.home.arpa", "local", "a.home.arpa"),
        ("http://foo.test/", "reserved", "foo.test"),
        ("shop.invalid is down", "reserved", "shop.invalid"),
        ("shop.example", "reserved", "shop.example"),
        ("abcdef.onion", "reserved", "abcdef.onion"),
        ("com.cn", "suffix_only", "com.cn"),
        ("我的域名是com.cn", "suffix_only", "com.cn"),
        ("http://cn/", "suffix_only", "cn"),
        ("http://example.con/", "malformed", "example.con"),
        ("http://shop..com", "malformed", "shop..com"),
        ("my_shop.com", "malformed", "my_shop.com"),
        ("shop-.com", "malformed", "shop-.com"),
        ("xn--a.com", "malformed", "xn--a.com"),
        ("a" * 64 + ".com", "malformed", "a" * 64 + ".com"),
        (("a" * 63 + ".") * 4 + "com", "malformed", ("a" * 63 + ".") * 4 + "com"),
    ],
)
def test_says_what_is_wrong_with_an_address(text: str, problem: str, part: str) -> None:
    start = text.index(part)
    assert find_addresses(text) == [BadAddress(part, AddressProblem(problem), start, start + len(part))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.com, b.cn和c.net", ["a.com", "b.cn", "c.net"]),
        ("打开a.com。b.com也不行", ["a.com", "b.com"]),
        ("b.com打不开a.com", ["b.com", "a.com"]),
        ("1.example.com 2.example.net", ["example.com", "example.net"]),
        ("example.com or EXAMPLE.com or www.example.com", ["example.com", "www.example.com"]),
        ("a@x.cn http://y.cn/z.cn", ["x.cn", "y.cn"]),
    ],
)
def test_finds_several_in_order_and_each_once(text: str, expected: list[str]) -> None:
    assert hosts(text) == expected


@pytest.mark.parametrize(
    ("text", "registrable", "suffix", "unicode"),
    [
        ("a.b.example.com.cn", "example.com.cn", "com.cn", "a.b.example.com.cn"),
        ("www.例子.中国", IDN, "xn--fiqs8s", "www.例子.中国"),
        (f"www.{IDN}", IDN, "xn--fiqs8s", "www.例子.中国"),
        ("shop.github.io", "github.io", "io", "shop.github.io"),  # the registry sold github.io
        ("r3---sn-x.example.com", "example.com", "com", "r3---sn-x.example.com"),
    ],
)
def test_tells_the_parts_of_a_name(text: str, registrable: str, suffix: str, unicode: str) -> None:
    (found,) = find_addresses(text)
    assert isinstance(found, DomainName)
    assert (found.registrable, found.suffix, found.unicode) == (registrable, suffix, unicode)


def test_points_at_the_name_in_the_original_text() -> None:
    text = "我的 ＥＸＡＭＰＬＥ。com/path"
    (found,) = find_addresses(text)
    assert text[found.start : found.end] == "ＥＸＡＭＰＬＥ。com"


def test_reads_only_the_beginning_and_no_half_names() -> None:
    assert find_addresses(" " * MAX_CHARS + "example.com") == []
    almost = " " * (MAX_CHARS - len("example.com"))
    assert find_addresses(almost + "example.com.cn") == []  # only example.com is within reach, another name
    assert hosts(almost + "example.com too") == ["example.com"]


def test_never_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.text import _domain_labels

    def refuse(*_: object) -> None:
        raise AssertionError("network used")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for cached in (_domain_labels.public_suffixes, _domain_labels._top_level, _domain_labels.suffix_size):
        cached.cache_clear()
    assert hosts("shop.example.co.uk") == ["shop.example.co.uk"]


@pytest.mark.parametrize(
    "text",
    ["中" * 2000, "a." * 1000, "中.com" * 500, "x.it " * 400, "。" * 2000, "a . " * 500, "http://" * 300, "a:" * 1000],
)
def test_takes_bounded_time(text: str) -> None:
    """Retrying inside a long run once cost 0.5 s; the slowest of these takes 0.03 s now."""
    find_addresses("example.com")
    started = time.process_time()
    find_addresses(text)
    assert time.process_time() - started < 0.25


WORDS = (
    "a 我的域名是 例子 com cn 中国 公司 www xn--fiqs8s xn-- IT 1 127 . . 。 点 [.] :// http:// @ / : - _ "
    "example localhost [ :: ] İ ß ⒈ \u200d ٣"
)
PIECES = st.sampled_from([" ", " dot ", *WORDS.split(" ")])
MESSAGES = st.one_of(st.text(st.characters(exclude_categories=())), st.lists(PIECES, max_size=14).map("".join))


@settings(max_examples=600, deadline=None)
@given(MESSAGES)
def test_never_raises_and_keeps_its_promises(text: str) -> None:
    found = find_addresses(text)
    assert [a.start for a in found] == sorted(a.start for a in found)
    assert len({a.host for a in found if isinstance(a, DomainName)}) == sum(isinstance(a, DomainName) for a in found)
    for address in found:
        assert 0 <= address.start < address.end <= len(text)
        if isinstance(address, BadAddress):
            assert text[address.start : address.end] == address.text
        else:
            assert address.host.isascii() and address.host == address.host.lower() and len(address.host) <= 253
            assert address.host.endswith(address.registrable) and address.registrable.endswith("." + address.suffix)


@settings(max_examples=600, deadline=None)
@given(MESSAGES)
def test_a_found_host_is_found_again(text: str) -> None:
    for host in hosts(text):
        assert hosts(host) == [host]
