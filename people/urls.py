"""Addresses of the sign-in pages, under `accounts/`. allauth's other pages have none on purpose:
there is no sign-up, and nobody changes their own e-mail address."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from people import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", views.SignOut.as_view(), name="account_logout"),
    path("reauthenticate/", views.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("language/", login_not_required(set_language), name="account_language"),
]
