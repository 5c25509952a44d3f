from django.db import models
from django.utils.translation import gettext_lazy as _


class Passkey(models.Model):
    """A key to sign in with that a person's device, or its maker's cloud, keeps; here lies only its public half.

    It fits only the name of the host where it was added. `handle` is how the device knows the person: random bytes,
    the same for all his passkeys, which tell nothing of him. Both it and `credential_id` are base64url.
    """

    person = models.ForeignKey("firm.User", models.CASCADE, related_name="passkeys")
    name = models.CharField(_("Name"), max_length=80)
    host = models.CharField(max_length=253)
    credential_id = models.CharField(max_length=1400, unique=True)  # at most 1023 bytes
    public_key = models.BinaryField()  # COSE
    # How often it has signed, as far as its device counts; many count nothing and say 0 for ever.
    sign_count = models.BigIntegerField(default=0)
    handle = models.CharField(max_length=88)
    transports = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("Passkey")

    def __str__(self) -> str:
        return self.name
