"""Real servers on loopback for the diagnosis tests: Knot and Unbound, RDAP, WHOIS and web servers.

A pytest plugin (tests/conftest.py names it). Every session takes a loopback network of its own, so that two sessions
on one machine don't meet. The tools get the allow-list of that network in code; no setting can do that.
"""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import os
import random
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from actions.diagnosis.diagnose import Tools
from actions.diagnosis.names import NameCheck, NameStatus, check_name
from actions.diagnosis.rdap import Rdap
from actions.diagnosis.registry import Registry
from actions.diagnosis.report import Report, report
from actions.diagnosis.safety import Guard
from diagnosis_lab.certificates import authority
from diagnosis_lab.dns_servers import DnsLab
from diagnosis_lab.loop import Loop
from diagnosis_lab.registries import RegistryLab
from diagnosis_lab.web_servers import WebLab

T = TypeVar("T")
TODAY = datetime.date(2026, 11, 24)


@dataclass
class Lab:
    """All servers. net: the first three numbers of their addresses."""

    net: str
    dns: DnsLab
    registries: RegistryLab
    web: WebLab

    @property
    def guard(self) -> Guard:
        """Allows the lab's own network, ::1 and nothing else besides public addresses."""
        networks = (ipaddress.ip_network(f"{self.net}.0/24"), ipaddress.ip_network("::1/128"))
        return Guard(networks, self.web.ports)

    def tools(self, **changes: Any) -> Tools:
        """Tools of a look, as in production but for addresses, ports, certificate authority and date."""
        rdap = Rdap(self.registries.bootstrap_url, guard=self.guard)
        registry = Registry(rdap, {"cn": self.registries.whois, "xn--fiqs8s": self.registries.whois}, self.guard)
        given = {
            "resolvers": self.dns.resolvers,
            "registry": registry,
            "guard": self.guard,
            "tls": authority().client_context(),
            "today": lambda: TODAY,
            "privileged_ping": os.geteuid() == 0,
        }
        return Tools(**{**given, **changes})


def usable(text: str) -> NameCheck:
    """A name that the tests take for granted."""
    name = check_name(text)
    assert name.status is NameStatus.OK, text
    return name


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a step to its end."""
    return asyncio.run(work)


def judged(text: str, tools: Tools) -> Report:
    """A whole look at a name."""
    from actions.diagnosis.diagnose import look

    return report(run(look(usable(text), tools)), 0.0)


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """A thread in which the lab's Python servers live."""
    started = Loop()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def net() -> str:
    """A loopback network of this session's own."""
    return f"127.{random.SystemRandom().randint(64, 250)}.{random.SystemRandom().randint(1, 250)}"


@pytest.fixture(scope="session")
def web(loop: Loop, net: str) -> Iterator[WebLab]:
    """Web servers, good and bad."""
    yield loop.call(WebLab.start(net))


@pytest.fixture(scope="session")
def registries(loop: Loop, net: str) -> Iterator[RegistryLab]:
    """An RDAP and a WHOIS server."""
    yield loop.call(RegistryLab.start(net))


@pytest.fixture(scope="session")
def dns_lab(loop: Loop, net: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DnsLab]:
    """Authoritative and recursive DNS servers."""
    folder = Path(tmp_path_factory.mktemp("dns"))
    if reason := DnsLab.missing():
        from conftest import missing  # which imports this plugin itself

        missing(reason)
    started = DnsLab(net, folder)
    loop.call(started.start_dynamic())
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def lab(net: str, dns_lab: DnsLab, registries: RegistryLab, web: WebLab) -> Lab:
    """Everything together."""
    return Lab(net, dns_lab, registries, web)
