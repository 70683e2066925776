"""Every error of the API as `application/problem+json` (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal with a status, a sentence that says how to mend it, and more members of the answer."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.more = more


def answer(status: int, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def register(api: NinjaAPI) -> None:
    """Handlers of what views raise."""

    @api.exception_handler(Problem)
    def problem(request: HttpRequest, refused: Problem) -> HttpResponse:
        return answer(refused.status, refused.detail, **refused.more)

    @api.exception_handler(ValidationError)
    def not_valid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
        errors = [{"parameter": str(error["loc"][-1]), "message": error["msg"]} for error in wrong.errors]
        names = ", ".join(dict.fromkeys(error["parameter"] for error in errors))
        return answer(422, _("Paramètre à revoir : %(names)s.") % {"names": names}, errors=errors)

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, nothing: Http404) -> HttpResponse:
        return answer(404, _("Aucun médiateur n’a cette adresse."))

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(error.status_code, str(error))
