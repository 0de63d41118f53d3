"""The window (Qt Widgets): shows what services know and hands over what the doctor does. No rule, no SQL."""

from village_doctor.gui.singletons import keep_singletons

keep_singletons()  # before the first call into Qt, whichever module of this room is imported first
