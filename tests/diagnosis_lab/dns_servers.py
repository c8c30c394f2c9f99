"""Real DNS: Knot as root, top-level and leaf zones (com. signed), two Unbound resolvers, and a small server of our own
for what no real one does on purpose (slow answers, an answer that changes)."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from actions.diagnosis.resolvers import Resolver
from diagnosis_lab import web_servers as sites
from diagnosis_lab.web_servers import GOOD_HOST

START_SECONDS = 20
# Zones of Knot: name → records; @N stands for the lab's address with that last number.
LEAVES = {
    GOOD_HOST: [f"@ A @{sites.GOOD}", f"www A @{sites.GOOD}"],
    "held-shop.com": [f"@ A @{sites.GOOD}"],
    "bogus-shop.com": [f"@ A @{sites.GOOD}"],
    "private-shop.com": ["@ A 10.0.0.5", "www A 10.0.0.5"],
    "metadata-shop.com": ["@ A 169.254.169.254", "@ AAAA ::ffff:10.0.0.5", "@ AAAA 64:ff9b::a00:5"],
    "mixed-shop.com": [f"@ A @{sites.GOOD}", "@ A 192.168.1.1"],
    "wild-shop.com": [f"* A @{sites.GOOD}"],
    "loop-shop.com": ["www CNAME a", "a CNAME b", "b CNAME www"],
    "dangling-shop.com": ["www CNAME cdn.gone-shop.com."],
    "nodata-shop.com": ["@ TXT hello"],
    "wwwonly-shop.com": [f"www A @{sites.GOOD}"],
    "apexonly-shop.com": [f"@ A @{sites.GOOD}"],
    "sixonly-shop.com": ["@ AAAA ::1", "www AAAA ::1"],
    "sixdead-shop.com": ["@ AAAA 2001:db8::5", "www AAAA 2001:db8::5"],
    "closed-shop.com": [f"@ A @{sites.CLOSED}", f"www A @{sites.CLOSED}"],
    "twoways-shop.com": [f"@ A @{sites.GOOD}", f"@ A @{sites.CLOSED}"],
    "mute-shop.com": [f"@ A @{sites.MUTE}"],
    "inside-shop.com": [f"@ A @{sites.REDIRECTS_INSIDE}"],
    "blocked-shop.com": [f"@ A @{sites.BLOCKED}"],
    "broken-shop.com": [f"@ A @{sites.BROKEN}"],
    "missing-shop.com": [f"@ A @{sites.MISSING}"],
    "looping-shop.com": [f"@ A @{sites.LOOPING}"],
    "wrongname-shop.com": [f"@ A @{sites.WRONG_NAME}"],
    "expired-shop.com": [f"@ A @{sites.EXPIRED}"],
    "untrusted-shop.com": [f"@ A @{sites.UNTRUSTED}"],
    "disagree-shop.com": [f"@ A @{sites.GOOD}"],
    "xn--wgv71a119e.com": [f"@ A @{sites.GOOD}"],  # 日本語
    "xn--fsqu00a.xn--fiqs8s": [f"@ A @{sites.GOOD}"],  # 例子.中国
    "good-shop.cn": [f"@ A @{sites.GOOD}"],
}
DEAD, DYNAMIC = ("deadns-shop.com",), ("slow-shop.com", "rebind-shop.com", "lame-shop.com")
TOP_LEVEL = ("com", "cn", "xn--fiqs8s")


class DnsLab:
    """`start` runs the servers, `resolvers` are the two to ask."""

    def __init__(self, net: str, folder: Path) -> None:
        self.net, self.folder = net, folder
        self.knot, self.dynamic, self.nobody = f"{net}.3", f"{net}.4", f"{net}.5"
        self.resolvers = (Resolver(f"{net}.6"), Resolver(f"{net}.7"))
        self.dead = Resolver(f"{net}.8")
        self.answers = 0  # of the changing name
        self._processes: list[subprocess.Popen[bytes]] = []

    @staticmethod
    def missing() -> str:
        """Why the servers can't run here; empty when they can."""
        path = os.environ.get("PATH", "") + os.pathsep + "/usr/sbin"
        absent = [name for name in ("knotd", "unbound") if not shutil.which(name, path=path)]
        if absent:
            return f"{', '.join(absent)} not installed (make services)"
        return "" if os.geteuid() == 0 else "only root may listen on port 53"

    def start(self) -> None:
        """Knot first: Unbound trusts its key."""
        os.environ["PATH"] += os.pathsep + "/usr/sbin"
        (self.folder / "knot.conf").write_text(self._knot_conf())
        self._run("knotd", "-c", str(self.folder / "knot.conf"))
        keys = self._wait(Resolver(self.knot), "com", "DNSKEY")
        anchors = "\n".join(f'  trust-anchor: "com. DNSKEY {key.to_text()}"' for key in keys)
        for resolver, more in zip(
            self.resolvers, ("", '  local-zone: "disagree-shop.com." always_nxdomain\n'), strict=True
        ):
            path = self.folder / f"unbound-{resolver.address}.conf"
            path.write_text(self._unbound_conf(resolver.address, f"{anchors}\n{more}"))
            self._run("unbound", "-d", "-c", str(path))
        for resolver in self.resolvers:
            self._wait(resolver, "com", "NS")

    def stop(self) -> None:
        """End what was started."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            process.wait(timeout=20)

    async def start_dynamic(self) -> None:
        """The server of our own, in the calling loop."""
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: _Dynamic(self), local_addr=(self.dynamic, 53))

    def _run(self, *command: str) -> None:
        log = (self.folder / f"{command[0]}.log").open("ab")
        self._processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder))

    def _wait(self, resolver: Resolver, name: str, kind: str) -> list[dns.rdata.Rdata]:
        query, ends = dns.message.make_query(name, kind), time.monotonic() + START_SECONDS
        while time.monotonic() < ends:
            try:
                answer = dns.query.tcp(query, resolver.address, timeout=1)
                found = [
                    record for rrset in answer.answer for record in rrset if rrset.rdtype == query.question[0].rdtype
                ]
                if found:
                    return found
            except (OSError, dns.exception.DNSException):
                pass
            time.sleep(0.05)
        raise AssertionError(f"no {kind} of {name} at {resolver.address}: see {self.folder}")

    def _zone(self, name: str, records: list[str]) -> None:
        lines = ["$TTL 1", "@ SOA ns.lab. admin.lab. 1 60 60 60 1", "@ NS ns1", f"ns1 A {self.knot}"]
        for record in records:
            owner, kind, value = record.split(" ", 2)
            lines.append(f"{owner} {kind} {self.net}.{value[1:]}" if value.startswith("@") and kind == "A" else record)
        (self.folder / f"{name or 'root'}.zone").write_text(f"$ORIGIN {name}.\n" + "\n".join(lines) + "\n")

    def _delegations(self, suffix: str) -> list[str]:
        servers = {**dict.fromkeys(LEAVES, self.knot), **dict.fromkeys(DYNAMIC, self.dynamic)}
        servers |= dict.fromkeys(DEAD, self.nobody)
        records = []
        for name, address in servers.items():
            label, _, top = name.partition(".")
            if top == suffix:
                records += [f"{label} NS ns1.{label}", f"ns1.{label} A {address}"]
        if suffix == "com":  # a key that bogus-shop.com does not have
            records.append(f"bogus-shop DS 12345 13 2 {'ab' * 32}")
        return records

    def _knot_conf(self) -> str:
        roots = [record for top in TOP_LEVEL for record in (f"{top} NS ns1.{top}", f"ns1.{top} A {self.knot}")]
        zones = {"": roots, **{top: self._delegations(top) for top in TOP_LEVEL}, **LEAVES}
        for name, records in zones.items():
            self._zone(name, records)
        listed = "".join(
            f'  - domain: "{name}."\n    file: {name or "root"}.zone\n'
            f"    dnssec-signing: {'on' if name == 'com' else 'off'}\n"
            for name in zones
        )
        folder = self.folder
        return (
            f'server:\n  listen: {self.knot}@53\n  rundir: "{folder}"\n  udp-workers: 1\n  tcp-workers: 1\n'
            f"  background-workers: 1\ndatabase:\n  storage: {folder}\nlog:\n  - target: stderr\n    any: warning\n"
            f'template:\n  - id: default\n    storage: "{folder}"\n    zonefile-sync: -1\n    journal-content: none\n'
            f"zone:\n{listed}"
        )

    def _unbound_conf(self, address: str, more: str) -> str:
        hints = self.folder / "hints"
        hints.write_text(f". 3600 NS ns1.lab.\nns1.lab. 3600 A {self.knot}\n")
        return (
            f"server:\n  interface: {address}\n  access-control: 127.0.0.0/8 allow\n  do-not-query-localhost: no\n"
            f'  do-daemonize: no\n  username: ""\n  chroot: ""\n  directory: "{self.folder}"\n  pidfile: ""\n'
            f'  use-syslog: no\n  logfile: ""\n  root-hints: "{hints}"\n  do-ip6: no\n  num-threads: 1\n  ede: yes\n'
            '  module-config: "validator iterator"\n  cache-max-ttl: 1\n  cache-max-negative-ttl: 1\n'
            f'  target-fetch-policy: "0 0 0 0 0"\n  val-log-level: 0\n{more}\nremote-control:\n  control-enable: no\n'
        )


class _Dynamic(asyncio.DatagramProtocol):
    """slow-shop.com is answered after 20 s, lame-shop.com REFUSED (by a server that was never told of the name);
    rebind-shop.com leads to a good site once, then inside."""

    def __init__(self, lab: DnsLab) -> None:
        self._lab = lab

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        asked = query.question[0]
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA
        if "lame" in asked.name.to_text():
            answer.set_rcode(dns.rcode.REFUSED)
        elif len(asked.name.labels) < 3:  # asked as a resolver: one that knows nothing of the public DNS
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif asked.rdtype == dns.rdatatype.A:
            first = self._lab.answers == 0
            self._lab.answers += 1
            address = f"{self._lab.net}.{sites.GOOD}" if first else "10.0.0.5"
            answer.answer.append(dns.rrset.from_text(asked.name, 0, "IN", "A", address))
        elif asked.rdtype == dns.rdatatype.NS:
            answer.answer.append(dns.rrset.from_text(asked.name, 0, "IN", "NS", f"ns1.{asked.name}"))
        wait = 20.0 if "slow" in asked.name.to_text() else 0.0
        asyncio.get_running_loop().call_later(wait, self._transport.sendto, answer.to_wire(), addr)  # type: ignore[attr-defined]
