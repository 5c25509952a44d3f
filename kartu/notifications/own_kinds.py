"""The kinds of news that this app tells of: its own, and those of the apps below."""

from django.utils.translation import gettext_lazy as _

from kartu.notifications.kinds import IN_SAFETY, IN_SERVER, IN_WORK, Kind, kinds

kinds.add(Kind("records.handed_over", _("A colleague's work became yours"), IN_WORK, outside=True, order=10))
kinds.add(Kind("firm.given_for_a_time", _("You have something for a time, or it is over"), IN_WORK, order=20))
kinds.add(
    Kind(
        "lists.export",
        _("Long work on a list is done"),
        IN_WORK,
        order=30,
        also=("lists.bulk", "imports.dropped"),
    )
)
kinds.add(Kind("lists.export_asked", _("Somebody asks to take rows out"), IN_WORK, outside=True, order=40))
kinds.add(Kind("notifications.not_seen", _("A colleague does not react"), IN_WORK, outside=True, order=45))
kinds.add(Kind("firm.calendar_ends", _("The production calendar ends soon"), IN_WORK, order=48))
kinds.add(Kind("lists.export_refused", _("Your export was not agreed to"), IN_WORK, order=50))

kinds.add(
    Kind(
        "firm.new_device",
        _("You signed in on a new computer or phone"),
        IN_SAFETY,
        outside=True,
        may_silence=False,
        is_urgent=True,
        order=10,
    )
)
kinds.add(
    Kind(
        "firm.sign_in",
        _("Your way of signing in has changed"),
        IN_SAFETY,
        outside=True,
        may_silence=False,
        is_urgent=True,
        order=20,
        also=("firm.second_off", "firm.second_reset", "firm.recovery", "firm.passkey_copied"),
    )
)
kinds.add(
    Kind(
        "security.alert",
        _("Something is done too often"),
        IN_SAFETY,
        outside=True,
        may_silence=False,
        is_urgent=True,
        order=30,
    )
)
kinds.add(Kind("security.reason", _("Somebody said what it was for"), IN_SAFETY, order=40))
kinds.add(Kind("security.leave_asked", _("Somebody who leaves asks to take something out"), IN_SAFETY, order=50))
kinds.add(
    Kind("security.log_head", _("The day's seal of the log"), IN_SAFETY, outside=True, may_silence=False, order=60)
)
kinds.add(
    Kind(
        "security.log_broken",
        _("The log was altered"),
        IN_SAFETY,
        outside=True,
        may_silence=False,
        is_urgent=True,
        order=70,
    )
)

kinds.add(Kind("security.health", _("Kartu needs a hand"), IN_SERVER, outside=True, may_silence=False, order=10))
kinds.add(
    Kind(
        "security.backup",
        _("A backup failed"),
        IN_SERVER,
        outside=True,
        may_silence=False,
        order=20,
        also=("security.backup_not_made", "security.backup_bad", "security.backup_not_copied"),
    )
)
kinds.add(
    Kind(
        "notifications.mail_fails",
        _("Letters or messages do not go out"),
        IN_SERVER,
        may_silence=False,
        order=30,
        also=("notifications.channel_fails",),
    )
)
kinds.add(
    Kind(
        "notifications.channel_fails",
        _("Messages do not go out"),
        IN_SERVER,
        outside=True,
        may_silence=False,
        order=31,
    )
)
kinds.add(Kind("core.work_failed", _("Work in the background has failed"), IN_SERVER, order=40))
kinds.add(
    Kind(
        "notifications.clock_stands",
        _("Reminders and letters do not go out"),
        IN_SERVER,
        outside=True,
        may_silence=False,
        is_urgent=True,
        order=45,
    )
)
kinds.add(Kind("notifications.clock_gap", _("For a while nothing could be sent"), IN_SERVER, outside=True, order=50))
