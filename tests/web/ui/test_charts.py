"""Bars: places in the drawing, and what is read of it."""

from django.template.loader import render_to_string

from allomediateur.web.ui.charts import WIDEST, Bar, chart

BARS = [
    Bar("Paris (75)", 200, "200"),
    Bar("Nord (59)", 50, "50"),
    Bar("Lot (46)", None, "moins de 5"),
    Bar("Gers", 0, "0"),
]


def test_the_longest_bar_takes_the_width_and_the_others_their_share() -> None:
    drawn = chart("c", "t", "d", BARS).bars
    assert [(one.percent, one.has_bar) for one in drawn] == [
        (f"{WIDEST:.2f}%", True), (f"{WIDEST / 4:.2f}%", True), ("0.00%", False), ("0.00%", False),
    ]  # fmt: skip
    assert [one.words_y for one in drawn] == ["1.10em", "4.35em", "7.60em", "10.85em"]


def test_next_to_nothing_can_be_seen() -> None:
    assert chart("c", "t", "d", [Bar("a", 10_000, ""), Bar("b", 1, "")]).bars[1].percent == "0.50%"


def test_nothing_at_all_is_no_division_by_zero() -> None:
    empty = chart("c", "t", "d", [Bar("a", 0, "0")])
    assert (empty.height, empty.bars[0].has_bar) == ("3.25em", False)
    assert chart("c", "t", "d", []).bars == []


def test_it_is_an_image_with_a_name_without_a_style_and_escaped() -> None:
    drawn = render_to_string(
        "ui/_chart.html", {"chart": chart("mois", "Par <mois>", "En tableau.", [*BARS, Bar("<b>&", 1, "1")])}
    )
    assert 'role="img"' in drawn
    assert 'aria-labelledby="mois-title mois-description"' in drawn
    assert '<title id="mois-title">Par &lt;mois&gt;</title><desc id="mois-description">En tableau.</desc>' in drawn
    assert "style" not in drawn
    assert "&lt;b&gt;&amp;" in drawn
    assert drawn.count("<rect") == 3
    assert "moins de 5" in drawn
