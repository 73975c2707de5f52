"""A zero byte in an address is answered in words, on every page alike."""

import pytest

from tests.factories import make_indicator, make_people, make_plan, make_tree

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/planes/lima/bitacora/?codigo=%00",
        "/planes/lima/bitacora/?gerencia=G%00",
        "/planes/lima/buscar/?q=a%00b",
        "/planes/lima/atenciones/resultados/?tabla=sexo&categoria=%00",
        "/planes/lima/reprogramaciones/?indicador=%00",
        "/planes/lima/tablero/?%00=1",
        "/planes/lima/nodos/%00/",
        "/planes/%00/",
        "/cuenta/login/?next=%00",
    ],
)
def test_a_zero_byte_is_refused(client, address):
    make_indicator(make_tree(make_plan(code="lima")).activity)
    client.force_login(make_people().bruno)
    answer = client.get(address)
    assert answer.status_code == 400
    assert "No pudimos entender esta solicitud" in answer.content.decode()
    assert "Content-Security-Policy" in answer


@pytest.mark.parametrize("address", ["/planes/?q=%2500", "/planes/?q=100", "/planes/?q=%C3%B1"])
def test_anything_else_is_not(client, address):
    client.force_login(make_people().bruno)
    assert client.get(address).status_code == 200
