"""Frames: what surrounds the pages: a storefront's frame, the script that loads it, and the programme's own look."""
