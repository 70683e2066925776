"""Everybody's pages. The doors of letters come after /rendez-vous/reserver/, whose first word is no token."""

from django.urls import include, path

from allomediateur.web.public import (
    assistance,
    booking,
    choosing,
    entrusted,
    pages,
    practices,
    proving,
    revealing,
    search,
    structured,
)

urlpatterns = [
    path("", pages.home, name="home"),
    path("lieux/", search.communes, name="communes"),
    path("fuseau/", pages.choose_zone, name="choose_zone"),
    path("mediateurs/", search.search, name="search"),
    path("mediateurs/<slug:slug>/", choosing.mediator, name="mediator"),
    path("mediateurs/<slug:slug>/fiche.jsonld", structured.data, name="mediator_data"),
    path("mediateurs/<slug:slug>/coordonnees/", revealing.reveal, name="reveal"),
    path("rendez-vous/reserver/", choosing.hold, name="hold"),
    path("rendez-vous/reserver/<slug:ref>/", booking.who, name="booking_who"),
    path("rendez-vous/reserver/<slug:ref>/verifier/", booking.check, name="booking_check"),
    path("rendez-vous/reserver/<slug:ref>/confirmer/", proving.code, name="booking_code"),
    path("rendez-vous/reserver/<slug:ref>/termine/", proving.done, name="booking_done"),
    path("rendez-vous/reserver/<slug:ref>/prolonger/", booking.extend, name="booking_extend"),
    path("rendez-vous/reserver/<slug:ref>/abandonner/", booking.release, name="booking_release"),
    path("rendez-vous/", include("allomediateur.web.public.appointment_urls")),
    path("assistance/", assistance.ask, name="support"),
    path("assistance/envoye/", assistance.sent, name="support_sent"),
    path("assistance/reclamation/<slug:slug>/", assistance.complain, name="complaint"),
    path("assistance/echanges/<slug:token>/", assistance.thread, name="thread"),
    path("assistance/echanges/<slug:token>/clore/", assistance.close, name="thread_close"),
    path("cabinets/<slug:slug>/", practices.practice, name="practice"),
    path("secretariat/<slug:token>/", entrusted.accept, name="secretary_accept"),
    path("mentions-legales/", pages.legal_notice, name="legal_notice"),
    path("confidentialite/", pages.privacy, name="privacy"),
    path("cookies/", pages.cookies, name="cookies"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("quitter-vite/", pages.quick_exit, name="quick_exit"),
]
