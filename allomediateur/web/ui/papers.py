"""Documents and portraits as answers: a document is only ever downloaded, a portrait is asked for again each time."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

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
    answer = HttpResponse(bytes(photo.image), content_type="image/jpeg")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["ETag"] = f'"{photo.digest[:32]}"'
    answer.headers["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=answer.headers["ETag"], response=answer) or answer
