"""Whatever comes in, the readers answer with a value or a refusal, nothing else.

A few hundred inputs in the normal run; 60,000 and more with
    WECHAT_FUZZ=20000 make test ARGS="-k fuzz --hypothesis-show-statistics"
"""

from __future__ import annotations

import base64
import os
import time

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.wechat import xml
from bot.channels.wechat.account import Account
from bot.channels.wechat.inbound import Inbound, to_inbound
from bot.channels.wechat.protocol import Envelope, Refused, sign

INPUTS = int(os.environ.get("WECHAT_FUZZ", "200"))
TOKEN, AES_KEY, APP_ID = "TestToken2024", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx1234567890abcdef"
ENVELOPE = Envelope(AES_KEY, APP_ID)
KEY = base64.b64decode(AES_KEY + "=")
fuzz = settings(max_examples=INPUTS, deadline=None, suppress_health_check=list(HealthCheck))

# markup that is nearly right: pieces of messages in any order, cut and stirred
PIECES = st.sampled_from(
    [
        "<xml>",
        "</xml>",
        "<FromUserName>",
        "</FromUserName>",
        "<![CDATA[",
        "]]>",
        "<MsgType>text</MsgType>",
        "user_1",
        "<ToUserName>gh</ToUserName>",
        "<Encrypt>",
        "</Encrypt>",
        "&amp;",
        "&#1;",
        "&#x110000;",
        "<!DOCTYPE x [",
        "]>",
        "<!ENTITY a 'b'>",
        "&a;",
        "<?xml version='1.0' encoding='utf-16'?>",
        "\x00",
        "\x08",
        "备案",
        "😀",
        "<a b='c'/>",
    ]
)
BODIES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: f"<xml><Content>{text}</Content></xml>".encode("utf-8", "surrogatepass")),
    st.lists(PIECES, max_size=15).map("".join).map(str.encode),
)


def _encrypted(plain: bytes) -> str:
    """Any plaintext under the right key, as only somebody who has the key could send it."""
    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(KEY[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


@fuzz
@given(BODIES)
def test_fuzz_xml(body):
    try:
        fields = xml.read(body)
    except Refused as refused:
        assert refused.status == 400
    else:
        assert all(isinstance(part, str) for pair in fields.items() for part in pair)


@fuzz
@given(
    st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode()),
        st.integers(0, 12).flatmap(lambda n: st.binary(min_size=16 * n, max_size=16 * n)).map(_encrypted),
        st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 2**32 - 1), st.integers(1, 32)).map(
            lambda parts: _encrypted(
                parts[0] + parts[1].to_bytes(4, "big") + b"x" * (44 - parts[2]) + bytes([parts[2]]) * parts[2]
            )
        ),
    )
)
def test_fuzz_aes(text):
    try:
        assert isinstance(ENVELOPE.decrypt(text), str)
    except Refused as refused:
        assert refused.status in (400, 403)


@fuzz
@given(BODIES, st.booleans())
def test_fuzz_whole_request(body, is_encrypted):
    """Right signature, any body: from the door to the value that the channel works with."""
    account, now = Account(TOKEN, ENVELOPE, "compatible"), str(int(time.time()))
    query = {"timestamp": now, "nonce": "n", "signature": sign(TOKEN, now, "n")}
    if is_encrypted:
        encrypted = ENVELOPE.encrypt(body.decode("utf-8", "replace"))
        query["msg_signature"] = sign(TOKEN, now, "n", encrypted)
        body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()
    try:
        assert isinstance(to_inbound(account.open(query, body)), Inbound)
    except Refused as refused:
        assert refused.status in (400, 403, 413)
