"""Addresses of the person's own account."""

from django.urls import URLPattern, path

from organisations.views import account, colleagues, emergency, lock

urlpatterns: list[URLPattern] = [
    path("account/", account.account, name="account"),
    path("account/contact/", account.contact, name="contact"),
    path("account/sessions/", account.session_list, name="sessions"),
    path("account/sessions/end/", account.sessions_end, name="sessions_end"),
    path("account/sessions/<int:pk>/end/", account.session_end, name="session_end"),
    path("account/emergency/", emergency.emergency, name="emergency"),
    path("account/lock/", lock.lock_state, name="lock_state"),
    path("account/unlock/", lock.unlock, name="unlock"),
    path("account/unlock/passkey/", lock.unlock_passkey, name="unlock_passkey"),
    path("account/colleagues/", colleagues.colleagues, name="colleagues"),
    path(
        "account/colleagues/<uuid:uid>/reactivate/",
        colleagues.reactivate_colleague,
        name="reactivate_colleague",
    ),
]
