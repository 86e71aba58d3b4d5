"""Frozen value types shared by all rooms. Nothing here does input or output, and nothing here imports another room."""
