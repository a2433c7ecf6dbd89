"""Addresses of supervision."""

from django.urls import path

from apps.supervision import views

app_name = "supervision"
urlpatterns = [
    path("supervision/", views.home, name="home"),
    path("supervision/new/", views.new_note, name="new"),
    path("supervision/notes/<uuid:public_id>/", views.note_page, name="note"),
    path("supervision/notes/<uuid:public_id>/versions/<int:version>/", views.version_page, name="version"),
]
