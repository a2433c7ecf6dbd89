"""Addresses of supervision."""

from django.urls import path

from apps.supervision import views

app_name = "supervision"
urlpatterns = [
    path("supervision/", views.home, name="home"),
    path("supervision/new/", views.new_note, name="new"),
    path("supervision/due/", views.due_page, name="due"),
    path("supervision/table/", views.table_page, name="table"),
    path("supervision/table/file/", views.table_file, name="table_file"),
    path("supervision/reviews/", views.reviews_page, name="reviews"),
    path("supervision/reviews/<uuid:public_id>/", views.review_page, name="review"),
    path("supervision/check/", views.check_page, name="check"),
    path("supervision/log/<uuid:public_id>/", views.log_page, name="log"),
    path("supervision/log/<uuid:public_id>/file/", views.log_file, name="log_file"),
    path("supervision/meetings/", views.meetings, name="meetings"),
    path("supervision/meetings/new/", views.plan_meeting, name="plan-meeting"),
    path("supervision/meetings/<uuid:public_id>/", views.meeting_page, name="meeting"),
    path("supervision/meetings/<uuid:public_id>/change/", views.change_meeting, name="change-meeting"),
    path("supervision/references/", views.references, name="references"),
    path("supervision/notes/<uuid:public_id>/", views.note_page, name="note"),
    path("supervision/notes/<uuid:public_id>/versions/<int:version>/", views.version_page, name="version"),
]
