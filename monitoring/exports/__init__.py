"""Pages as files to work on: what was on the screen, in Excel."""
