"""Documents and portraits as answers: a document is only ever downloaded, a portrait is asked for again each time."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from allomediateur.directory import papers
from allomediateur.directory.models import Document, Photo


def download(document: Document) -> HttpResponse:
    """Attached, inert, kept by no cache (RFC 6266)."""
    answer = HttpResponse(papers.read(document), content_type=document.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def picture(request: HttpRequest, photo: Photo) -> HttpResponse:
    """A cache may keep it, and asks each time whether it still may show it."""
    etag = f'"{photo.digest[:32]}"'
    if request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(bytes(photo.image), content_type="image/jpeg")
        answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "no-cache"
    return answer
