"""Pictures of the demonstration for the README and the manual; `bin/screenshots` runs it beside a server.

usage: screenshots.py ADDRESS FOLDER [NAME...]
"""

from __future__ import annotations

import shutil
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "demostracion-2025"  # noqa: S105  (printed on the sign-in page of the demonstration)
WHO = "bruno.salas@pmh.example"
PLAN = "/planes/PMH-2022-2024"
DESK, PHONE = (1366, 768), (390, 844)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def point_at_a_figure(page: Page) -> None:
    """Opens the card of a cell, so that the picture shows it."""
    page.locator("tr.matrix-activity a.cell").nth(11).hover()


@dataclass(frozen=True)
class Picture:
    name: str
    address: str
    size: tuple[int, int] = DESK
    scheme: str = "light"
    signed_in: bool = True
    who: str = WHO
    prepare: Callable[[Page], Any] | None = None


PICTURES = [
    Picture("ingreso", "/cuenta/login/", signed_in=False),
    Picture("tablero", f"{PLAN}/tablero/", prepare=point_at_a_figure),
    Picture("tablero-oscuro", f"{PLAN}/tablero/", scheme="dark"),
    Picture("tablero-celular", f"{PLAN}/tablero/", size=PHONE),
    Picture("escritorio", f"{PLAN}/escritorio/", who="alicia.rojas@pmh.example"),
    Picture("reporte", f"{PLAN}/reportes/2024-2/GMU/llenar/", who="alicia.rojas@pmh.example"),
    Picture("visto-bueno", f"{PLAN}/reportes/2024-2/GED/", who="luis.gamarra@pmh.example"),
    Picture("quien-falta", f"{PLAN}/reportes/quien-falta/"),
    Picture("revision", f"{PLAN}/reportes/2024-2/GDE/revisar/"),
    Picture("atenciones", f"{PLAN}/atenciones/"),
    Picture("proyeccion", f"{PLAN}/proyeccion/"),
    Picture("organizacion", f"{PLAN}/organizacion/"),
    Picture("actividad", f"{PLAN}/nodos/ACT.03.01.02/"),
    Picture("indicador", f"{PLAN}/indicadores/IND.01.ACT.01.01.02/"),
    Picture("gerencias", f"{PLAN}/gerencias/"),
    Picture("evaluaciones", f"{PLAN}/evaluaciones/"),
    Picture("escribir-evaluacion", f"{PLAN}/evaluaciones/2024/borrador/textos/contexto/"),
    Picture("comparar-evaluaciones", f"{PLAN}/evaluaciones/2023/comparar/"),
    Picture("cerrar-evaluacion", f"{PLAN}/evaluaciones/2024/borrador/cerrar/"),
    Picture("compromisos", f"{PLAN}/compromisos/"),
    Picture("documentos", f"{PLAN}/documentos/"),
    Picture("publico", "/publico/PMH-2022-2024/"),
    Picture("plan", f"{PLAN}/"),
    Picture("presupuesto", f"{PLAN}/presupuesto/", who="ivan.cusi@pmh.example"),
]


def wait_for(address: str, seconds: int = 30) -> None:
    for _ in range(seconds * 2):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  (our own server)
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit(f"nothing answers at {address}")


def sign_in(page: Page, who: str) -> None:
    page.goto("/cuenta/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    page.click("form.form button[type=submit]")
    page.wait_for_url(lambda address: "/cuenta/" not in address)


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> None:
    width, height = picture.size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if picture.size == PHONE else 1,
        color_scheme=picture.scheme,
        locale="es-PE",
    )
    page = context.new_page()
    if picture.signed_in:
        sign_in(page, picture.who)
    answer = page.goto(picture.address)
    if answer is None or not answer.ok:
        raise SystemExit(f"{picture.address} answers {answer and answer.status}")
    if picture.prepare:
        picture.prepare(page)
    page.screenshot(path=folder / f"{picture.name}.png")
    print(folder / f"{picture.name}.png")
    context.close()


def main(address: str, folder: str, *names: str) -> None:
    wait_for(f"{address}/cuenta/login/")
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for picture in PICTURES:
            if not names or picture.name.startswith(names):
                take(browser, address, picture, Path(folder))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
