#!/usr/bin/env python
"""The platform's command line."""

import sys

from peerplatform.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv))
