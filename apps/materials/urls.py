"""Addresses of the materials."""

from django.urls import path

from apps.materials import views

app_name = "materials"
urlpatterns = [
    path("materials/", views.material_list, name="list"),
    path("materials/<uuid:public_id>/", views.material_detail, name="detail"),
    path("materials/<uuid:public_id>/hand-out/", views.hand_out, name="hand_out"),
]
