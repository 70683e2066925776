"""What staff do for somebody in an appointment, while they act for them: move, cancel, correct, send again."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allomediateur.agenda import assisting
from allomediateur.agenda.assisting import Contact
from allomediateur.agenda.guests import INVITERS
from allomediateur.agenda.models import Participant, Transition
from allomediateur.web.staff.appointments import covered, party, read
from allomediateur.web.staff.contact_forms import ContactForm
from allomediateur.web.ui import acting, appointments, guests, moving, tracing
from allomediateur.web.ui.appointments import Addresses, Visit
from allomediateur.web.ui.limiting import refused_calmly
from allomediateur.web.ui.tracing import Act

View = Callable[[HttpRequest, Visit, datetime], HttpResponse]


def acting_for_a_party(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Gives the view who of the appointment staff act for; whoever acts for none of them begins on its page."""

    @wraps(view)
    def answer(request: HttpRequest, reference: str) -> HttpResponse:
        now = datetime.now(UTC)
        one = read(request, reference)
        found = acting.current(request, now)
        reader = covered(one, found)
        here = reverse("staff_appointment", args=[reference])
        if found is None or reader is None:
            messages.warning(request, _("Dites d’abord pour qui vous agissez."))
            return HttpResponseRedirect(here)
        client = party(one, Participant.Role.CLIENT)
        visit = Visit(
            appointment=one,
            reader=reader,
            hand=Transition.By.STAFF,
            at=Addresses(
                page=here,
                move=reverse("staff_move", args=[reference]),
                cancel=reverse("staff_cancel", args=[reference]),
                ics="",
                back=here,
                guests=reverse("staff_guests", args=[reference]),
            ),
            zone=reader.zone,
            acted=lambda what: tracing.act(
                request, Act.ACTED_FOR, person=reader.user_id, thing=f"appointment:{reference}",
                detail=f"{what} {reader.role} {found.reason}",
            ),
        )  # fmt: skip
        if client:
            tracing.look(request, f"appointment:{reference}", person=client.user_id)
        return view(request, visit, now)

    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@acting_for_a_party
def move(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    return moving.move(request, visit, now)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_for_a_party
def cancel(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    return appointments.cancel(request, visit, now)


@require_http_methods(["GET", "HEAD", "POST"])
@refused_calmly
@acting_for_a_party
def invites(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """Others who come, for the client or the mediator; who booked on mandate invites nobody."""
    if visit.reader.role not in INVITERS:
        messages.warning(request, _("Seuls le client et le médiateur invitent quelqu’un."))
        return HttpResponseRedirect(visit.at.page)
    return guests.invites(request, visit, visit.reader, now)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_for_a_party
def contact(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """The name and addresses of a client without account."""
    reader, one = visit.reader, visit.appointment
    if reader.role != Participant.Role.CLIENT or reader.user_id:
        messages.warning(request, _("Cette personne corrige elle-même ses coordonnées, dans son compte."))
        return HttpResponseRedirect(visit.at.page)
    form = ContactForm(request.POST if request.method == "POST" else None, appointment=one, client=reader)
    if request.method == "POST" and form.is_valid() and (changed := _correct(form, visit, now)) is not None:
        if changed:
            visit.acted(f"contact {' '.join(changed)}")
            messages.success(request, _("Les coordonnées sont corrigées."))
        return HttpResponseRedirect(visit.at.page)
    context = {"form": form, "visit": visit, "appointment": one, "client": reader}
    return render(request, "staff/contact.html", context, status=422 if form.errors else 200)


def _correct(form: ContactForm, visit: Visit, now: datetime) -> list[str] | None:
    """The names of the fields that changed; None, the form saying why, when it was refused."""
    told: Contact = form.contact()
    try:
        return assisting.correct(visit.appointment, told, now)
    except assisting.PhoneMissing:
        form.add_error("phone", _("Écrivez le numéro : le rendez-vous se tient par téléphone."))
    except assisting.AddressMissing:
        form.add_error("email", _("Il reste à confirmer : il y faut une adresse e-mail."))
    except assisting.TooManyLetters:
        form.add_error("email", _("Trop de lettres sont déjà parties pour ce rendez-vous : prenez-en un autre."))
    except (assisting.NotChangeable, assisting.HasAccount):
        form.add_error(None, _("Ce rendez-vous ne peut plus être changé."))
    return None


@require_POST
@acting_for_a_party
def send_again(request: HttpRequest, visit: Visit, now: datetime) -> HttpResponse:
    """The letter that tells the client how things stand."""
    try:
        if visit.reader.role != Participant.Role.CLIENT:
            raise assisting.NotChangeable(visit.appointment)
        assisting.send_again(visit.appointment, now)
    except assisting.NotChangeable:
        messages.warning(request, _("Il n’y a plus de lettre à envoyer pour ce rendez-vous."))
    except assisting.AddressMissing:
        messages.warning(request, _("Aucune adresse : notez d’abord une adresse e-mail ou postale."))
    except assisting.TooManyLetters:
        messages.warning(request, _("Trop de lettres sont déjà parties pour ce rendez-vous : prenez-en un autre."))
    else:
        visit.acted("letter")
        by_post = not visit.reader.email
        messages.success(request, _("La lettre est à imprimer.") if by_post else _("La lettre part de nouveau."))
    return HttpResponseRedirect(visit.at.page)
