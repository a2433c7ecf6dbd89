"""Addresses of supervision."""

from django.urls import path

from apps.supervision import views

app_name = "supervision"
urlpatterns = [
    path("supervision/", views.home, name="home"),
    path("supervision/new/", views.new_note, name="new"),
    path("supervision/meetings/", views.meetings, name="meetings"),
    path("supervision/meetings/new/", views.plan_meeting, name="plan-meeting"),
    path("supervision/meetings/<uuid:public_id>/", views.meeting_page, name="meeting"),
    path("supervision/references/", views.references, name="references"),
    path("supervision/notes/<uuid:public_id>/", views.note_page, name="note"),
    path("supervision/notes/<uuid:public_id>/versions/<int:version>/", views.version_page, name="version"),
]
