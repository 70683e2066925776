import pytest
from django.test import RequestFactory

from allomediateur.web.ui.pages import wants_partial


@pytest.mark.parametrize(
    ("headers", "partial"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
    ],
)
def test_htmx_gets_the_part_and_everybody_else_the_page(headers: dict[str, str], partial: bool) -> None:
    assert wants_partial(RequestFactory().get("/", headers=headers)) is partial
