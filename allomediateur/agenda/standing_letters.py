"""Letters about a mediator's standing, in the language of the account: one set of templates, the words are here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allomediateur.accounts.models import User
from allomediateur.configuration import names
from allomediateur.directory.models import Application, Credential, Decision, Mediator
from allomediateur.directory.rights import day_of
from allomediateur.notify import outbox, rendering
from allomediateur.scheduling import wording

TEMPLATES = "standing"


@dataclass(frozen=True)
class Words:
    """`quote`: what a person wrote, set apart."""

    subject: str
    paragraphs: list[str]
    label: str
    url: str
    quote: str = ""


def submitted(application: Application, now: datetime) -> None:
    user = application.mediator.user
    with translation.override(user.language):
        words = Words(
            _("Votre candidature est bien reçue"),
            [
                _(
                    "Nous vérifions chaque pièce, puis nous vous répondons par lettre, en général sous "
                    "cinq jours ouvrés."
                ),
                _("D’ici là, rien de votre fiche ne paraît sur le site."),
            ],
            _("Voir ma candidature"),
            _address("apply_steps"),
        )
        _post(user, "application_received", now, words)


def invited(mediator: Mediator, now: datetime) -> None:
    """To who was on the former site: the profile is theirs, and waits for them."""
    user = mediator.user
    with translation.override(user.language):
        _post(
            user,
            "standing_invited",
            now,
            Words(
                _("Votre fiche vous attend"),
                [
                    _(
                        "Nous avons repris sur notre nouveau site la fiche que vous aviez sur l’ancien. Elle ne "
                        "paraît pas encore : nous vérifions chaque pièce d’abord."
                    ),
                    _(
                        "Entrez avec cette adresse e-mail : un code vous est envoyé, aucun mot de passe n’est "
                        "demandé. Préparez vos prestations et vos plages ; s’il manque une pièce, nous vous l’écrirons."
                    ),
                    _("Si vous ne souhaitez plus y figurer, écrivez-nous à %(email)s : nous effaçons tout.")
                    % {"email": names.value("contact_email")},
                ],
                _("Entrer et préparer mes plages"),
                f"{_address('account_request_login_code')}?next={reverse('mediator_openings')}",
            ),
        )


def more_asked(application: Application, now: datetime) -> None:
    user = application.mediator.user
    with translation.override(user.language):
        _post(
            user,
            "application_more",
            now,
            Words(
                _("Votre candidature : il nous manque quelque chose"),
                [_("Nous avons lu votre candidature avec attention. Pour la terminer, voici ce qui manque :")],
                _("Compléter ma candidature"),
                _address("apply_steps"),
                application.asked,
            ),
        )


def accepted(mediator: Mediator, now: datetime) -> None:
    user, rights = mediator.user, mediator.rights_at(now)
    with translation.override(user.language):
        opened = (
            _("Votre fiche est publiée, et vous pouvez recevoir des rendez-vous dès que vous ouvrez des plages.")
            if rights.bookable
            else _(
                "Votre fiche paraît dans la liste : nom, commune et spécialités. L’adhésion et "
                "l’assurance ouvrent la carte, le bouton de contact et l’agenda."
            )
        )
        _post(
            user,
            "application_accepted",
            now,
            Words(
                _("Votre candidature est acceptée"),
                [
                    opened,
                    _(
                        "À votre première entrée, nous vous demanderons d’ajouter un second facteur : une "
                        "clé d’accès ou une application. Il protège ce que vos clients vous confient."
                    ),
                ],
                _("Ouvrir mes premières plages"),
                _address("mediator_openings"),
            ),
        )


def refused(decision: Decision, now: datetime) -> None:
    user = decision.mediator.user
    with translation.override(user.language):
        _post(
            user,
            "application_refused",
            now,
            Words(
                _("Votre candidature n’est pas retenue"),
                [
                    _(
                        "Deux personnes de l’administration du site l’ont examinée. Voici pourquoi elle "
                        "n’est pas retenue :"
                    ),
                    _to_discuss(),
                ],
                _("Revoir ma candidature"),
                _address("apply"),
                decision.reason,
            ),
        )


def judged(claim: Credential, now: datetime) -> None:
    """The answer to a renewal; applicants are told with the rest."""
    user, what = claim.mediator.user, claim.get_kind_display
    with translation.override(user.language):
        if claim.state == Credential.State.ACCEPTED:
            told = _("Votre pièce « %(what)s » est acceptée.") % {"what": what()}
            if claim.valid_until:
                day = wording.day(claim.valid_until, user.language, today=date.min)
                told = _("Votre pièce « %(what)s » est acceptée : elle vaut jusqu’au %(day)s.") % {
                    "what": what(),
                    "day": day,
                }
            words = Words(_("Votre pièce est acceptée"), [told], _("Voir mon profil"), _address("mediator_profile"))
        else:
            words = Words(
                _("Votre pièce n’est pas acceptée"),
                [_("Votre pièce « %(what)s » n’est pas acceptée. Voici pourquoi :") % {"what": what()}],
                _("Déposer une autre pièce"),
                _address("mediator_profile"),
                claim.reason,
            )
        _post(user, "proof_judged", now, words)


def suspended(decision: Decision, now: datetime) -> None:
    user = decision.mediator.user
    with translation.override(user.language):
        kept = (
            _("Les rendez-vous déjà pris sont maintenus.")
            if decision.keeps_appointments
            else _(
                "Les rendez-vous à venir sont annulés ; chaque personne est prévenue, et d’autres "
                "médiateurs lui sont proposés."
            )
        )
        _post(
            user,
            "standing_suspended",
            now,
            Words(
                _("Votre fiche est suspendue"),
                [
                    _(
                        "Deux personnes de l’administration du site ont décidé de suspendre votre fiche. "
                        "Elle ne paraît plus, et ne reçoit plus de rendez-vous. Voici pourquoi :"
                    ),
                    kept,
                    _to_discuss(),
                ],
                _("Voir mon profil"),
                _address("mediator_profile"),
                decision.reason,
            ),
        )


def reinstated(mediator: Mediator, now: datetime) -> None:
    user = mediator.user
    with translation.override(user.language):
        _post(
            user,
            "standing_reinstated",
            now,
            Words(
                _("La suspension de votre fiche est levée"),
                [_("Votre fiche retrouve ses droits. Vérifiez vos plages : elles sont restées telles quelles.")],
                _("Voir mes plages"),
                _address("mediator_openings"),
            ),
        )


def ending(claim: Credential, now: datetime) -> None:
    """Sixty, thirty, seven days before the end."""
    user, left = claim.mediator.user, claim.days_left(day_of(now)) or 0
    with translation.override(user.language):
        near = {0: _("c’est aujourd’hui"), 1: _("c’est demain")}
        soon = near.get(left) or _("dans %(days)s jours") % {"days": left}
        day = wording.day(claim.valid_until or date.min, user.language, today=date.min)
        _post(
            user,
            "standing_reminder",
            now,
            Words(
                _("À renouveler : %(what)s") % {"what": claim.get_kind_display()},
                [
                    _("« %(what)s » vaut jusqu’au %(day)s, %(soon)s.")
                    % {"what": claim.get_kind_display(), "day": day, "soon": soon},
                    _(
                        "Déposez la nouvelle pièce dès que vous l’avez : nous la vérifions, et rien ne "
                        "s’interrompt. Sans elle, %(loss)s."
                    )
                    % {"loss": _loss(claim)},
                ],
                _("Déposer la nouvelle pièce"),
                _address("mediator_profile"),
            ),
        )


def lapsed(claim: Credential, appointments: int, now: datetime) -> None:
    """The end has passed; appointments stay."""
    user = claim.mediator.user
    with translation.override(user.language):
        told = [
            _("« %(what)s » est échue depuis le %(day)s : %(loss)s.")
            % {
                "what": claim.get_kind_display(),
                "loss": _loss(claim),
                "day": wording.day(claim.valid_until or date.min, user.language, today=date.min),
            }
        ]
        if appointments:
            told.append(
                ngettext(
                    "Votre rendez-vous à venir est maintenu.",
                    "Vos %(count)s rendez-vous à venir sont maintenus.",
                    appointments,
                )
                % {"count": appointments}
            )
        told.append(_("Déposez la nouvelle pièce : dès qu’elle est vérifiée, vos droits reviennent."))
        _post(
            user,
            "standing_lapsed",
            now,
            Words(
                _("Échue : %(what)s") % {"what": claim.get_kind_display()},
                told,
                _("Déposer la nouvelle pièce"),
                _address("mediator_profile"),
            ),
        )


def staff_told(lines: Iterable[str], now: datetime) -> None:
    """To the administration: whose rights lapsed tonight."""
    with translation.override("fr"):
        words = Words(
            _("Des droits sont échus"), list(lines), _("Voir les vérifications"), _address("staff_verification")
        )
        _write(names.value("contact_email"), "fr", "staff_lapsed", now, words)


def lapse_line(mediator: Mediator, claim: Credential, appointments: int) -> str:
    """For staff, in French."""
    with translation.override("fr"):
        stay = ngettext("%(count)s rendez-vous maintenu", "%(count)s rendez-vous maintenus", appointments)
        told = stay % {"count": appointments}
        return f"{mediator.name} : {claim.get_kind_display()}, {told}."


def _to_discuss() -> str:
    said = _("Pour en discuter ou apporter d’autres éléments, écrivez-nous à %(email)s.")
    return said % {"email": names.value("contact_email")}


def _loss(claim: Credential) -> str:
    if claim.kind == Credential.Kind.TRAINING:
        return _("votre fiche n’est plus dans la liste")
    return _("votre fiche ne montre plus que nom, commune et spécialités, et ne reçoit plus de nouveaux rendez-vous")


def _post(user: User, kind: str, now: datetime, words: Words) -> None:
    _write(user.email, user.language, kind, now, words)


def _write(to: str, language: str, kind: str, now: datetime, words: Words) -> None:
    rendered = rendering.render(TEMPLATES, language, vars(words), kind)
    outbox.post(
        kind=kind,
        topic="standing",
        to=to,
        language=language,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        now=now,
    )


def _address(name: str) -> str:
    return f"{settings.SITE_URL}{reverse(name)}"
