"""What the design system promises: contrasts, weight, no inline style."""

import gzip
import re
from math import cos, radians, sin
from pathlib import Path

import pytest
from django.conf import settings

WEB = Path(settings.BASE_DIR) / "allomediateur" / "web"
SHEETS = sorted((WEB / "static" / "css").glob("*.css"))
TEXTS = {
    "ink": (
        "paper",
        "surface",
        "raised",
        "tint",
        "tint-warm",
        "accent-soft",
        "wait-soft",
        "bad-soft",
        "ok-soft",
        "info-soft",
    ),
    "ink-soft": ("paper", "surface", "raised", "tint", "tint-warm", "accent-soft", "off-soft"),
    "accent": ("paper", "surface", "tint", "tint-warm", "accent-soft", "bad-soft", "wait-soft"),
    "accent-hover": ("paper", "surface", "accent-soft"),
    "on-accent": ("accent", "accent-hover"),
    "warm-ink": ("paper", "surface", "tint"),
    "ok": ("ok-soft",),
    "wait": ("wait-soft",),
    "info": ("info-soft",),
    "bad": ("bad-soft", "surface", "paper"),
    "paper": ("ink",),
}
EDGES = {"line-strong": ("surface", "raised", "paper"), "focus": ("paper", "surface", "tint", "ink")}

Colour = tuple[float, float, float]


def luminance(colour: Colour) -> float:
    """Relative luminance of an oklch colour, out-of-gamut channels clipped as browsers do."""
    light, chroma, hue = colour
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    l_, m_, s_ = (
        (light + 0.3963377774 * a + 0.2158037573 * b) ** 3,
        (light - 0.1055613458 * a - 0.0638541728 * b) ** 3,
        (light - 0.0894841775 * a - 1.2914855480 * b) ** 3,
    )
    red = 4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_
    green = -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_
    blue = -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_
    red, green, blue = (min(max(channel, 0), 1) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def tokens() -> dict[str, dict[str, Colour]]:
    source = (WEB / "static" / "css" / "base.css").read_text(encoding="utf-8")
    light, dark = source.split("@media (prefers-color-scheme: dark)")

    def read(part: str) -> dict[str, Colour]:
        found = re.findall(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);", part)
        return {name: (float(a), float(b), float(c)) for name, a, b, c in found}

    return {"light": read(light), "dark": read(light) | read(dark)}


def pairs(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(front, back) for front, backs in table.items() for back in backs]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), pairs(TEXTS))
def test_texts_are_readable(scheme: str, front: str, back: str) -> None:
    colours = tokens()[scheme]
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), [pair for pair in pairs(EDGES) if pair != ("focus", "ink")])
def test_edges_of_inputs_and_the_focus_are_visible(scheme: str, front: str, back: str) -> None:
    colours = tokens()[scheme]
    assert contrast(colours[front], colours[back]) >= 3


def test_the_styles_weigh_less_than_20_kb() -> None:
    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in SHEETS) < 20_000


def test_every_rule_is_in_a_layer() -> None:
    for sheet in SHEETS:
        source = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        outside = re.sub(r"@layer [\w, ]+;", "", source)
        assert outside.strip().startswith("@layer"), sheet.name


@pytest.mark.parametrize("template", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_carries_a_style_or_a_script(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
