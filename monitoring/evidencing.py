"""TEMPORARY"""


class EvidenceRefused(Exception):
    pass


def attach_file(**kw):
    raise EvidenceRefused("stub")


def attach_link(**kw):
    raise EvidenceRefused("stub")


def withdraw(**kw):
    raise EvidenceRefused("stub")


def restore(**kw):
    raise EvidenceRefused("stub")
