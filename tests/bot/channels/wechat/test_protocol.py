"""Signatures and AES, judged by wechatpy, by WeRoBot and by Tencent's own @wecom/crypto."""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, missing
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.utils import check_signature

from bot.channels.wechat.protocol import Envelope, Refused, is_signed, sign
from scripts.build_web import BuildError, find_npm, install_node

TOKEN, AES_KEY, APP_ID = "TestToken2024", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx1234567890abcdef"
TEXTS = ["", "hello", "备案通过了，网站打不开", "👨‍👩‍👧‍👦 ]]> & <xml>", "x" * 5000, "\x00\x08 control"]


@pytest.fixture
def envelope() -> Envelope:
    return Envelope(AES_KEY, APP_ID)


@pytest.mark.parametrize("text", TEXTS)
def test_wechatpy_and_werobot_read_what_we_encrypt(envelope, text):
    from wechatpy.crypto import PrpCrypto
    from werobot.crypto import PrpCrypto as Theirs

    key = base64.b64decode(AES_KEY + "=")
    assert PrpCrypto(key).decrypt(envelope.encrypt(text), APP_ID) in (text, text.encode())
    assert Theirs(key).decrypt(envelope.encrypt(text), APP_ID) == text.encode()


@pytest.mark.parametrize("text", TEXTS)
def test_we_read_what_wechatpy_and_werobot_encrypt(envelope, text):
    from wechatpy.crypto import PrpCrypto
    from werobot.crypto import PrpCrypto as Theirs

    key = base64.b64decode(AES_KEY + "=")
    for encrypted in (PrpCrypto(key).encrypt(text, APP_ID), Theirs(key).encrypt(text, APP_ID)):
        assert envelope.decrypt(encrypted.decode() if isinstance(encrypted, bytes) else encrypted) == text


def test_our_signature_is_the_one_that_wechatpy_checks():
    check_signature(TOKEN, sign(TOKEN, "1700000000", "n0nce"), "1700000000", "n0nce")  # raises if not


@pytest.mark.parametrize(
    "given_", ["", "0" * 40, "签名", "\ud800", sign(TOKEN, "1", "3"), sign(TOKEN, "1", "2").upper()]
)
def test_any_other_signature_is_wrong(given_):
    assert is_signed(sign(TOKEN, "1", "2"), TOKEN, "1", "2") and not is_signed(given_, TOKEN, "1", "2")


@pytest.mark.parametrize("key", ["", "short", AES_KEY[:-1], AES_KEY + "AAAA"])
def test_a_key_that_is_none_is_refused(key):
    with pytest.raises(ValueError):
        Envelope(key, APP_ID)


def test_a_message_for_another_account_is_refused(envelope):
    for other in ("wx0000000000000000", APP_ID + "x", APP_ID[:-1], ""):
        with pytest.raises(Refused, match="another account"):
            envelope.decrypt(Envelope(AES_KEY, other).encrypt("hello"))


def test_truncated_and_altered_ciphertexts_are_refused(envelope):
    data = base64.b64decode(envelope.encrypt("hello" * 20))
    cut = [data[:length] for length in range(len(data))]
    for bad in [*cut, data[:-1] + bytes([data[-1] ^ 1]), b"\x00" * 64]:
        with pytest.raises(Refused):
            envelope.decrypt(base64.b64encode(bad).decode())


@pytest.mark.parametrize("text", ["", "%%%", "密文", "QQ", "QUFB\nQUFB", "A" * 4001])
def test_what_is_no_base64_is_refused(envelope, text):
    with pytest.raises(Refused):
        envelope.decrypt(text)


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=200))
def test_what_we_encrypt_we_read(text):
    envelope = Envelope(AES_KEY, APP_ID)
    assert envelope.decrypt(envelope.encrypt(text)) == text
    assert envelope.encrypt(text) != envelope.encrypt(text)  # random before it, so equal messages look different


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs JavaScript with @wecom/crypto as `crypto`."""
    try:
        npm, programs = find_npm() or install_node()
    except BuildError as error:
        missing(f"no Node.js, so @wecom/crypto can't be asked: {error}")
    folder = ROOT / "var" / "wecom-crypto"  # not var/node, which is replaced whole
    if not (folder / "node_modules" / "@wecom" / "crypto").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        command = [*npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
        done = subprocess.run([*command, "@wecom/crypto@1.0.1"], capture_output=True, text=True, timeout=120)
        if done.returncode:
            missing(f"@wecom/crypto can't be installed: {done.stderr[-200:]}")
    return lambda script, *arguments: _run(f"{programs}/node", folder, script, arguments)


def _run(node: str, folder: Path, script: str, arguments: tuple[str, ...]) -> Any:
    code = f"const crypto = require('@wecom/crypto'); console.log(JSON.stringify({script}));"
    output = subprocess.check_output([node, "-e", code, *arguments], cwd=folder, text=True, timeout=30)
    return json.loads(output)


@pytest.mark.parametrize("text", ["hello", "备案通过了，网站打不开 👍", "x" * 3000])
def test_tencents_own_code_reads_us_and_we_read_it(envelope, node, text):
    ours = node("crypto.decrypt(process.argv[1], process.argv[2])", AES_KEY, envelope.encrypt(text))
    assert (ours["message"], ours["id"]) == (text, APP_ID)
    theirs = node("crypto.encrypt(process.argv[1], process.argv[2], process.argv[3])", AES_KEY, text, APP_ID)
    assert envelope.decrypt(theirs) == text


def test_tencents_own_code_signs_as_we_do(node):
    theirs = node("crypto.getSignature(process.argv[1], '1700000000', 'n0nce', 'QUJD')", TOKEN)
    assert theirs == sign(TOKEN, "1700000000", "n0nce", "QUJD")
