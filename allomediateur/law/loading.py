"""From a document (YAML or JSON already read) to a version of a table. Files are `shelf.py`'s."""

from collections.abc import Callable
from typing import Any

from allomediateur.law import nodes
from allomediateur.law.facts import Court, Exemption, Parties, Procedure, Subject, Territory
from allomediateur.law.nodes import Malformed, Node
from allomediateur.law.tables import (
    Administrative,
    Article,
    Articles,
    Assistance,
    Consumer,
    CourtAssistance,
    CourtNeed,
    CourtOrdered,
    Dispensation,
    Elsewhere,
    Force,
    Lawyer,
    Limitation,
    Need,
    Note,
    PriorAttempt,
    Table,
    Version,
)  # fmt: skip
from allomediateur.law.texts import Text

ARTICLE = Text("article {number} du {code}", "article {number} of the {code}")
NO_CODE = Text("ce code n’est pas parmi « codes ».", "this code is not among “codes”.")


def load(document: object) -> Version:
    """One version. Raises Malformed with a sentence that says where."""
    node = Node(document, "table")
    table = node.choice("table", Table)
    node.where = f"{table} {node.text('id')}"
    version = READERS[table](node, _head(node, table))
    node.end()
    return version


def _head(node: Node, table: Table) -> dict[str, Any]:
    return {
        "table": table,
        "id": node.text("id"),
        "since": node.date("in_force_from"),
        "verified_on": node.date("verified_on"),
        "at_source": node.flag("at_source", default=False),
        "enabled": node.flag("enabled", default=True),
        "source": node.words("source"),
        "articles": node.each("articles", nodes.string) if table is not Table.ARTICLES else (),
        "notes": node.each("notes", _note),
    }


def _note(value: object, where: str) -> Note:
    node = Node(value, where)
    note = Note(node.words("text"), node.each("articles", nodes.string))
    node.end()
    return note


def _prior_attempt(node: Node, head: dict[str, Any]) -> Version:
    return PriorAttempt(
        **head,
        ceiling_cents=node.cents("ceiling"),
        subjects=node.table("subjects", Subject, nodes.string),
        exemptions=node.table("exemptions", Exemption, _dispensation),
        conciliator_months=_optional(node, "conciliator_months"),
        elsewhere=node.table("elsewhere", Court, _of(Elsewhere)),
        outside_procedures=node.each("outside_procedures", _of(Procedure)),
        outside_territories=node.each("outside_territories", _of(Territory)),
    )


def _dispensation(value: object, where: str) -> Dispensation:
    node = Node(value, where)
    found = Dispensation(node.number("number"), node.choice("force", Force))
    node.end()
    return found


def _lawyer(node: Node, head: dict[str, Any]) -> Version:
    found = Lawyer(
        **head,
        ceiling_cents=node.cents("ceiling"),
        courts=node.whole("courts", Court, _court_need),
        parties=node.table("parties", Parties, _plain_need),
        procedures=node.table("procedures", Procedure, _plain_need),
        subjects=node.each("subjects", _of(Subject)),
    )
    if found.ceiling_cents is None and any(one.need is Need.BY_CEILING for one in found.courts.values()):
        raise Malformed(node.at("ceiling"), nodes.AMOUNT)
    return found


def _plain_need(value: object, where: str) -> Need:
    """Not by the amount: these come before it."""
    found = nodes.choice(value, where, Need)
    if found is Need.BY_CEILING:
        choices = ", ".join(one for one in Need if one is not Need.BY_CEILING)
        raise Malformed(where, nodes.CHOICE.filled(value=found, choices=choices))
    return found


def _court_need(value: object, where: str) -> CourtNeed:
    node = Node(value, where)
    found = CourtNeed(node.choice("need", Need), node.each("articles", nodes.string))
    node.end()
    return found


def _assistance(node: Node, head: dict[str, Any]) -> Version:
    return Assistance(**head, courts=node.whole("courts", Court, _court_assistance))


def _court_assistance(value: object, where: str) -> CourtAssistance:
    node = Node(value, where)
    found = CourtAssistance(
        others=node.each("others", nodes.words),
        certain=node.flag("certain", default=True),
        articles=node.each("articles", nodes.string),
    )
    node.end()
    return found


def _articles(node: Node, head: dict[str, Any]) -> Version:
    codes = dict(node.each("codes", _code))
    found = node.each("articles", lambda one, where: _article(one, where, codes))
    return Articles(**head, by_id={one.id: one for one in found})


def _code(value: object, where: str) -> tuple[str, Text]:
    node = Node(value, where)
    found = node.text("id"), node.words("name")
    node.end()
    return found


def _article(value: object, where: str, codes: dict[str, Text]) -> Article:
    """An article of a code, by its number, or a text with a name of its own."""
    node = Node(value, where)
    name = node.text("id")
    if "code" not in node.value:
        found = Article(name, node.words("label"), node.text("link"))
    else:
        code, number = node.text("code"), node.text("number")
        if code not in codes:
            raise Malformed(f"{where}.code", NO_CODE)
        found = Article(name, ARTICLE.filled(number=number, code=codes[code]), f"{number} {codes[code].fr}")
    node.end()
    return found


def _optional(node: Node, key: str) -> int | None:
    return None if node.get(key) is None else node.number(key)


def _of(kind: type[Any]) -> Callable[[object, str], Any]:
    return lambda value, where: nodes.choice(value, where, kind)


READERS: dict[Table, Callable[[Node, dict[str, Any]], Version]] = {
    Table.PRIOR_ATTEMPT: _prior_attempt,
    Table.LAWYER: _lawyer,
    Table.ASSISTANCE: _assistance,
    Table.ARTICLES: _articles,
    Table.LIMITATION: lambda node, head: Limitation(**head, floor_months=node.number("floor_months")),
    Table.CONSUMER: lambda node, head: Consumer(
        **head,
        complaint_months=node.number("complaint_months"),
        admissibility_weeks=node.number("admissibility_weeks"),
        outcome_days=node.number("outcome_days"),
    ),
    Table.ADMINISTRATIVE: lambda node, head: Administrative(**head, appeal_months=node.number("appeal_months")),
    Table.COURT_ORDERED: lambda node, head: CourtOrdered(
        **head, first_months=node.number("first_months"), renewal_months=node.number("renewal_months")
    ),
}
