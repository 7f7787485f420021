"""``python -m perf_core``."""

import sys

from perf_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
