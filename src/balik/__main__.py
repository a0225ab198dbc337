"""python -m balik: the same as the command balik."""

import sys

from .cli import main

sys.exit(main())
