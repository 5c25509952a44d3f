"""Which database a model lives in."""

from django.conf import settings


class ViewsRouter:
    """The log of views in a file of its own, so that looking never waits for whoever writes (SQLite only)."""

    def db_for_read(self, model: type, **hints: object) -> str | None:
        return "views" if "views" in settings.DATABASES and model._meta.model_name == "viewrow" else None

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **hints: object) -> bool | None:
        if "views" not in settings.DATABASES:
            return None
        return (db == "views") == (model_name == "viewrow")
