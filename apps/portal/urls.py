"""Addresses of the pages that compose the rest."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from apps.portal import views
from apps.portal.views import support
from apps.portal.views.demo import style_guide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("staff/", views.staff_today, name="staff_today"),
    path("staff/visits/<uuid:public_id>/", views.record_visit, name="record_visit"),
    path("me/", views.me, name="me"),
    path("me/visits/<uuid:public_id>/", views.own_visit, name="own_visit"),
    path("me/visits/<uuid:public_id>/cannot-come/", views.cannot_come, name="cannot_come"),
    path("me/family/<uuid:public_id>/stop/", views.stop_sharing, name="stop_sharing"),
    path("me/calendar/", views.own_calendar, name="own_calendar"),
    path("me/calendar/detail/", views.calendar_detail, name="calendar_detail"),
    path("me/calendar/end/", views.end_calendar, name="end_calendar"),
    path("calendar/<str:token>.ics", views.calendar_feed, name="calendar_feed"),
    path("family/", views.family, name="family"),
    path("operator/", views.operator, name="operator"),
    path("operator/sending/release/", views.release_sending, name="release_sending"),
    path("operator/support/", support.support, name="operator_support"),
    path("operator/support/leave/", support.leave, name="operator_support_leave"),
    path("brand.css", views.brand_stylesheet, name="brand_stylesheet"),
]

if settings.DEMO:
    urlpatterns += [path("demo/look/", style_guide, name="style_guide")]
