"""What this app adds to the lists of the apps below it. Read this file first."""

from kartu.clients import derived
from kartu.clients.demo import fill
from kartu.core.demo import DemoPart, demo_parts
from kartu.security import audit

audit.written.connect(derived.renew_written, dispatch_uid="clients.derived")

demo_parts.add(DemoPart("clients", order=100, fill=fill))
