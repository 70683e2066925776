"""`make screenshots`: the pictures and pages of docs/users/, made anew from a demo that is started for it and ended.

What is shown is a table (tools.details): add a row, run this, commit what it wrote. A page that has changed so that a
detail is no longer found fails by its name, and nothing is written over. Names given as arguments choose some rows.
"""

import io
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Error, Locator, sync_playwright

from tools.demo import Demo, Failed, serving
from tools.details import DETAILS, PAGES, Detail
from tools.visiting import Visit

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "docs" / "users"
WIDTH, HEIGHT, SCALE = 360, 640, 1.5
MOST_BYTES, MOST_HEIGHT, COLOURS = 60_000, 760, 96
PATIENCE = 15_000
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def main() -> int:
    chosen = [one for one in DETAILS if not sys.argv[1:] or one.name in sys.argv[1:]]
    try:
        made = pictures(chosen)
    except Failed as reason:
        print(f"captures : {reason}", flush=True)
        return 1
    (PLACE / "img").mkdir(parents=True, exist_ok=True)
    for name, picture in made.items():
        (PLACE / "img" / f"{name}.png").write_bytes(picture)
    write_pages()
    print(f"{len(made)} images, {sum(map(len, made.values())) // 1000} ko en tout.", flush=True)
    return 0


def pictures(details: Iterable[Detail]) -> dict[str, bytes]:
    """Raises Failed with the name of the first that cannot be made."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with serving() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        made = {}
        for one in details:
            try:
                made[one.name] = picture(browser, demo, one)
            except (Error, LookupError, AssertionError) as wrong:
                raise Failed(f"« {one.name} » ne se montre plus : {wrong}") from wrong
            print(f"{one.name} : {len(made[one.name]) // 1000} ko", flush=True)
        browser.close()
        return made


def picture(browser: Browser, demo: Demo, detail: Detail) -> bytes:
    """In a browser of its own. Raises LookupError when it is too heavy."""
    context = browser.new_context(
        base_url=demo.url, viewport={"width": detail.width or WIDTH, "height": HEIGHT}, locale="fr-FR",
        timezone_id=detail.zone, device_scale_factor=SCALE, reduced_motion="reduce", color_scheme="light",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    try:
        shown = detail.steps(Visit(context.new_page(), browser))
        taken = _taken(shown)
    finally:
        context.close()
    if len(taken) > MOST_BYTES:
        raise LookupError(f"{len(taken)} octets, {MOST_BYTES} au plus")
    return taken


def _taken(shown: Locator) -> bytes:
    """That part of the page, no taller than a phone; few colours, which pages have anyway."""
    shown.scroll_into_view_if_needed()
    image = Image.open(io.BytesIO(shown.screenshot(animations="disabled"))).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, round(MOST_HEIGHT * SCALE))))
    out = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def write_pages() -> None:
    """One an audience, and the way to each."""
    for name, (title, opening) in PAGES.items():
        parts = [f"# {title}", opening]
        for one in DETAILS:
            if one.page == name:
                parts += [f"## {one.title}", one.caption, f"![{one.title}](img/{one.name}.png)"]
        (PLACE / f"{name}.md").write_text("\n\n".join([*parts, FOOT]) + "\n", encoding="utf-8")


FOOT = (
    "---\n\nPage écrite par `make screenshots` d’après `tools/details.py` ; les numéros sont ceux des vingt-cinq "
    "détails de la conception. [Les autres publics](README.md)."
)

if __name__ == "__main__":
    sys.exit(main())
