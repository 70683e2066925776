"""What the OpenAPI description says beyond types: the ways to be known, the idempotency key, errors as they are."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from allomediateur.accounts.models import ApiToken
from allomediateur.web.api.once import HEADER, LONGEST, SHORTEST
from allomediateur.web.api.problems import MEDIA_TYPE

READ, WRITE = str(ApiToken.Scope.READ), str(ApiToken.Scope.WRITE)
Security = list[dict[str, list[str]]]
SESSION: Security = [{"session": [], "csrf": []}]
BY_PERSON: Security = [{}, {"personalToken": [WRITE]}, *SESSION]
OF_APPOINTMENT: Security = [{"manageToken": []}, {"personalToken": [WRITE]}, *SESSION]
TO_READ: Security = [{"manageToken": []}, {"personalToken": [READ]}, {"session": []}]
TO_LIST: Security = [{"personalToken": [READ]}, {"session": []}]
SCHEMES: dict[str, Any] = {
    "manageToken": {
        "type": "http", "scheme": "bearer",
        "description": "`manage_token` of `POST /appointments`: opens that appointment, and no other.",
    },
    "personalToken": {
        "type": "http", "scheme": "bearer",
        "description": f"A token of one’s account (« Accès par programme »), with its scopes: `{READ}`, `{WRITE}`.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "Signed in on the site."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "With a session, to change."},
}  # fmt: skip
KEY = {
    "in": "header", "name": HEADER, "required": False,
    "schema": {"type": "string", "minLength": SHORTEST, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
    "description": "Random (a UUID). The same request sent again with it acts once and is answered alike.",
    "example": "6f1c1a52-7d2e-4f43-9c1f-0d6c2f6e8b11",
}  # fmt: skip
REPLAYED = {
    "Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true"]}, "description": "Answered before, as here."}
}
RETRY = {"Retry-After": {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": "Seconds."}}


def keyed(security: Security, name: str) -> dict[str, Any]:
    """A POST that honours the key."""
    return {"operationId": name, "security": security, "parameters": [KEY]}


class Described(NinjaAPI):
    """Errors are `application/problem+json`, and every operation says which there may be."""

    def get_openapi_schema(self, **told: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**told)
        schema["components"]["securitySchemes"] = SCHEMES
        for path in schema["paths"].values():
            for operation in path.values():
                _describe(operation)
        return schema


def _describe(operation: dict[str, Any]) -> None:
    has_key = any(one.get("name") == HEADER for one in operation.get("parameters", []))
    for status, response in operation["responses"].items():
        if status >= 400 and "content" in response:
            response["content"] = {MEDIA_TYPE: next(iter(response["content"].values()))}
        if status == 429:
            response["headers"] = RETRY
        elif status < 300 and has_key:
            response["headers"] = REPLAYED
