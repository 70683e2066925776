"""A page as its reader meets it: links and forms with their words, ids, and the text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

SILENT = {"script", "style", "svg", "title"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Link:
    """`words`: its text, or its `aria-label`."""

    address: str
    words: str = ""


@dataclass
class Form:
    method: str
    action: str


@dataclass
class Page:
    links: list[Link] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    """The text of each entry of a menu."""
    buttons: list[str] = field(default_factory=list)
    text: str = ""


class Reader(HTMLParser):
    """Fills a Page."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []
        self._menus = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if "id" in told:
            self.page.ids.append(told["id"])
        self.page.labelled += told.get("aria-labelledby", "").split() + told.get("aria-describedby", "").split()
        if tag == "label" and "for" in told:
            self.page.labelled.append(told["for"])
        if tag == "a":
            self.page.links.append(Link(told.get("href", ""), told.get("aria-label", "")))
        elif tag == "link" or (tag in {"script", "img"} and "src" in told):
            self.page.files.append(told.get("href") or told.get("src", ""))
        elif tag == "form":
            self.page.forms.append(Form(told.get("method", "get").lower(), told.get("action", "")))
        elif tag == "button":
            self.page.buttons.append(told.get("aria-label", ""))
        elif tag == "nav":
            self._menus += 1
        elif tag == "li" and self._menus:
            self.page.items.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "nav":
            self._menus -= 1
        while tag in self._open:
            if self._open.pop() == tag:
                break

    def handle_data(self, data: str) -> None:
        inside = set(self._open)
        if inside & SILENT:
            return
        self.page.text += data
        if "a" in inside:
            self.page.links[-1].words += data
        if "button" in inside:
            self.page.buttons[-1] += data
        if "nav" in inside and "li" in inside:
            self.page.items[-1] += data


def read(html: str) -> Page:
    reader = Reader()
    reader.feed(html)
    return reader.page
