"""What machines ask for, outside the translated pages."""

from django.urls import path

from allomediateur.web.public import machines

urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path("favicon.ico", machines.favicon, name="favicon"),
]
