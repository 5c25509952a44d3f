"""Sets Kartu up and runs it. It needs nothing but Python 3.11 or newer; every step is done once.

    python3 start.py                       set up what is missing, then run
    python3 start.py --demo [en|id|ru]     the same with a demo firm, in a data folder of its own
    python3 start.py --lan                 by HTTPS for every computer and phone of the network
    python3 start.py test [--strict] [..]  run the tests; further words go to pytest
    python3 start.py bench [NAME]          run the measurements of bench/

KARTU_PORT, KARTU_DATA and --no-browser are for scripts. This file stays readable for old Pythons,
so that they too can say what is wrong.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("Kartu needs Python 3.11 or newer; this is Python %d.%d. See python.org/downloads." % sys.version_info[:2])

from tools.main import main  # noqa: E402 - only a new enough Python can read it

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
