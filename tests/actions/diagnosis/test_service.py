"""The front door: cached, shared, limited, switched off, failing; always a report."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from diagnosis_lab import run, usable
from diagnosis_lab.scenarios import evidence

from actions.diagnosis import service as module
from actions.diagnosis.diagnose import Tools
from actions.diagnosis.limits import Limits
from actions.diagnosis.rdap import Rdap
from actions.diagnosis.registry import Registry
from actions.diagnosis.report import Report
from actions.diagnosis.service import Service

NAME, OTHER = usable("shop-of-li.com"), usable("shop-of-wu.com")


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that were looked at; a look takes a moment and finds a healthy name."""
    made: list[str] = []

    async def look(name: Any, *_: Any) -> Any:
        made.append(name.host)
        await asyncio.sleep(0.01)
        if name is OTHER:
            raise RuntimeError("a bug")
        return evidence(name.host)

    monkeypatch.setattr(module, "look", look)
    return made


def door(per_user: int = 5, enabled: bool = True, seconds: float = 0.2) -> Service:
    tools = Tools((), Registry(Rdap("https://unused/"), {}), seconds)
    return Service(tools, Limits(per_user, 100), enabled)


async def asked(service: Service, *calls: tuple[Any, str]) -> list[Report]:
    return list(await asyncio.gather(*(service.check(name, user) for name, user in calls)))


def test_within_a_minute_a_name_is_looked_at_once(looks: list[str]) -> None:
    async def twice() -> tuple[Report, Report]:
        service = door()
        return await service.check(NAME, "li"), await service.check(NAME, "wu")

    first, second = run(twice())
    assert first == second and first.cause == "fine" and looks == ["shop-of-li.com"]


def test_users_who_ask_at_once_share_a_look(looks: list[str]) -> None:
    reports = run(asked(door(), *((NAME, f"user{number}") for number in range(20))))
    assert {made.cause for made in reports} == {"fine"} and looks == ["shop-of-li.com"]


def test_one_look_too_many_is_said_and_cached_names_are_free(looks: list[str]) -> None:
    async def steps() -> list[str]:
        service = door(per_user=1)
        third = usable("third-shop.com")
        return [(await service.check(name, "li")).reason for name in (NAME, third, NAME)]

    assert run(steps()) == ["", "limit", ""] and looks == ["shop-of-li.com"]


def test_switched_off_it_looks_at_nothing(looks: list[str]) -> None:
    made = run(door(enabled=False).check(NAME, "li"))
    assert (made.looked, made.reason, looks) == (False, "off", [])


def test_a_bug_ends_in_a_report_and_in_the_log(looks: list[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        made = run(door().check(OTHER, "li"))
    assert (made.looked, made.reason) == (False, "error")
    assert "a bug" in caplog.text


def test_a_replica_waits_for_anothers_report_and_gives_up(looks: list[str]) -> None:
    async def steps() -> tuple[str, str]:
        service = door(seconds=0.3)
        await service.limits.first(NAME.host)  # another replica began
        waiting = asyncio.ensure_future(service.check(NAME, "li"))
        await asyncio.sleep(0.05)
        await service.limits.keep(NAME.host, module.report(evidence(NAME.host), 0.1))
        await service.limits.first(OTHER.host)
        return (await waiting).cause, (await service.check(OTHER, "li")).reason

    assert run(steps()) == ("fine", "busy") and looks == []


def test_who_leaves_does_not_end_the_look_of_the_others(looks: list[str]) -> None:
    async def steps() -> Report:
        service = door()
        first = asyncio.ensure_future(service.check(NAME, "li"))
        await asyncio.sleep(0.005)
        second = asyncio.ensure_future(service.check(NAME, "wu"))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert run(steps()).cause == "fine"


def test_a_crowd_waits_in_line_within_the_budget(looks: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most = [0], [0]

    async def look(name: Any, *_: Any) -> Any:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        await asyncio.sleep(0.05)
        at_once[0] -= 1
        return evidence(name.host)

    monkeypatch.setattr(module, "look", look)
    names = [usable(f"crowd-{number}.com") for number in range(2 * module.AT_ONCE)]
    patient, hurried = (
        run(asked(door(seconds=seconds), *((name, name.host) for name in names))) for seconds in (5.0, 0.03)
    )
    assert [made.cause for made in patient] == ["fine"] * len(names) and most[0] == module.AT_ONCE
    assert [made.reason for made in hurried].count("limit") == len(names) - module.AT_ONCE


def test_the_log_names_no_user_and_no_domain(looks: list[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        run(door().check(NAME, "li-the-user"))
    assert "R63 fine" in caplog.text and "li-the-user" not in caplog.text and "shop-of-li" not in caplog.text


def test_the_process_has_one_from_the_settings() -> None:
    module.service.cache_clear()
    assert module.service() is module.service()
    assert module.service().tools.seconds <= 12
    module.service.cache_clear()
