"""Addresses of the pages about certification."""

from django.urls import path

from apps.certifications import views

app_name = "certifications"
urlpatterns = [
    path("certifications/", views.certification_list, name="list"),
    path("certifications/states/", views.catalogue_states, name="states"),
    path("certifications/states/<str:code>/", views.catalogue_state, name="state"),
    path("certifications/team/", views.team_progress, name="team"),
    path("certifications/elsewhere/", views.elsewhere, name="elsewhere"),
    path("certifications/training/", views.training, name="training"),
    path("certifications/training/enter/", views.enter, name="enter"),
    path("certifications/training/attest/", views.attest, name="attest"),
    path("certifications/training/waiting/", views.waiting, name="waiting"),
    path("certifications/training/<uuid:public_id>/decide/", views.decide, name="decide"),
    path("certifications/people/<uuid:public_id>/attest/", views.attest_for, name="attest_for"),
    path("certifications/people/<uuid:public_id>/competencies/", views.competencies, name="competencies"),
    path("certifications/<uuid:public_id>/", views.certification_detail, name="detail"),
    path("certifications/<uuid:public_id>/progress/", views.certification_progress, name="progress"),
    path("certifications/<uuid:public_id>/packet/", views.certification_packet, name="packet"),
    path("certifications/<uuid:public_id>/<slug:deed>/", views.certification_change, name="change"),
    path("certifications/documents/<uuid:public_id>/away/", views.document_away, name="document_away"),
]
