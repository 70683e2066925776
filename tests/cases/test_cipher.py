"""What seals a compartment: refused from another place, by another key or changed; its size says little."""

import secrets
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from allomediateur.cases.compartments import cipher
from allomediateur.cases.compartments.cipher import BUCKETS, SEALED_SIZES, NotAuthentic, Place
from allomediateur.vault import sealing

KEY = cipher.new_key()
words = st.text(max_size=12)
places = st.builds(Place, words, words, words, words)


@given(st.binary(max_size=5_000), places)
def test_what_is_sealed_opens_in_its_place_and_never_looks_twice_the_same(plain: bytes, place: Place) -> None:
    one, other = cipher.seal(KEY, plain, place), cipher.seal(KEY, plain, place)
    assert cipher.unseal(KEY, one, place) == cipher.unseal(KEY, other, place) == plain
    assert one != other
    assert len(one) in SEALED_SIZES


@given(st.binary(max_size=300), places, places)
def test_from_any_other_place_it_is_refused(plain: bytes, place: Place, other: Place) -> None:
    sealed = cipher.seal(KEY, plain, place)
    if place == other:
        assert cipher.unseal(KEY, sealed, other) == plain
    else:
        with pytest.raises(NotAuthentic):
            cipher.unseal(KEY, sealed, other)


@pytest.mark.parametrize("part", ["table", "column", "row", "compartment"])
def test_each_part_of_the_place_counts(part: str) -> None:
    told: dict[str, Any] = {"table": "t", "column": "c", "row": "r", "compartment": "k"}
    sealed = cipher.seal(KEY, b"x", Place(**told))
    with pytest.raises(NotAuthentic):
        cipher.unseal(KEY, sealed, Place(**(told | {part: "other"})))


@given(st.data(), st.binary(max_size=300))
def test_a_flipped_bit_is_refused(data: st.DataObject, plain: bytes) -> None:
    place = Place("t", "c", "r", "k")
    sealed = bytearray(cipher.seal(KEY, plain, place))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(NotAuthentic):
        cipher.unseal(KEY, bytes(sealed), place)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_cut_anywhere_it_is_refused(plain: bytes, kept: int) -> None:
    place = Place("t", "c", "r", "k")
    sealed = cipher.seal(KEY, plain, place)
    with pytest.raises(NotAuthentic):
        cipher.unseal(KEY, sealed[:kept] if kept < len(sealed) else b"", place)


@given(places)
def test_another_compartments_key_is_refused(place: Place) -> None:
    with pytest.raises(NotAuthentic):
        cipher.unseal(cipher.new_key(), cipher.seal(KEY, b"x", place), place)


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_two_texts_of_one_bucket_have_one_size(one: int, other: int) -> None:
    sizes = [len(cipher.seal(KEY, b"x" * length, Place("t", "c", "r", "k"))) for length in (one, other)]
    buckets = [next(size for size in BUCKETS if size >= length + 4) for length in (one, other)]
    assert (sizes[0] == sizes[1]) == (buckets[0] == buckets[1])


def test_beyond_the_largest_bucket_nothing_is_sealed() -> None:
    place = Place("t", "c", "r", "k")
    assert len(cipher.seal(KEY, b"x" * (BUCKETS[-1] - 4), place)) == SEALED_SIZES[-1]
    with pytest.raises(ValueError, match="largest bucket"):
        cipher.seal(KEY, b"x" * (BUCKETS[-1] - 3), place)


def test_a_wrapped_key_opens_for_its_compartment_by_the_ring(settings: Settings) -> None:
    wrapped = cipher.wrap(KEY, "one")
    assert cipher.unwrap(wrapped, "one") == KEY
    assert sealing.sealed_with(wrapped) == sealing.ring()[0]
    with pytest.raises(NotAuthentic):
        cipher.unwrap(wrapped, "other")
    with pytest.raises(NotAuthentic):
        cipher.unwrap(wrapped[:-1], "one")
    old, new = settings.MASTER_KEYS[0], secrets.token_urlsafe(32)
    settings.MASTER_KEYS = [new, old]
    assert cipher.unwrap(wrapped, "one") == KEY
    assert sealing.ring()[1] == sealing.sealed_with(wrapped)
    settings.MASTER_KEYS = [new]
    with pytest.raises(NotAuthentic):
        cipher.unwrap(wrapped, "one")


def test_a_content_is_called_otherwise_in_each_compartment() -> None:
    other = cipher.new_key()
    assert cipher.slot(KEY, "violence") == cipher.slot(KEY, "violence")
    slots = {cipher.slot(KEY, "violence"), cipher.slot(other, "violence"), cipher.slot(KEY, "story")}
    assert len(slots) == 3
    assert {len(one) for one in slots} == {32}
