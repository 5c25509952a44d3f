"""What this app adds to the lists of the apps below it. Read this file first."""

from kartu.clients.demo import fill
from kartu.core.demo import DemoPart, demo_parts

demo_parts.add(DemoPart("clients", order=100, fill=fill))
