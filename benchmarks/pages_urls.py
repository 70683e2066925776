"""The site's addresses and one more: a page of two words behind the same middleware (B8). Never served elsewhere."""

from django.http import HttpRequest, HttpResponse  # noqa: TID251 - a page, for its cost
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as site

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Bonjour, monde")


urlpatterns = [*site, path("demo/bonjour", hello)]
