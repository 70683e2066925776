"""Hundreds of operations on agendas drawn from a seed, then what search reads is what the truth gives (B9, shorter).

`make bench` makes it longer, `make bench SIZE=full` a million: see benchmarks/b9_operations.py.
"""

import pytest

from benchmarks.walk import KINDS, Walk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seed", range(2))
def test_derived_rows_are_right_after_a_long_walk(seed: int) -> None:
    walk = Walk(seed)
    assert walk.go(300) == []
    assert set(walk.done) >= set(KINDS) - {"holidays", "clocks_change"}
    assert sum(walk.done.values()) > 200
