"""What machines ask for, outside the translated pages."""

from django.urls import path

from allomediateur.web.public import machines, portraits

urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security_txt"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("mediateurs/<slug:slug>/photo.jpg", portraits.photo, name="portrait"),
]
