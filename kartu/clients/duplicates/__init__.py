"""Clients that are perhaps the same: found by their keys, judged, merged into one, and parted again."""
