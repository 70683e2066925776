"""What may be in a letter to somebody who has asked for nothing: names and streets, and nothing to click."""

import pytest

from allomediateur.agenda import linking
from allomediateur.agenda.letters_to_others import plain
from allomediateur.agenda.models import Participant


@pytest.mark.parametrize(
    "text",
    [
        "Colis bloqué evil-poste.fr", "EVIL.FR", "evil.fr, avocat", "(evil.com)", "a.evil.co.uk", "colis-éclair.fr",
        "https:evil", "www.evil", "alice@evil",
    ],
)  # fmt: skip
def test_nothing_to_click_passes_for_a_name_or_a_street(text: str) -> None:
    assert linking.in_a_name(text)
    assert linking.in_a_street(text)
    assert plain(Participant(name=text)) == "La personne qui a pris ce rendez-vous"


@pytest.mark.parametrize(
    "name",
    [
        "M. Durand", "J.-P. Martin", "J.P. Martin", "St. Jean", "Ste. Anne", "A.B.", "A.B", "S.A.R.L. Roux", "Me. Roux",
        "Martin Jr.", "O’Brien", "Anne-Marie d’Œuvre", "U.D.A.F. de l’Isère", "...",
    ],
)  # fmt: skip
def test_names_with_points_are_names(name: str) -> None:
    assert not linking.in_a_name(name)
    assert plain(Participant(name=name)) == name


@pytest.mark.parametrize(
    "street", ["3/5 rue du Bac", "3 rue du Bac, bat. B", "12 av. Foch", "Z.A. Nord, 1.2", "4 bd. St. Michel, esc. 2"]
)
def test_streets_with_strokes_and_points_are_streets(street: str) -> None:
    assert not linking.in_a_street(street)


def test_a_stroke_is_in_no_name() -> None:
    assert linking.in_a_name("evil/colis")
    assert linking.in_a_name("evil\\colis")
