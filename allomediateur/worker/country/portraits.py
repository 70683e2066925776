"""Portraits of people who do not exist: a few plain shapes, the same for the same chance."""

import io
from random import Random

from PIL import Image, ImageDraw

SIDE = 480
DRAWN = 2 * SIDE
GROUNDS = ("#d7e4df", "#e9ddd0", "#d6dfea", "#e6d9e3", "#dfe3cf", "#e8e0c9")
SKINS = ("#f2cfb5", "#e3b491", "#c98f68", "#a56f4a", "#7a4c31", "#f6dcc8")
HAIRS = ("#2a211d", "#4b352a", "#7a5233", "#a9a5a0", "#d9d4cd", "#8c3f2b", "#c59a5a")
CLOTHES = ("#27525a", "#7c4a4a", "#3d4a6b", "#5c6b3a", "#5a4a6e", "#8a6a3b", "#33383d")
INK = "#2b2523"

Box = tuple[int, int, int, int]


def draw(chance: Random, *, woman: bool) -> bytes:
    """A square JPEG."""
    picture = Image.new("RGB", (DRAWN, DRAWN), chance.choice(GROUNDS))
    pen = ImageDraw.Draw(picture)
    skin, hair = chance.choice(SKINS), chance.choice(HAIRS)
    if woman:
        pen.rounded_rectangle(_around(chance.choice((215, 235)), 250, chance.choice((620, 700, 780))), 210, fill=hair)
    pen.ellipse((130, 690, 830, 1240), fill=chance.choice(CLOTHES))
    pen.rounded_rectangle((415, 560, 545, 760), 60, fill=skin)
    pen.ellipse((295, 250, 665, 690), fill=skin)
    pen.pieslice((280, 205, 680, 545), 180, 360, fill=hair)
    if not woman and chance.random() < 0.35:
        pen.chord((300, 420, 660, 700), 20, 160, fill=hair)
    _features(pen, chance)
    out = io.BytesIO()
    picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def _around(half_width: int, top: int, bottom: int) -> Box:
    return DRAWN // 2 - half_width, top, DRAWN // 2 + half_width, bottom


def _features(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    """Eyes, a smile, glasses for some."""
    for x in (405, 555):
        pen.ellipse((x - 14, 452, x + 14, 484), fill=INK)
        pen.arc((x - 38, 412, x + 38, 458), 200, 340, fill=INK, width=9)
    pen.arc((410, 500, 550, 600), 35, 145, fill=INK, width=10)
    if chance.random() < 0.4:
        for x in (405, 555):
            pen.ellipse((x - 58, 414, x + 58, 522), outline=INK, width=9)
        pen.line((463, 462, 497, 462), fill=INK, width=9)
