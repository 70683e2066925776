"""What the page says when there are more mediators than it counts."""

import pytest
from django.template.loader import render_to_string

from allomediateur.agenda.facets import Counts
from allomediateur.agenda.finding import Found
from allomediateur.web.public import asking, filters
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def counts(number: int, *, more: bool) -> Counts:
    without = dict.fromkeys(("specialty_id", "language", "step_free", "until", "modality"), number)
    return Counts({}, {"phone": number}, {}, {}, {}, number, without, number, near_more=more, remote_more=more)


def test_the_number_found_is_the_least_there_is() -> None:
    asked = asking.read({})
    said = {"asked": asked, "place": None}
    many, few = (Found([], 500, 1, 25, more=more) for more in (True, False))
    assert "Plus de <strong>500</strong> médiateurs" in render_to_string(
        "public/search/_count.html", said | {"found": many}
    )
    assert "<strong>500</strong> médiateurs, partout" in render_to_string(
        "public/search/_count.html", said | {"found": few}
    )


def test_a_choice_is_dead_only_when_everybody_was_looked_at() -> None:
    """« 400+ » beside it, and « au moins 400 » to who listens."""
    asked = asking.read({})
    for more in (True, False):
        shown = filters.groups(asked, counts(400, more=more), {}, "Europe/Paris", NOW)
        phone, video = (option for group in shown if group.name == "modalite" for option in group.options[1:3])
        assert (phone.more, video.is_dead) == (more, not more)
        told = render_to_string("public/search/_number.html", {"option": phone})
        assert ("au moins 400" in told, "400+" in told) == (more, more)
