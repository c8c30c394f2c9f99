"""① WeChat, the letter in the envelope: reads an XML body into fields and writes one.

Reads leniently what people really type (control characters that XML forbids) and nothing that only attackers send
(DTDs, entities). Writes every text so that no reader can take a part of it for markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.channels.wechat.protocol import Refused

# XML 1.0 knows no other characters; both well-known Python libraries fail on a message that holds one
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(body: bytes) -> dict[str, str]:
    """The text of each element right under <xml>; of elements with the same name the first. Refused: no such XML."""
    try:
        # expat would believe an encoding that the body names; WeChat sends UTF-8
        root = fromstring(_FORBIDDEN.sub("", body.decode()), forbid_dtd=True)
    except (ParseError, UnicodeDecodeError):
        raise Refused("body is no XML", 400) from None
    except (DefusedXmlException, ValueError):
        raise Refused("body has a DTD or entities", 400) from None
    if root.tag != "xml":
        raise Refused("body is no message of WeChat", 400)
    fields: dict[str, str] = {}
    for element in root:
        if not len(element):
            fields.setdefault(element.tag, element.text or "")
    return fields


def write(fields: Mapping[str, str | int]) -> str:
    """<xml> with these fields: numbers bare, texts as CDATA."""
    lines = (f"<{name}>{value if isinstance(value, int) else _cdata(value)}</{name}>" for name, value in fields.items())
    return f"<xml>\n{chr(10).join(lines)}\n</xml>"


def _cdata(text: str) -> str:
    """The text in CDATA; "]]>" would end it, so it is divided between two."""
    return f"<![CDATA[{_FORBIDDEN.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"
