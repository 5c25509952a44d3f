"""Signing in by e-mail and password; whoever is fetched comes with its role, which every request needs."""

from django.contrib.auth.backends import ModelBackend

from kartu.firm.models import User


class Backend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("role", "team").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
