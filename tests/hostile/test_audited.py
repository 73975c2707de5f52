"""Every file that a person receives leaves its line in the audit log: of each address of the site, new ones too."""

from django.test import Client
from django.urls import reverse

from institution.models import Act, AuditEntry
from tests.hostile.test_pages import client_of, whole
from tests.permissions.table import TABLE
from tests.permissions.world import COORDINATOR, OWN_REPORTER, PLAN, World


def files(world: World, client: Client) -> dict[str, str]:
    """What is answered with a file: the name of the address, and the address."""
    found = {}
    for name, row in TABLE.items():
        if row.reads is None or name == "account_logout":
            continue
        address = reverse(name, kwargs=world.named(row.arguments))
        answer = client.get(address)
        whole(answer)
        if answer.status_code == 200 and answer.has_header("Content-Disposition"):
            found[name] = address
    return found


def test_each_file_for_a_person_leaves_a_line(world):
    for person, at_least in ((COORDINATOR, 12), (OWN_REPORTER, 8)):
        client = client_of(world, person)
        began = AuditEntry.objects.order_by("id").last()
        found = files(world, client)
        own = {name: address for name, address in found.items() if not name.startswith("reports:public_")}
        noted = AuditEntry.objects.filter(id__gt=began.pk if began else 0)
        assert sorted(noted.values_list("path", flat=True)) == sorted(own.values())
        assert set(noted.values_list("user", flat=True)) == {world.people[person].pk}
        assert set(noted.values_list("plan", flat=True)) == {PLAN}
        assert len(own) >= at_least
        assert not noted.filter(subject="").exists()


def test_what_is_public_is_nobodys_business(world):
    """Whoever reads what is published is not written down, signed in or not."""
    for person in (COORDINATOR, None):
        client = client_of(world, person)
        before = AuditEntry.objects.count()
        for name, row in TABLE.items():
            if name.startswith("reports:public_") and row.reads is not None:
                whole(client.get(reverse(name, kwargs=world.named(row.arguments))))
        assert AuditEntry.objects.count() == before


def test_evidence_is_read_by_name(world):
    client = client_of(world, COORDINATOR)
    whole(
        client.get(reverse("monitoring:evidence_file", kwargs=world.named(TABLE["monitoring:evidence_file"].arguments)))
    )
    entry = AuditEntry.objects.latest("id")
    assert (entry.act, entry.plan, entry.unit) == (Act.EVIDENCE_READ, PLAN, "GMU")
    assert entry.subject.startswith("GMU ")


def test_what_is_refused_leaves_none(world):
    client = client_of(world, None)
    assert files(world, client).keys() <= {name for name in TABLE if name.startswith("reports:")}
    assert not AuditEntry.objects.exists()
