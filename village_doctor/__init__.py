"""Village Doctor 村医助手: an offline-first record keeper for village clinics."""

__version__ = "0.1.0"
