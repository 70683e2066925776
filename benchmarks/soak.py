"""`python -m benchmarks.soak --minutes 10`: a mixed load on the platform as it is served; memory and connections stay.

Readers search, page, read profiles and come back with tags; others hold slots by the form and leave them to expire. At
each interval it prints what the processes of the pages weigh (resident, together), their open files, and the
connections of the database. It ends with 1 when the last third is not as flat as the bounds say against the one
before: what is remembered fills up first.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from benchmarks.serving import Served, served
from launch.supervisor import PAGES

COMMAND, _blank, APPLICATION = PAGES.rpartition(" ")
READERS, BOOKERS = 4, 2
GROWTH, MEGABYTES = 1.05, 16
"""What the last third may weigh more than the one before: a twentieth, or that much."""
TOWNS = ("Paris", "Lyon", "Marseille", "Rennes", "Lille", "Nantes", "Toulouse", "Saint-Denis (974)", "")
WAYS = ("", "&modalite=visio", "&modalite=telephone", "&tri=tot", "&delai=7", "&langue=en", "&page=2")
PAGE = 4096


@dataclass(frozen=True)
class Sample:
    megabytes: float
    files: int
    connections: int


@dataclass
class Soak:
    site: Served
    done: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, seed: int) -> None:
        """Half of the time with the tag of the last time."""
        chance, line, tags = random.Random(seed), http.client.HTTPConnection("127.0.0.1", self.site.port), {"": ""}
        slugs = self.slugs()
        while not self.done.is_set():
            path = chance.choice((self._search(chance), f"/mediateurs/{chance.choice(slugs)}/", "/lieux/?q=saint"))
            tag = tags.get(path, "") if chance.random() < 0.5 else ""
            try:
                line.request("GET", path, headers={"Accept-Encoding": "gzip"} | ({"If-None-Match": tag} if tag else {}))
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException) as lost:
                line.close()  # the next request opens another one
                self.count(f"read {type(lost).__name__}")
                continue
            if len(tags) < 500:
                tags[path] = answer.headers.get("ETag", "")
            self.count(f"read {answer.status}")
        line.close()

    def _search(self, chance: random.Random) -> str:
        language = chance.choice(("", "/en"))
        return f"{language}/mediateurs/?{urlencode({'lieu': chance.choice(TOWNS)})}{chance.choice(WAYS)}"

    def book(self, seed: int) -> None:
        """A slot held and left to expire; a new browser each time."""
        chance, slugs = random.Random(1000 + seed), self.slugs()
        while not self.done.is_set():
            self.count(f"hold {self._hold(chance.choice(slugs), chance)}")
            self.done.wait(0.2)

    def _hold(self, slug: str, chance: random.Random) -> int:
        _status, page, cookies = self._ask("GET", f"/mediateurs/{slug}/", {})
        slots = re.findall(r'name="slot" value="([^"]+)"', page)
        if not slots:
            return 0
        form = dict(re.findall(r'<input type="hidden" name="(mediateur|prestation|key)" value="([^"]*)"', page))
        form |= {"slot": chance.choice(slots)}
        return self._ask("POST", "/rendez-vous/reserver/", cookies, form)[0]

    def _ask(
        self, method: str, path: str, cookies: dict[str, str], form: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form | {"csrfmiddlewaretoken": cookies.get("csrf", "")})
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        given = [one.partition(";")[0].partition("=") for one in answer.headers.get_all("Set-Cookie", [])]
        connection.close()
        return answer.status, text, cookies | {name: value for name, _sign, value in given}

    def slugs(self) -> list[str]:
        with psycopg.connect(self.site.database) as connection:
            query = (
                "SELECT DISTINCT m.slug FROM directory_mediator m JOIN agenda_availability a ON a.mediator_id = m.id"
            )
            return sorted(str(row[0]) for row in connection.execute(query))

    def count(self, what: str) -> None:
        with self._lock:
            self.statuses[what] += 1

    def sample(self) -> Sample:
        processes = [self.site.pages, *_children(self.site.pages)]
        resident = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE for pid in processes)
        files = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes)
        with psycopg.connect(self.site.database) as connection:
            query = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            row = connection.execute(query).fetchone()
        return Sample(resident / 2**20, files, int(row[0]) if row else 0)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def run(soak: Soak, minutes: float, interval: float) -> Iterator[Sample]:
    acts = [(soak.read, number) for number in range(READERS)] + [(soak.book, number) for number in range(BOOKERS)]
    threads = [threading.Thread(target=act, args=(number,)) for act, number in acts]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    try:
        while time.monotonic() - began < minutes * 60:
            soak.done.wait(interval)
            yield soak.sample()
    finally:
        soak.done.set()
        for thread in threads:
            thread.join()


def faults(samples: list[Sample], statuses: Counter[str]) -> list[str]:
    """One sentence each; none when all is flat and nothing broke."""
    third = max(1, len(samples) // 3)
    before, last = samples[-2 * third : -third] or samples[:1], samples[-third:]
    found = []
    for name, most, more in (("megabytes", GROWTH, MEGABYTES), ("files", GROWTH, 8), ("connections", GROWTH, 2)):
        was, now = (statistics.fmean(getattr(one, name) for one in part) for part in (before, last))
        if now > max(was * most, was + more):
            found.append(f"{name} grow: {was:.0f}, then {now:.0f}")
    broken = {what: number for what, number in statuses.items() if what.split()[1] in ("500", "502", "504")}
    return found + ([f"answers that failed: {broken}"] if broken else [])


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    words.add_argument("--minutes", type=float, default=10)
    words.add_argument("--interval", type=float, default=15, help="seconds between two lines")
    asked = words.parse_args()
    samples = []
    with served(COMMAND, APPLICATION, worker=True) as site:
        soak = Soak(site)
        print("  seconds  megabytes  files  connections  answers", flush=True)
        for sample in run(soak, asked.minutes, asked.interval):
            samples.append(sample)
            total = sum(soak.statuses.values())
            print(
                f"{len(samples) * asked.interval:9.0f}  {sample.megabytes:9.0f}  {sample.files:5}  "
                f"{sample.connections:11}  {total:7}",
                flush=True,
            )
    print(dict(sorted(soak.statuses.items())))
    found = faults(samples, soak.statuses)
    print("\n".join(found) or "Flat.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
