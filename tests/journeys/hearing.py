"""A page as a screen reader has it: the browser's accessibility tree, and keys. No mouse, no selector."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

MOST_TABS = 150
SILENT = {"generic", "none", "InlineTextBox", "RootWebArea"}


@dataclass(frozen=True)
class Heard:
    """A node of the tree, as it is said."""

    role: str
    name: str
    description: str
    value: str
    told: dict[str, Any]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.name, self.role, self.value, self.description]))


class Listener:
    """Somebody who hears `page` and types."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("Accessibility.enable")

    def tree(self) -> list[Heard]:
        """Everything that is there to be heard, in its order."""
        nodes = self.wire.send("Accessibility.getFullAXTree")["nodes"]
        return [_heard(node) for node in nodes if not node.get("ignored")]

    def title(self) -> str:
        return next(one.name for one in self.tree() if one.role == "RootWebArea")

    def heading(self) -> str:
        """The only one of the first level."""
        (found,) = [one.name for one in self.tree() if one.role == "heading" and one.told.get("level") == 1]
        return found

    def roles(self) -> set[str]:
        return {one.role for one in self.tree()}

    def live(self) -> list[str]:
        """What is said by itself, without going there: the words of live regions."""
        nodes = {node["nodeId"]: node for node in self.wire.send("Accessibility.getFullAXTree")["nodes"]}
        regions = [node for node in nodes.values() if _told(node).get("live") in ("polite", "assertive")]
        return [words for node in regions if (words := _words(node, nodes))]

    def focused(self) -> Heard:
        """Where the keyboard is: the option of a list, when one is pointed at."""
        found = [one for one in self.tree() if one.told.get("focused") and one.role not in SILENT]
        assert found, f"nothing has the focus on {self.page.url}"
        return found[-1]

    def tab(self) -> Heard:
        """The next one; whatever takes the focus has a name."""
        self.page.keyboard.press("Tab")
        here = [one for one in self.tree() if one.told.get("focused") and one.role not in SILENT]
        if not here:  # the browser's own window, between the end of the page and its beginning
            return Heard("", "", "", "", {})
        assert here[-1].name, f"something without a name has the focus on {self.page.url}: {here[-1]}"
        return here[-1]

    def to(self, role: str, words: str) -> Heard:
        """Tab until a thing of that role says these words."""
        self.page.wait_for_load_state("load")
        passed = []
        for _time in range(MOST_TABS):
            here = self.tab()
            if here.role == role and re.search(words, here.name):
                return here
            passed.append(str(here))
        raise AssertionError(f"the keyboard does not reach the {role} « {words} », but: {passed}")

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def enter(self) -> None:
        """On something that leads to another page."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state("load")


def _told(node: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"].get("value") for one in node.get("properties", [])}


def _heard(node: dict[str, Any]) -> Heard:
    role, name, description, value = (
        str(node.get(part, {}).get("value", "")) for part in ("role", "name", "description", "value")
    )
    return Heard(role, name.replace("\u00a0", " "), description.replace("\u00a0", " "), value, _told(node))


def _words(node: dict[str, Any], nodes: dict[str, Any]) -> str:
    """All the text below."""
    if node.get("role", {}).get("value") == "StaticText":
        return str(node["name"]["value"]).replace("\u00a0", " ")
    inside = (_words(nodes[one], nodes) for one in node.get("childIds", []) if one in nodes)
    return " ".join(filter(None, inside))
