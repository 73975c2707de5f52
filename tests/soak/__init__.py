"""An installation as in production, people who work in it, and what is done to it meanwhile (`bin/soak`).

`cluster` starts and kills its processes, `office` prepares the database and says afterwards what it holds, `persons`
are its people, `faults` what happens to them, `run` puts it together.
"""
