"""Words and patterns that `domains.py` reads addresses with; kept apart because they are data, not steps."""

# ruff: noqa: SIM905 - words in a sentence-like block are easier to read and to extend than a quoted list

import re

# Endings that make a name by themselves.
CORE = frozenset("com cn net org".split())
# Never in public DNS (RFC 6761, RFC 6762, ICANN's .internal) and reserved (RFC 2606, RFC 7686).
LOCAL = frozenset("localhost local internal lan".split())
RESERVED = frozenset("test invalid example onion".split())
# Real top-level domains that are file endings too, and those that are English words likely to begin a sentence.
FILES = frozenset("md sh py rs pl zip mov ps map cab".split())
WORDS = FILES | frozenset(
    "able ally am as at author be best bet bid black blue boo book booking build buy by call cheap click compare "
    "contact cool date day deal do eat et example exchange expert express fail fast feedback final free gives giving "
    "got guide help here host hosting hot how id in inc is it jobs like limited ma man map me "
    "men mo mobile mom money my name new next no now office one open page pay phone place play pm post re read rent "
    "report rest review safe sale save search secure security select so song sucks support talk tel test to today "
    "total us vote watch win windows works wow you zero".split()
)
# Labels that end a sentence (or are a title: Mr.Wang) rather than name a site.
BEFORE_STOP = frozenset(
    "account again ago already approved broken cancelled closed complete completed console day days dr done eg etc "
    "expired failed fine filed filing finished good great hello here hey hi him hours icp ie issue it late me month mr "
    "mrs ms no now ok okay open opened passed please problem ready record rejected resolved resolving sorry status "
    "still sure thank thanks that them there this ticket today transferred us week weeks work working wrong yes "
    "yesterday yet you".split()
)
# "the dot com bubble", "a domain .com": no name in front of a dot with spaces around it.
NO_LABEL = BEFORE_STOP | frozenset(
    "a an and another any are com domain domains for from in is my name net of on or our site some the to use was "
    "website with your".split()
)
FRAMEWORKS = frozenset("asp.net vb.net ado.net".split())

HAN = "\u2e80-\u2fff\u3005-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
INVISIBLE = "\u00ad\u200b-\u200d\ufeff"  # pasted along from web pages, also in the middle of names
SPOKEN = "\ue000"  # stands for a spoken 点 once the text is folded

# Full-width letters, digits and - . / : @ become ASCII one for one, so that positions stay those of the original.
FOLD = {c: c - 0xFEE0 for c in (*range(0xFF0D, 0xFF1B), *range(0xFF20, 0xFF3B), *range(0xFF41, 0xFF5B))}
FOLD |= {0x3000: 0x20, ord(SPOKEN): 0x20}
SPOKEN_DOT = re.compile(
    r"[点點](?=[ \t]{0,2}(?:com|cn|net|org)(?![a-z0-9-]))|(?<=[a-z0-9 ])[点點](?=[ \t]{0,2}[a-z0-9])", re.IGNORECASE
)

_CHAR = rf"[\w\-\u0300-\u036f{INVISIBLE}]"
_LABEL = f"{_CHAR}+"
_DOT = (
    rf"(?:[ \t]{{0,2}}[\[({{（【][ \t]?(?:dot|[.点點{SPOKEN}])[ \t]?[\])}}）】][ \t]{{0,2}}"
    rf"|[ \t]{{1,2}}dot[ \t]{{1,2}}|[ \t]{{0,2}}[.。｡{SPOKEN}][ \t]{{0,2}})"
)
_TAIL = r"(?P<tail>(?::\d{1,5}(?!\d))?(?:[/?#][!#-&(-+\--:=?-{}~]*)?)"  # port, path: ASCII without quotes , ; < > |
PIECE = re.compile(rf"(?P<dot>{_DOT})|{_LABEL}", re.IGNORECASE)
# Anchored to a label's beginning: retried inside a long run of Chinese it would take quadratic time.
CHAIN = re.compile(rf"(?<!{_CHAR}){_LABEL}(?:{_DOT}{_LABEL})+{_TAIL}", re.IGNORECASE)
URL = re.compile(
    r"(?<![a-z0-9])[a-z][a-z0-9+-]{1,9}:[/\\]{2}(?:[^\s/?#@<>|\"']{0,100}@)?"
    rf"(?P<host>\[[0-9a-f:.]{{2,45}}\]|(?:{_CHAR}|[.。｡])+){_TAIL}",
    re.IGNORECASE,
)
IP = re.compile(
    rf"(?<![\w.@-])(?:(?P<v4>\d{{1,3}}(?:\.\d{{1,3}}){{3}})(?![\w-]|\.\w){_TAIL}|(?P<name>localhost)(?![\w-]|\.\w)"
    r"|(?<!:)\[?(?P<v6>(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})\]?(?![\w:]))",
    re.IGNORECASE | re.ASCII,  # ASCII: Chinese text may touch an address
)
ANY = re.compile(r"[.。｡点點:]|dot|localhost", re.IGNORECASE)  # one of these is in every address of any form
GLUED = re.compile(f"[{HAN}][a-z0-9]|[a-z0-9][{HAN}]", re.IGNORECASE)
NUMERIC = re.compile(r"\d+|0x[\da-f]*", re.IGNORECASE)
VERSION_BEFORE = re.compile(r"(?:\bv|\bver|\bversion|版本号?)\.?\s*[:：]?\s*$", re.IGNORECASE)
# What stands before a Chinese name without a space. The second kind also occurs in names, so it only counts when
# there is more in the message.
LEAD_IN = re.compile(
    ".*(?:域名|網域|网址|網址|网站|網站|站点|地址|[是叫为為]|打不开|打不開|打开|打開|访问|訪問|备案|備案|注册|註冊|请问|請問|解析)"
)
WEAK_LEAD_IN = re.compile(".*(?:[的了吗呢把被请我用和与及或买有]|一个|这个|那个|支持|关于|以及|还有)")
DOMAIN_WORD_BEFORE = re.compile(r"\b(?:domain(?: name)?|url|website|site|host)\s?[:=]\s*$", re.IGNORECASE)
SUFFIX_TALK = re.compile("的?(?:域名|后缀|後綴|结尾|結尾)")
HAN_BEFORE = re.compile(f"[{HAN}，。：、！？（「“][ ]?$")
HAN_AFTER = re.compile(f"[ ]?[{HAN}，。：、！？）」”]")
QUOTES = "\"'`“”‘’「」『』<>*"
