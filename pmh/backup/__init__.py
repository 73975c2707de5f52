"""All that an installation holds, in one file, and back into an empty one on either engine (docs/decisions/0021)."""
