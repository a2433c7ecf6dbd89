"""Addresses of the schedule and of groups."""

from django.urls import path

from apps.groups import views

app_name = "groups"
urlpatterns = [
    path("schedule/", views.schedule, name="schedule"),
    path("schedule/calendar.ics", views.public_feed, name="public_feed"),
    path("schedule/<uuid:public_id>.ics", views.one_event, name="one_event"),
    path("groups/<uuid:public_id>/", views.group_page, name="group"),
    path("groups/<uuid:public_id>/join/", views.join, name="join"),
    path("groups/<uuid:public_id>/leave/", views.leave, name="leave"),
    path("groups/sessions/<uuid:public_id>/change/", views.change_session, name="change_session"),
    path("groups/leading/", views.leading, name="leading"),
    path("groups/<uuid:public_id>/alias/", views.alias, name="alias"),
    path("groups/sessions/<uuid:public_id>/", views.session_page, name="session"),
    path("groups/sessions/<uuid:public_id>/check-in/", views.check_in, name="check_in"),
    path("groups/sessions/<uuid:public_id>/count/", views.count_heads, name="count_heads"),
    path("groups/sessions/<uuid:public_id>/held/", views.hold, name="hold"),
    path("groups/sessions/<uuid:public_id>/walk-in/", views.walk_in, name="walk_in"),
    path("groups/sessions/<uuid:public_id>/correct/<uuid:line>/", views.correct, name="correct"),
    path("groups/sessions/<uuid:public_id>/substitute/", views.substitute, name="substitute"),
    path("groups/sessions/<uuid:public_id>/substitute/<int:number>/end/", views.end_substitute, name="end_substitute"),
    path("groups/sessions/<uuid:public_id>/notes/", views.notes, name="notes"),
    path("groups/sessions/<uuid:public_id>/notes/<uuid:note>/", views.change_note, name="change_note"),
    path("groups/sessions/<uuid:public_id>/materials/", views.give_material, name="give_material"),
    path("groups/sessions/<uuid:public_id>/materials/<uuid:material>/take/", views.take_material, name="take_material"),
    path("groups/closures/", views.closures, name="closures"),
    path("groups/closures/holidays/", views.add_holidays, name="add_holidays"),
    path("groups/closures/<uuid:public_id>/end/", views.end_closure, name="end_closure"),
]
