"""Addresses of messaging."""

from django.urls import path

from apps.messaging import views

urlpatterns = [
    path("stop/<str:token>/", views.stop, name="messaging_stop"),
]
