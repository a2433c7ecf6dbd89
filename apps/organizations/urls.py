"""Addresses of organizations."""

from django.urls import path

from apps.organizations import views

app_name = "organizations"
urlpatterns = [
    path("people/me/", views.my_work, name="my_work"),
    path("people/<uuid:public_id>/card/", views.sign_in_card, name="card"),
    path("people/<uuid:public_id>/second-step/", views.second_step, name="second_step"),
    path("operator/second-steps/", views.operator_second_steps, name="operator_second_steps"),
    path("shares/", views.share_list, name="shares"),
    path("shares/end/", views.end_shares, name="end_shares"),
    path("shares/<str:kind>/<uuid:public_id>/", views.share, name="share"),
    path("join/", views.join_card, name="join_card"),
    path("support/", views.support_list, name="support"),
    path("support/<uuid:public_id>/end/", views.support_end, name="support_end"),
    path("policies/", views.policy_list, name="policies"),
    path("policies/<uuid:public_id>/", views.policy_page, name="policy"),
    path("policies/<uuid:public_id>/read/", views.policy_read, name="policy_read"),
    path("join/<str:token>/", views.join, name="join"),
    path("staff/closed/", views.closed, name="closed"),
    path("staff/to-hand-over/", views.unseen, name="unseen"),
    path("staff/closed/deputy/", views.name_deputy, name="name_deputy"),
    path("staff/closed/<uuid:public_id>/end/", views.end_closed, name="end_closed"),
    path("me/closed/", views.keep_away, name="keep_away"),
    path("me/closed/<uuid:public_id>/end/", views.end_keep_away, name="end_keep_away"),
    path("me/record/", views.former_record, name="former_record"),
    path("me/record/open/", views.open_record, name="open_record"),
    path("files/<uuid:public_id>/", views.open_file, name="file"),
]
