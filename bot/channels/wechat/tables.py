"""① WeChat, beside its channels: the tables in the project's own database in which everything lasting stands."""

from __future__ import annotations

import functools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import Session

from bot.stores import database

Base: Any = declarative_base()


class Delivery(Base):
    """One message or event of the Official Account, however often WeChat delivers it."""

    __tablename__ = "wechat_deliveries"

    key = sa.Column(sa.String(64), primary_key=True)  # a hash, see inbound.py
    attempts = sa.Column(sa.Integer, nullable=False)
    answer = sa.Column(sa.Text)  # NULL: not decided; empty: "success", the answer goes another way
    created = sa.Column(sa.Float, nullable=False, index=True)


class Conversation(Base):
    """What is known of a user beside the conversation itself: choices shown, words not yet sent, what may be sent."""

    __tablename__ = "wechat_conversations"

    conversation = sa.Column(sa.String(255), primary_key=True)
    version = sa.Column(sa.Integer, nullable=False, server_default="0")
    numbers = sa.Column(sa.Text, nullable=False, server_default="{}")  # {"1": payload} of the last message
    menu_items = sa.Column(sa.Text, nullable=False, server_default="{}")  # {id: payload} of the last menus
    kept = sa.Column(sa.Text, nullable=False, server_default="[]")  # responses that wait for the user
    message_left = sa.Column(sa.Integer, nullable=False, server_default="0")
    message_until = sa.Column(sa.Float, nullable=False, server_default="0")
    event_left = sa.Column(sa.Integer, nullable=False, server_default="0")
    event_until = sa.Column(sa.Float, nullable=False, server_default="0")


class Token(Base):
    """The access token that all replicas share."""

    __tablename__ = "wechat_tokens"

    name = sa.Column(sa.String(128), primary_key=True)
    token = sa.Column(sa.Text, nullable=False, server_default="")
    expires = sa.Column(sa.Float, nullable=False, server_default="0")
    fetched_until = sa.Column(sa.Float, nullable=False, server_default="0")  # somebody is fetching a new one


class Ability(Base):
    """What WeChat has told an account that it may not do."""

    __tablename__ = "wechat_refused_abilities"

    name = sa.Column(sa.String(128), primary_key=True)
    ability = sa.Column(sa.String(32), primary_key=True)


class KfAccount(Base):
    """How far the messages of a customer-service account are read, and who is reading."""

    __tablename__ = "wechat_kf_accounts"

    open_kfid = sa.Column(sa.String(128), primary_key=True)
    cursor = sa.Column(sa.Text, nullable=False, server_default="")
    wanted = sa.Column(sa.Integer, nullable=False, server_default="0")  # callbacks so far
    held_until = sa.Column(sa.Float, nullable=False, server_default="0")
    holder = sa.Column(sa.String(32), nullable=False, server_default="")


class KfMessage(Base):
    """A message that was read and waits for its turn, or had it."""

    __tablename__ = "wechat_kf_messages"

    number = sa.Column(sa.Integer, primary_key=True, autoincrement=True)
    msgid = sa.Column(sa.String(128), nullable=False, unique=True)
    conversation = sa.Column(sa.String(255), nullable=False, index=True)
    body = sa.Column(sa.Text, nullable=False)
    is_done = sa.Column(sa.Boolean, nullable=False)
    held_until = sa.Column(sa.Float, nullable=False)
    created = sa.Column(sa.Float, nullable=False, index=True)


class KfSent(Base):
    """What was sent, so that words that WeCom reports as not delivered can be said again."""

    __tablename__ = "wechat_kf_sent"

    msgid = sa.Column(sa.String(32), primary_key=True)
    conversation = sa.Column(sa.String(255), nullable=False)
    response = sa.Column(sa.Text, nullable=False)
    created = sa.Column(sa.Float, nullable=False, index=True)


@functools.cache
def connect(url: str) -> Any:
    """The database with all tables; waits while it is not up yet. OSError: no folder for the SQLite file."""
    return database.connect(url, Base.metadata)


def insert_missing(session: Session, table: Any, **values: Any) -> bool:
    """Insert the row unless its key is there; True when it was not. Both of our databases know this form."""
    names = ", ".join(values)
    given = ", ".join(f":{name}" for name in values)
    statement = f"INSERT INTO {table.__tablename__} ({names}) VALUES ({given}) ON CONFLICT DO NOTHING"
    return bool(session.execute(sa.text(statement), values).rowcount)
