"""What this app adds to the lists of the apps below it. Read this file first."""

from kartu.core.demo import DemoPart, demo_parts
from kartu.firm.demo import fill

demo_parts.add(DemoPart("firm", order=10, fill=fill))
