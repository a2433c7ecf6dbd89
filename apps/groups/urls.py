"""Addresses of the schedule and of groups."""

from django.urls import include, path

from apps.groups import views

_pages = [
    path("schedule/", views.schedule, name="schedule"),
    path("schedule/wall/", views.wall, name="wall"),
    path("schedule/wall.pdf", views.wall_file, name="wall_file"),
    path("schedule/code.<str:kind>", views.code_file, name="code_file"),
    path("schedule/calendar.ics", views.public_feed, name="public_feed"),
    path("schedule/<uuid:public_id>.ics", views.one_event, name="one_event"),
    path("groups/<uuid:public_id>/", views.group_page, name="group"),
    path("groups/<uuid:public_id>/join/", views.join, name="join"),
    path("groups/<uuid:public_id>/leave/", views.leave, name="leave"),
    path("groups/<uuid:public_id>/people/", views.people, name="people"),
    path("groups/<uuid:public_id>/people/add/", views.add_person, name="add_person"),
    path("groups/<uuid:public_id>/people/consent/", views.record_consent, name="record_consent"),
    path("groups/waiting/<uuid:public_id>/answer/", views.answer, name="answer"),
    path("groups/waiting/<uuid:public_id>/decide/", views.decide, name="decide"),
    path("groups/sessions/<uuid:public_id>/reply/", views.reply, name="reply"),
    path("me/groups/", views.mine, name="mine"),
    path("me/consents/", views.consents, name="consents"),
    path("me/consents/<uuid:public_id>/agree/", views.agree, name="agree"),
    path("me/consents/<uuid:public_id>/end/", views.end_consent, name="end_consent"),
    path("groups/sessions/<uuid:public_id>/online/", views.go_online, name="go_online"),
    path("groups/sessions/<uuid:public_id>/change/", views.change_session, name="change_session"),
    path("groups/templates/", views.templates, name="templates"),
    path("groups/templates/<uuid:public_id>/", views.template_page, name="template"),
    path("groups/templates/<uuid:public_id>/start/", views.start_from_template, name="start_from_template"),
    path("groups/templates/<slug:key>/", views.kind_page, name="kind"),
    path("groups/templates/<slug:key>/start/", views.start_from_kind, name="start_from_kind"),
    path("groups/templates/<slug:key>/take/", views.take_kind, name="take_kind"),
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
urlpatterns = [
    path("", include((_pages, "groups"))),
    # beside them: a link in a message works also where visitors see no schedule
    path("place/<str:token>/", views.offer, name="group_offer"),
]
