"""The real window, offscreen: real services on a small village, no mock windows."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
