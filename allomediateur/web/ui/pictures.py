"""The picture of a shared link (Open Graph): a title and the site's name, set by typst, which gets them as data."""

from functools import lru_cache

import typst
from django.conf import settings

_SHEET = """
#set page(width: 1200pt, height: 630pt, margin: 90pt, fill: rgb("#0f5560"))
#set text(font: "Libertinus Serif", fill: white, lang: sys.inputs.language, hyphenate: false)
#text(size: 32pt, fill: rgb("#bfe3df"))[#sys.inputs.site]
#v(1fr)
#let titled(size) = block(width: 1020pt, text(size: size)[#par(leading: 0.45em)[#sys.inputs.title]])
#context {
  let sizes = (76pt, 64pt, 52pt, 40pt, 28pt)
  let fitting = sizes.find(size => measure(titled(size)).height <= 320pt)
  titled(if fitting == none { sizes.last() } else { fitting })
}
#v(1fr)
#line(length: 180pt, stroke: 6pt + rgb("#e2a15c"))
"""


@lru_cache(maxsize=64)
def titled(title: str, language: str) -> bytes:
    """A PNG of 1200 by 630; a long title is set smaller."""
    told = {"title": title, "language": language, "site": settings.BRAND}
    made = typst.compile(_SHEET.encode(), format="png", ppi=72, sys_inputs=told)
    if not isinstance(made, bytes):
        raise TypeError("typst gives the bytes of one picture")
    return made
