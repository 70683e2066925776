"""A page as a screen reader has it: the browser's accessibility tree, and keys. No mouse, no selector."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

MOST_TABS, PATIENCE = 150, 50
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


NOTHING = Heard("", "", "", "", {})
"""Between the end of a page and its beginning, the keyboard is in the browser's own window."""


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
        return self.page.title().replace("\u00a0", " ")

    def heading(self) -> str:
        """The only one of the first level, once it is there."""
        heading = self.page.get_by_role("heading", level=1)
        expect(heading).to_have_count(1)
        found = re.search(r'heading "(.*)" \[level=1\]', heading.aria_snapshot())
        assert found
        return found[1].replace("\u00a0", " ")

    def roles(self) -> set[str]:
        return {one.role for one in self.tree()}

    def live(self) -> list[str]:
        """What is said by itself, without going there: the words of live regions."""
        nodes = {node["nodeId"]: node for node in self.wire.send("Accessibility.getFullAXTree")["nodes"]}
        regions = [node for node in nodes.values() if _told(node).get("live") in ("polite", "assertive")]
        return [words for node in regions if (words := _words(node, nodes))]

    def hears(self, words: str) -> bool:
        """Whether that is said by itself before long."""
        for _time in range(PATIENCE):
            if any(words in one for one in self.live()):
                return True
            self.page.wait_for_timeout(100)
        return False

    def focused(self) -> Heard:
        """Where the keyboard is."""
        found = self.wire.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]
        asked = {"objectId": found["objectId"], "fetchRelatives": False}
        node: dict[str, Any] = self.wire.send("Accessibility.getPartialAXTree", asked)["nodes"][0]
        return NOTHING if node.get("ignored") or _role(node) in SILENT else _heard(node)

    def tab(self) -> Heard:
        """The next one; whatever takes the focus has a name."""
        self.page.keyboard.press("Tab")
        here = self.focused()
        assert here is NOTHING or here.name, f"something without a name has the focus on {self.page.url}: {here}"
        return here

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
        with self.page.expect_event("load"):
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state("load")


def _role(node: dict[str, Any]) -> str:
    return str(node.get("role", {}).get("value", ""))


def _told(node: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one["value"].get("value") for one in node.get("properties", [])}


def _heard(node: dict[str, Any]) -> Heard:
    role, name, description, value = (
        str(node.get(part, {}).get("value", "")) for part in ("role", "name", "description", "value")
    )
    return Heard(role, name.replace("\u00a0", " "), description.replace("\u00a0", " "), value, _told(node))


def _words(node: dict[str, Any], nodes: dict[str, Any]) -> str:
    """All the text below."""
    if _role(node) == "StaticText":
        return str(node["name"]["value"]).replace("\u00a0", " ")
    inside = (_words(nodes[one], nodes) for one in node.get("childIds", []) if one in nodes)
    return " ".join(filter(None, inside))
