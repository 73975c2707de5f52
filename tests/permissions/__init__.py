"""Every address, every kind of person, every state of what stands there: who reaches what, and who may do what."""
