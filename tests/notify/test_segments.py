"""Parts of a text on the air: what an operator bills."""

import pytest

from allomediateur.notify.channels.sms.segments import Size, gsm, size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Size(False, 0, 1)),
        ("a" * 160, Size(False, 160, 1)),
        ("a" * 161, Size(False, 161, 2)),
        ("a" * 306, Size(False, 306, 2)),
        ("a" * 307, Size(False, 307, 3)),
        ("€" * 80, Size(False, 160, 1)),
        ("€" * 81, Size(False, 162, 2)),
        ("a" * 152 + "€" * 77, Size(False, 306, 3)),  # 306 places, but no € is cut between two parts
        ("é" * 160, Size(False, 160, 1)),
        ("ê" * 70, Size(True, 70, 1)),
        ("ê" * 71, Size(True, 71, 2)),
        ("ê" * 134, Size(True, 134, 2)),
        ("😀" * 35, Size(True, 70, 1)),
        ("😀" * 36, Size(True, 72, 2)),
        ("😀" * 67, Size(True, 134, 3)),  # 33 a part: none is cut in two
    ],
)
def test_parts(text: str, expected: Size) -> None:
    assert size(text) == expected


def test_french_typography_becomes_plain_and_keeps_one_part() -> None:
    told = "L’heure a changé : « 14\u202fh\u00a030 » – être prêt, cœur, Noël, ça, Île…"
    plain = gsm(told)
    assert plain == 'L\'heure a changé : "14 h 30" - etre pret, coeur, Noel, ca, Ile...'
    assert not size(plain).unicode


def test_what_has_no_plain_form_stays() -> None:
    assert gsm("Привет 😀") == "Привет 😀"
    assert size(gsm("Привет")).unicode
