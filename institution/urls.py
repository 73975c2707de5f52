"""The addresses of who: how somebody new comes in."""

from django.urls import path

from institution import views

app_name = "institution"

urlpatterns = [
    path("cuenta/correos/", views.mail_settings, name="mail_settings"),
    path("invitaciones/", views.invitations, name="invitations"),
    path("invitaciones/<int:pk>/renovar/", views.invitation_renew, name="invitation_renew"),
    path("invitaciones/<int:pk>/anular/", views.invitation_revoke, name="invitation_revoke"),
    path("invitacion/<str:token>/", views.invitation_accept, name="invitation_accept"),
]
