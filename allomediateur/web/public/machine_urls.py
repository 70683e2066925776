"""What machines ask for, outside the translated pages."""

from django.urls import path

from allomediateur.web.public import machines

urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security_txt"),
    path("favicon.ico", machines.favicon, name="favicon"),
]
