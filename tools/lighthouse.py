"""`make lighthouse`: Lighthouse's four categories on the pages a visitor books through, on a phone's profile.

For maintainers: it needs Node and a Chromium. Lighthouse itself is fetched by npm into a folder of its own, outside the
project (LIGHTHOUSE_DIR keeps it from one time to the next); nothing of it is recorded here. A demo is started on a free
port with data of its own, and ended. A page below 95 is read again, up to three times: a busy machine only takes points
away. Code 1 when it stays below.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.demo import Demo, Failed, serving

Report = dict[str, Any]
LEAST, TIMES = 95, 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = ("--headless=new", "--disable-gpu", "--disable-background-networking", "--no-first-run")
FOUND = re.compile(r'href="(/mediateurs/[\w-]+/)[?"]')


def main() -> int:
    """Names of pages given as arguments choose some of them."""
    try:
        with tools() as lighthouse, serving() as demo:
            return 0 if judged(lighthouse, demo, sys.argv[1:]) else 1
    except Failed as reason:
        print(f"lighthouse : {reason}", flush=True)
        return 1


@contextmanager
def tools() -> Iterator[Path]:
    """The program, in a folder that is thrown away unless LIGHTHOUSE_DIR names one. Raises Failed."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise Failed("Node et npm sont nécessaires à cette commande, et à elle seule.")
    kept = os.environ.get("LIGHTHOUSE_DIR")
    folder = Path(kept or tempfile.mkdtemp(prefix="lighthouse-"))
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    try:
        if not program.exists():
            fetched = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder), "lighthouse"]
            if subprocess.run(fetched, stdout=subprocess.DEVNULL, check=False).returncode or not program.exists():
                raise Failed("npm n’a pas pu installer Lighthouse.")
        yield program
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def judged(lighthouse: Path, demo: Demo, chosen: list[str]) -> bool:
    """Every page's line; whether all are good enough."""
    print(f"{'':28}{''.join(f'{name:>16}' for name in CATEGORIES)}", flush=True)
    good = True
    for name, address, cookie in pages(demo):
        if chosen and name not in chosen:
            continue
        report, scores = best(lighthouse, demo.url + address, cookie)
        print(f"{name:28}{''.join(f'{scores[one]:>16}' for one in CATEGORIES)}", flush=True)
        good &= min(scores.values()) >= LEAST
        for reason in reasons(report, scores):
            print(f"    {reason}", flush=True)
    return good


def best(lighthouse: Path, address: str, cookie: str) -> tuple[Report, dict[str, int]]:
    """The first report that is good enough, else the last one. Raises Failed when no page could be read."""
    for left in reversed(range(TIMES)):
        try:
            report = audit(lighthouse, address, cookie)
        except Failed:
            if not left:
                raise
            continue
        scores = {one: round(100 * (report["categories"][one]["score"] or 0)) for one in CATEGORIES}
        if min(scores.values()) >= LEAST or not left:
            return report, scores
    raise Failed(address)


def pages(demo: Demo) -> Iterator[tuple[str, str, str]]:
    """(name, address, cookie): what a visitor sees on the way to an appointment."""
    yield "accueil", "/", ""
    yield "recherche", "/mediateurs/?lieu=Paris", ""
    found = FOUND.search(demo.get("/mediateurs/?lieu=Paris"))
    if not found:
        raise Failed("La recherche ne montre aucun médiateur.")
    yield "fiche", found[1], ""
    yield "choix du créneau", f"{found[1]}?modalite=telephone#creneaux", ""
    address, cookie = demo.hold(found[1])
    yield "réservation", address, cookie


def audit(lighthouse: Path, address: str, cookie: str) -> Report:
    """Its report, whole. Raises Failed."""
    chromium = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not chromium:
        raise Failed("Chromium est nécessaire : CHROME_PATH dit où il est.")
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    asked = [
        "node", str(lighthouse), address, "--quiet", "--output=json", "--form-factor=mobile",
        f"--chrome-flags={' '.join(flags)}",
        f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting",
        # The pages of a booking are one's own: search engines are told to stay out, which Lighthouse would count.
        *([f"--extra-headers={json.dumps({'Cookie': cookie})}", "--skip-audits=is-crawlable"] if cookie else []),
    ]  # fmt: skip
    done = subprocess.run(
        asked, env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Failed(f"Lighthouse n’a pas pu lire {address} :\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout))


def reasons(report: Report, scores: dict[str, int]) -> Iterator[str]:
    """What costs points, where there are too few."""
    for category, score in scores.items():
        if score >= LEAST:
            continue
        for weighed in report["categories"][category]["auditRefs"]:
            found = report["audits"][weighed["id"]]
            if weighed["weight"] and found["score"] is not None and found["score"] < 1:
                yield f"{category}: {found['id']} {found['score']} {found.get('displayValue', '')}"


if __name__ == "__main__":
    sys.exit(main())
