from django.urls import path

from allomediateur.web.public import demo

urlpatterns = [
    path("entrer/", demo.enter, name="demo_enter"),
    path("courrier/", demo.letters, name="demo_letters"),
    path("courrier/sms/", demo.texts, name="demo_texts"),
    path("courrier/<int:pk>/", demo.letter, name="demo_letter"),
    path("courrier/<int:pk>/html/", demo.letter_html, name="demo_letter_html"),
    path("courrier/<int:pk>/rendez-vous.ics", demo.letter_ics, name="demo_letter_ics"),
]
