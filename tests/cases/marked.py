"""A saisine with a marker of its own in everything that somebody can write, and where in the database they are."""

import re

from django.db import connection

from allomediateur.cases.questionnaire.shapes import Answer
from tests.cases.telling import STORY

MARK = "zzmark"
NAME, EMAIL, PHONE = f"Alice {MARK}name", f"{MARK}email@example.org", "+33639987611"
_PAUL: dict[str, Answer] = {
    "name": f"Paul {MARK}party", "link": f"{MARK}link", "contact": f"{MARK}contact", "knows": "no",
}  # fmt: skip
_ZOE: dict[str, Answer] = {"name": f"Zoé {MARK}second", "link": f"{MARK}linktwo"}
MARKED: dict[str, Answer] = {
    **STORY,
    "role": "lawyer",
    "for_whom": f"Rose {MARK}forwhom",
    "mandate": "written",
    "origin": "advised",
    "prescriber": f"{MARK}prescriber",
    "safety": ["fear", "control"],
    "discreet": "email",
    "story": f"Premier {MARK}story.\nPuis {MARK}story.",
    "steps_taken": ["mediator"],
    "earlier_attempt": "none",
    "project": f"Dormir {MARK}project.",
    "parties": [_PAUL, _ZOE],
    "proceedings": "under_way",
    "court": f"Tribunal {MARK}court",
    "hearing": "2027-02-03",
    "amount": 123_457,
    "deadline": "yes",
    "deadline_date": "2027-03-04",
    "deadline_what": f"{MARK}deadline",
    "languages": ["fr", "other"],
    "other_language": f"{MARK}tongue",
    "sign_language": "yes",
    "accessibility": ["other"],
    "accessibility_more": f"{MARK}access",
    "consent_sensitive": "yes",
    "name": NAME,
    "email": EMAIL,
    "phone": PHONE,
}
WORDS = (
    "forwhom", "prescriber", "story", "project", "party", "second", "link", "contact", "linktwo", "court", "deadline",
    "tongue", "access",
)  # fmt: skip
"""What no row, letter, job or log may hold: everything but the writer's own name, address and number."""


def everything() -> dict[str, str]:
    """Each table whole, as text: bytes in hexadecimal are there as the text they would be too."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT coalesce(string_agg(r::text, chr(10)), '') FROM \"{table}\" AS r")  # noqa: S608
            found[table] = str(cursor.fetchone()[0])
    return found


def leaks(text: str) -> set[str]:
    """The markers in a text, plain, or hidden in hexadecimal as PostgreSQL writes bytes."""
    plain = set(re.findall(rf"{MARK}([a-z]+)", text))
    coded = MARK.encode().hex()
    return plain | ({"in bytes"} if coded in text else set())


def where() -> dict[str, set[str]]:
    """The tables that hold markers, and which."""
    return {table: found for table, text in everything().items() if (found := leaks(text))}
