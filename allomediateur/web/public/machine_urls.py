"""What machines ask for, outside the translated pages."""

from django.urls import path

from allomediateur.web.public import machines, portraits, sharing, sitemaps

urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, name="sitemap_pages"),
    path("sitemap-mediateurs-<int:number>.xml", sitemaps.mediators, name="sitemap_mediators"),
    path(".well-known/security.txt", machines.security, name="security_txt"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("m/<slug:code>/", sharing.short, name="short"),
    path("mediateurs/<slug:slug>/qr.svg", sharing.qr_svg, name="qr_svg"),
    path("mediateurs/<slug:slug>/qr.png", sharing.qr_png, name="qr_png"),
    path("mediateurs/<slug:slug>/photo.jpg", portraits.photo, name="portrait"),
]
