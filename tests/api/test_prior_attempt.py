"""POST /api/v1/law/prior-attempt: facts in, the verdict out, refusals that say how to mend."""

import json
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

HERE = "/api/v1/law/prior-attempt"
FACTS = {"date": "2024-03-15", "court": "judiciaire", "claim_amount": 5000}


def post(client: Client, told: Any, **headers: str) -> Any:
    body = told if isinstance(told, str | bytes) else json.dumps(told)
    return client.post(HERE, body, content_type="application/json", headers=headers)


def test_the_answer_is_whole(client: Client) -> None:
    response = post(client, FACTS)
    answer = response.json()
    assert response.status_code == 200
    assert (answer["verdict"], answer["lawyer"], answer["missing"]) == ("required", "not_required", [])
    assert answer["version"] == {
        "id": "V3", "since": "2023-10-01", "until": None, "source": "décret n° 2023-357 du 11 mai 2023",
    }  # fmt: skip
    assert answer["verified_on"] == "2026-11-29"
    assert answer["alternatives"][0] == answer["alternatives"][0] | {"way": "conciliator", "free": True}
    assert answer["assistance"]["self"] is True
    assert answer["articles"][0]["label"] == "article 750-1 du code de procédure civile"
    assert "750-1" in answer["articles"][0]["url"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ('{"date": "2024-03-15", "court": "judiciaire", "claim_amount": 5000.01}', "not_required"),
        ('{"date": "2024-03-15", "court": "judiciaire", "claim_amount": 5000.00}', "required"),
        ('{"date": "2024-03-15", "court": "unknown", "claim_amount": 5000}', "uncertain"),
        ('{"date": "2024-03-15"}', "uncertain"),
    ],
)
def test_amounts_are_read_to_the_cent_and_unknown_facts_lower_certainty(
    client: Client, body: str, verdict: str
) -> None:
    assert post(client, body).json()["verdict"] == verdict


def test_what_would_settle_it_has_the_name_of_the_fact(client: Client) -> None:
    assert post(client, FACTS | {"claim_amount": None}).json()["missing"] == ["claim_amount"]


def test_in_english(client: Client) -> None:
    answer = post(client, FACTS, **{"Accept-Language": "en"}).json()
    assert answer["reasons"][0].startswith("The claim is for €5,000 or less")


@pytest.mark.parametrize("body", ["", "[]", '"x"', "{", b"\xff", "[" * 100_000, "1" * 5000])
def test_what_is_no_object_is_refused(client: Client, body: str | bytes) -> None:
    response = post(client, body)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "unreadable"


def test_every_fault_is_said_by_its_fact(client: Client) -> None:
    response = post(client, FACTS | {"date": "2024-02-30", "claim_amount": -1, "court": "\ud800", "colour": "blue"})
    problem = response.json()
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert problem["code"] == "invalid"
    assert {one["parameter"] for one in problem["errors"]} == {"date", "court", "colour"}
    assert "Cette date n’existe pas" in problem["detail"]


def test_a_negative_amount_and_a_contradiction_are_refused(client: Client) -> None:
    told = FACTS | {"claim_amount": -0.01, "court": "commerce", "parties": "family"}
    assert {one["parameter"] for one in post(client, told).json()["errors"]} == {"claim_amount", "court"}


@pytest.mark.parametrize("amount", ["1e9999999", "-1e9999999", "1E+999999999999999999"])
def test_an_amount_past_any_sum_is_said(client: Client, amount: str) -> None:
    response = post(client, f'{{"date": "2024-03-15", "claim_amount": {amount}}}')
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "claim_amount")


def test_a_fact_told_twice_is_not_chosen_between(client: Client) -> None:
    response = post(client, '{"date": "2024-03-15", "claim_amount": 100, "claim_amount": 9000}')
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "claim_amount")


def test_a_name_that_no_answer_can_carry_is_an_unknown_fact(client: Client) -> None:
    response = post(client, '{"date": "2024-03-15", "\\ud800": 1}')
    assert (response.status_code, response.json()["errors"][0]["parameter"]) == (422, "?")


def test_it_is_described(client: Client) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    body = paths[HERE]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["date"]
    assert "nouvelle_caledonie" in str(body["properties"]["territory"])
