"""Every error of the API as `application/problem+json` (RFC 9457)."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, RawPostDataException, UnreadablePostError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from allomediateur.accounts.limits import TooMany

MEDIA_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


class Problem(Exception):
    """A refusal with a status, a sentence that says how to mend it, and more members of the answer."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}
        self.more = more


def body_of(status: int, detail: str, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}


def answer(status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
    body = body_of(status, detail, **more)
    return JsonResponse(
        body, status=status, content_type=MEDIA_TYPE, headers=headers, json_dumps_params={"ensure_ascii": False}
    )


def register(api: NinjaAPI) -> None:
    """Handlers of what views raise."""

    @api.exception_handler(Problem)
    def problem(request: HttpRequest, refused: Problem) -> HttpResponse:
        return answer(refused.status, refused.detail, headers=refused.headers, **refused.more)

    @api.exception_handler(ValidationError)
    def not_valid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
        errors = [
            {"parameter": _written(str(error["loc"][-1])), "message": _written(error["msg"])} for error in wrong.errors
        ]
        names = ", ".join(dict.fromkeys(error["parameter"] for error in errors))
        return answer(422, _("Paramètre à revoir : %(names)s.") % {"names": names}, code="invalid", errors=errors)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, nothing: Http404) -> HttpResponse:
        return answer(404, _("Aucun médiateur n’a cette adresse."))

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code == 400:
            return unreadable(request, error)
        return answer(error.status_code, str(error))

    @api.exception_handler(RawPostDataException)
    @api.exception_handler(UnreadablePostError)
    def unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(400, _("Le corps n’est pas du JSON : envoyez un objet, en UTF-8."), code="unreadable")

    @api.exception_handler(RequestDataTooBig)
    def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return answer(413, _("Le corps est trop long : quelques centaines d’octets suffisent."), code="too_large")

    @api.exception_handler(TooMany)
    def too_many(request: HttpRequest, many: TooMany) -> HttpResponse:
        logger.warning("limit reached: %s", many.scope)
        seconds = ceil(many.wait.total_seconds())
        detail = _("C’est beaucoup de demandes en peu de temps : recommencez dans %(seconds)s secondes.")
        headers = {"Retry-After": str(seconds)}
        return answer(429, detail % {"seconds": seconds}, headers=headers, code="too_many", retry_after=seconds)


def _written(word: str) -> str:
    """What the caller sent, as it can be sent back: short, and without half characters."""
    return word[:100].encode(errors="replace").decode()
