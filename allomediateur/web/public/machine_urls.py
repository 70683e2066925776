"""What machines ask for, outside the translated pages."""

from django.urls import path

from allomediateur.web.public import machines, portraits, sitemaps

urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-mediateurs-<int:number>.xml", sitemaps.mediators, name="sitemap_mediators"),
    path(".well-known/security.txt", machines.security, name="security_txt"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("mediateurs/<slug:slug>/photo.jpg", portraits.photo, name="portrait"),
]
