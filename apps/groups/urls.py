"""Addresses of the schedule and of groups."""

from django.urls import path

from apps.groups import views

app_name = "groups"
urlpatterns = [
    path("schedule/", views.schedule, name="schedule"),
    path("groups/<uuid:public_id>/", views.group_page, name="group"),
    path("groups/<uuid:public_id>/join/", views.join, name="join"),
    path("groups/<uuid:public_id>/leave/", views.leave, name="leave"),
]
