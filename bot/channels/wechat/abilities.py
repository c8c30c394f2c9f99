"""① WeChat: what an account may not do, as WeChat told us; remembered, so that it is asked once and not per message."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.channels.wechat.tables import Ability, insert_missing

CUSTOM_MESSAGES, MENU_MESSAGES = "custom messages", "menu messages"


class Abilities:
    """The refused abilities of one account."""

    def __init__(self, engine: Any, name: str) -> None:
        self._engine, self._name = engine, name

    def refuse(self, ability: str) -> None:
        """Remember that the account may not."""
        with Session(self._engine) as session, session.begin():
            insert_missing(session, Ability, name=self._name, ability=ability)

    def allow(self, ability: str) -> None:
        """Forget it: the account was upgraded, or the operator says so."""
        with Session(self._engine) as session, session.begin():
            own = (Ability.name == self._name) & (Ability.ability == ability)
            session.execute(sa.delete(Ability).where(own))

    def has(self, ability: str) -> bool:
        """Whether nothing is known against it."""
        with Session(self._engine) as session:
            return session.get(Ability, (self._name, ability)) is None
