import subprocess

from reports import checks


def ids():
    return [message.id for message in checks.printing_parts()]


def test_all_there(monkeypatch):
    monkeypatch.setattr(checks, "has_pango", lambda: True)
    monkeypatch.setattr(checks, "has_inter", lambda: True)
    assert ids() == []


def test_says_what_is_missing_and_how_to_get_it(monkeypatch):
    monkeypatch.setattr(checks, "has_pango", lambda: True)
    monkeypatch.setattr(checks, "has_inter", lambda: False)
    assert ids() == ["reports.W002"]
    monkeypatch.setattr(checks, "has_pango", lambda: False)
    assert ids() == ["reports.W001"]
    assert "libpango" in checks.printing_parts()[0].hint


def test_inter_is_asked_of_fontconfig(monkeypatch):
    monkeypatch.setattr(checks.shutil, "which", lambda name: "/usr/bin/fc-match")

    def answer(family):
        return lambda *args, **kwargs: subprocess.CompletedProcess(args, 0, stdout=family)

    monkeypatch.setattr(checks.subprocess, "run", answer("Inter,Inter Regular"))
    assert checks.has_inter()
    monkeypatch.setattr(checks.subprocess, "run", answer("DejaVu Sans"))
    assert not checks.has_inter()
    monkeypatch.setattr(checks.shutil, "which", lambda name: None)
    assert checks.has_inter()
