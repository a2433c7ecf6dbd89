"""Addresses of the pages about clients."""

from django.urls import path

from apps.clients import apart_pages, erasure_pages, grievances, views

app_name = "clients"
urlpatterns = [
    path("clients/", views.client_list, name="list"),
    path("clients/<uuid:public_id>/", views.client_detail, name="detail"),
    path("clients/<uuid:public_id>/grievance/", grievances.for_client, name="grievance_for"),
    path("me/grievances/", grievances.own_grievances, name="own_grievances"),
    path("me/grievances/<uuid:public_id>/", grievances.own_grievance, name="own_grievance"),
    path("me/grievances/<uuid:public_id>/withdraw/", grievances.withdraw, name="withdraw_grievance"),
    path("clients/<uuid:public_id>/erase/", erasure_pages.erase, name="erase"),
    path("me/erasure/", erasure_pages.agree, name="agree_erasure"),
    path("clients/<uuid:public_id>/apart/", apart_pages.apart, name="apart"),
    path("clients/apart/<uuid:public_id>/end/", apart_pages.end_apart, name="end_apart"),
    path("clients/<uuid:public_id>/close/", views.close_record, name="close"),
]
