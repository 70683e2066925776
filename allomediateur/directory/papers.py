"""Files that mediators send: told apart by what they hold, never by what they are called; kept sealed.

A picture is made anew from its pixels: whatever else was in the file is left behind. A PDF is kept as it is, never
opened here, and only ever given back as a download.
"""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Lock

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from allomediateur.directory.models import Credential, Document, Mediator, Photo
from allomediateur.vault import sealing

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 2400
PORTRAIT_SIDE = 480
PDF, JPEG = "application/pdf", "image/jpeg"
FORMATS = ("JPEG", "PNG", "WEBP")
_PDF_BEGINS, _PDF_ENDS = b"%PDF-", b"%%EOF"
_UNWANTED = re.compile(r"[^\w .()’'-]+")
ENDINGS = {PDF: ".pdf", JPEG: ".jpg"}
NAMED = {PDF: {"pdf"}, JPEG: {"jpg", "jpeg", "jpe", "jfif", "png", "webp"}}
"""What the end of a name may say of each: any picture may be called by another's, as telephones do."""
_NAME_END = re.compile(r"\.([A-Za-z0-9]{1,5})$")
_DECODING = Lock()
"""One picture at a time in a process: twenty-five million pixels weigh a hundred megabytes."""


class PaperRefused(Exception):
    """The file cannot be kept; `sentence` says why and what to send instead, in the active language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Paper:
    """A file that may be kept. Pictures are JPEG by now, whatever they were."""

    name: str
    media_type: str
    data: bytes


def check(name: str, data: bytes) -> Paper:
    """The paper to keep. Raises PaperRefused."""
    _check_size(data)
    if data.startswith(_PDF_BEGINS):
        _check_name(name, PDF)
        if _PDF_ENDS not in data[-2048:]:
            raise PaperRefused(_("Ce PDF est incomplet. Enregistrez-le de nouveau, puis renvoyez-le."))
        return Paper(_tidy(name, PDF), PDF, data)
    picture = _picture(data, LONGEST_SIDE)
    _check_name(name, JPEG)
    return Paper(_tidy(name, JPEG), JPEG, _encoded(picture))


def portrait(data: bytes) -> bytes:
    """A square JPEG of `PORTRAIT_SIDE` pixels, cut in the middle, a little above it: faces are there.

    Raises PaperRefused.
    """
    _check_size(data)
    picture = _picture(data, LONGEST_SIDE)
    return _encoded(ImageOps.fit(picture, (PORTRAIT_SIDE, PORTRAIT_SIDE), centering=(0.5, 0.35)))


def store(credential: Credential, paper: Paper, now: datetime) -> Document:
    """Sealed to its own reference; a former document of the same claim goes."""
    Document.objects.filter(credential=credential).delete()
    kept = Document(
        credential=credential, name=paper.name, media_type=paper.media_type, size=len(paper.data), stored_at=now
    )
    kept.sealed = sealing.seal_bytes(paper.data, _purpose(kept))
    kept.save()
    return kept


def read(document: Document) -> bytes:
    """Raises sealing.Unreadable."""
    return sealing.unseal_bytes(bytes(document.sealed), _purpose(document))


def keep_photo(mediator: Mediator, image: bytes, now: datetime) -> Photo:
    """A portrait (`portrait`), instead of the former one."""
    values = {"image": image, "digest": sha256(image).hexdigest(), "stored_at": now}
    return Photo.objects.update_or_create(mediator=mediator, defaults=values)[0]


def _purpose(document: Document) -> str:
    return f"directory.document {document.reference}"


def _check_size(data: bytes) -> None:
    if not data:
        raise PaperRefused(_("Ce fichier est vide. Choisissez-en un autre."))
    if len(data) > MOST_BYTES:
        raise PaperRefused(too_heavy())


def _check_name(name: str, media_type: str) -> None:
    """A file whose name says something else than what it holds is not taken: one of the two is a mistake."""
    end = _NAME_END.search(name)
    if end and end[1].lower() not in NAMED[media_type]:
        what = _("un PDF") if media_type == PDF else _("une photo")
        raise PaperRefused(
            _("Ce fichier se nomme « .%(end)s », mais contient %(what)s. Renommez-le, ou choisissez-en un autre.")
            % {"end": end[1], "what": what}
        )


def too_heavy() -> str:
    return _("Ce fichier dépasse 10 Mo. Envoyez une photo moins lourde, ou un PDF compressé.")


def _picture(data: bytes, side: int) -> Image.Image:
    """Upright, without transparency, within a square of that side. Its size is read before its pixels (bombs)."""
    refused = PaperRefused(_("Ce fichier n’est ni un PDF, ni une photo JPEG, PNG ou WebP. Choisissez-en un autre."))
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise PaperRefused(_("Cette image est trop grande : 25 millions de pixels au plus."))
        with _DECODING:
            picture.load()
            return _on_white(ImageOps.exif_transpose(_smaller(picture, side)))
    except PaperRefused:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refused from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, OverflowError, TypeError, KeyError) as error:
        raise refused from error  # Pillow's own words for a file that is broken


def _smaller(picture: Image.Image, side: int) -> Image.Image:
    """A palette has no colours between its own: it is left first."""
    small = picture.convert("RGBA") if picture.mode in ("P", "PA") else picture
    small.thumbnail((side, side))
    return small


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA"):
        layer = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return picture.convert("RGB")


def _encoded(picture: Image.Image) -> bytes:
    """Pixels only: no metadata of the former file is written."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _tidy(name: str, media_type: str) -> str:
    """What a person called it, without what a header or a file system could read otherwise, and a true ending."""
    stem = _UNWANTED.sub(" ", name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0])
    return (" ".join(stem.split())[:80].strip(" .") or "document") + ENDINGS[media_type]


def document_of(credential: Credential) -> Document | None:
    return Document.objects.filter(credential=credential).first()


def forget(credential: Credential) -> None:
    """The paper of a claim that counts no more."""
    Document.objects.filter(credential=credential).delete()
