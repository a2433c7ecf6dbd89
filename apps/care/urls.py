"""Addresses of the pages about appointments and follow-up tasks."""

from django.urls import path

from apps.care import views

app_name = "care"
urlpatterns = [
    path("appointments/", views.appointment_list, name="appointments"),
    path("appointments/new/", views.appointment_new, name="book"),
    path("appointments/<uuid:public_id>/", views.appointment_detail, name="appointment"),
    path("appointments/<uuid:public_id>/move/", views.appointment_move, name="move"),
    path("follow-ups/", views.follow_up_list, name="follow_ups"),
    path("follow-ups/<uuid:public_id>/", views.follow_up_detail, name="follow_up"),
    path("staff/out-today/", views.out_today, name="out_today"),
    path("staff/out-today/<uuid:public_id>/", views.out_today_one, name="out_today_one"),
    path("staff/site-closed/", views.site_closed, name="site_closed"),
    path("staff/calls/", views.call_list, name="calls"),
    path("staff/calls/<uuid:public_id>/", views.call_done, name="call_done"),
]
