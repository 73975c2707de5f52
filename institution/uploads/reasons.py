"""What is said of a file: why it was refused and what to do, and what was done to one that was accepted."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ACCEPTED = gettext_lazy("PDF, fotos JPEG, PNG o WebP, Excel (XLSX), Word (DOCX), PowerPoint (PPTX), ODS y ODT")
AS_PDF = gettext_lazy("Guárdelo como PDF y vuelva a subirlo.")
AGAIN = gettext_lazy("Ábralo en su computadora, guárdelo de nuevo y vuelva a subirlo.")
WITHOUT_PASSWORD = gettext_lazy("Guarde una copia sin contraseña y súbala.")
PRINTED = gettext_lazy("Ábralo, elija Imprimir, «Guardar como PDF», y suba ese PDF.")

# What a file was found to be, where it is none of the accepted kinds.
FOUND: dict[str, Promise] = {
    "program": gettext_lazy("un programa"),
    "markup": gettext_lazy("una página web o un dibujo SVG"),
    "text": gettext_lazy("texto simple (por ejemplo CSV)"),
    "archive": gettext_lazy("un archivo comprimido (ZIP, RAR u otro)"),
    "old_office": gettext_lazy("un archivo antiguo de Office (DOC, XLS o PPT)"),
    "other_office": gettext_lazy("otro formato de Office (por ejemplo una plantilla)"),
    "heic": gettext_lazy("una foto HEIC o AVIF"),
    "gif": gettext_lazy("una imagen GIF"),
    "rtf": gettext_lazy("un documento RTF"),
    "image": gettext_lazy("una imagen de otro formato"),
    "video": gettext_lazy("un video o un audio"),
    "unknown": gettext_lazy("de un tipo que no se reconoce"),
}
REMEDIES: dict[str, Promise] = {
    "program": gettext_lazy("Si no sabe de dónde viene, avise a su área de sistemas antes de abrirlo."),
    "markup": gettext_lazy("Ábralo en el navegador, elija Imprimir, «Guardar como PDF», y suba ese PDF."),
    "text": gettext_lazy("Ábralo en Excel, guárdelo como XLSX y súbalo."),
    "archive": gettext_lazy("Descomprímalo y suba sus archivos uno por uno."),
    "old_office": gettext_lazy("Guárdelo como XLSX, DOCX o PPTX y súbalo."),
    "other_office": gettext_lazy("Guárdelo como XLSX, DOCX o PPTX y súbalo."),
    "heic": gettext_lazy(
        "Suba la foto en JPEG. En un iPhone: Ajustes, Cámara, Formatos, «El más compatible»; o envíesela por correo."
    ),
    "rtf": gettext_lazy("Guárdelo como DOCX o PDF y súbalo."),
    "video": gettext_lazy("Publíquelo donde su municipalidad publica videos y agregue el enlace."),
}

# By code: what happened, and what to do.
REASONS: dict[str, tuple[Promise, Promise]] = {
    "empty": (gettext_lazy("El archivo está vacío."), gettext_lazy("Revise el original y vuelva a subirlo.")),
    "too_large": (
        gettext_lazy("El archivo pesa %(size)s MB y el máximo es %(most)s MB."),
        gettext_lazy(
            "Reduzca el tamaño de sus imágenes, divídalo en partes o publíquelo en el repositorio de su "
            "municipalidad y agregue el enlace."
        ),
    ),
    "too_much_at_once": (
        gettext_lazy("Los archivos enviados juntos pasan de %(most)s MB."),
        gettext_lazy("Súbalos de a pocos."),
    ),
    "no_room": (
        gettext_lazy("El servidor no tiene espacio para guardar archivos."),
        gettext_lazy("Avise a quien administra el sistema y vuelva a subirlo cuando le digan que ya hay espacio."),
    ),
    "foreign": (gettext_lazy("El archivo es %(found)s, y aquí se reciben: %(accepted)s."), AS_PDF),
    "no_table": (
        gettext_lazy("El archivo no es un libro de Excel (.xlsx)."),
        gettext_lazy("Guárdelo como .xlsx y súbalo otra vez."),
    ),
    "contradicts": (
        gettext_lazy("El nombre termina en .%(extension)s, pero el contenido es %(kind)s."),
        gettext_lazy("Si el contenido es el que quiere entregar, cambie la terminación a .%(right)s y súbalo."),
    ),
    "damaged": (gettext_lazy("El archivo está dañado: no se pudo abrir completo."), AGAIN),
    "cut_off": (gettext_lazy("El archivo está incompleto: le falta el final."), AGAIN),
    "too_heavy": (
        gettext_lazy("Abrir el archivo exige demasiada memoria o demasiado tiempo."),
        gettext_lazy("Guarde una versión más simple, o divídalo en partes, y súbala."),
    ),
    "two_at_once": (gettext_lazy("El archivo esconde otro archivo dentro."), PRINTED),
    "animated": (
        gettext_lazy("La imagen es animada."),
        gettext_lazy("Guarde el cuadro que interesa como imagen fija y súbalo."),
    ),
    "too_many_pixels": (
        gettext_lazy("La imagen es demasiado grande: el máximo es %(megapixels)s megapíxeles."),
        gettext_lazy("Redúzcala (basta con 4,000 puntos de ancho) y vuelva a subirla."),
    ),
    "metadata_left": (
        gettext_lazy("No se pudo quitar de la imagen los datos de quién, dónde y cuándo la tomó."),
        gettext_lazy("Haga una captura de pantalla de la imagen y súbala."),
    ),
    "encrypted_pdf": (gettext_lazy("El PDF tiene contraseña y nadie podría revisarlo."), WITHOUT_PASSWORD),
    "encrypted_office": (gettext_lazy("El archivo tiene contraseña y nadie podría revisarlo."), WITHOUT_PASSWORD),
    "too_many_pages": (
        gettext_lazy("El PDF tiene %(pages)s páginas y el máximo es %(most)s."),
        gettext_lazy("Suba solo las páginas que respaldan el resultado."),
    ),
    "pdf_script": (gettext_lazy("El PDF contiene un programa (JavaScript)."), PRINTED),
    "pdf_launch": (gettext_lazy("El PDF contiene una acción que abre otros archivos o programas."), PRINTED),
    "pdf_sends": (gettext_lazy("El PDF contiene un formulario que envía o trae datos."), PRINTED),
    "pdf_media": (gettext_lazy("El PDF contiene video, sonido u objetos en tres dimensiones."), PRINTED),
    "pdf_xfa": (
        gettext_lazy("El PDF es un formulario dinámico (XFA) que no se ve en todas las computadoras."),
        PRINTED,
    ),
    "pdf_attachment": (
        gettext_lazy("El PDF lleva adjunto el archivo «%(attachment)s»."),
        gettext_lazy("Suba el PDF sin adjuntos, y el adjunto por separado si hace falta."),
    ),
    "macros": (
        gettext_lazy("El archivo contiene macros."),
        gettext_lazy("Guárdelo como XLSX, DOCX o PPTX (sin macros) y súbalo."),
    ),
    "external_workbook": (
        gettext_lazy("El libro toma datos de otro libro («%(target)s»), que quien revisa no tiene."),
        gettext_lazy("En Excel: Datos, Editar vínculos, «Romper vínculo»; guárdelo y súbalo."),
    ),
    "external_template": (
        gettext_lazy("El documento busca su plantilla en otro lugar («%(target)s»)."),
        gettext_lazy(
            "En Word: Programador, Plantilla de documento, deje «Normal»; guárdelo y súbalo. O súbalo en PDF."
        ),
    ),
    "external_content": (
        gettext_lazy("El archivo toma imágenes o datos de otro lugar («%(target)s»)."),
        gettext_lazy("Inserte el contenido en el archivo en lugar de vincularlo, o súbalo en PDF."),
    ),
    "data_connection": (
        gettext_lazy("El libro tiene conexiones a datos externos."),
        gettext_lazy("En Excel: Datos, Consultas y conexiones, elimínelas; guárdelo y súbalo."),
    ),
    "fetching_formula": (
        gettext_lazy("El libro tiene una fórmula que consulta a otro servidor («%(formula)s»)."),
        gettext_lazy("Reemplace la fórmula por su resultado (Pegado especial, Valores) y súbalo."),
    ),
    "dde": (
        gettext_lazy("El archivo contiene una instrucción que llama a otros programas (DDE o campo vinculado)."),
        gettext_lazy("Quítela, o súbalo en PDF."),
    ),
    "embedded_object": (
        gettext_lazy("El archivo lleva dentro un programa o un objeto incrustado (OLE, ActiveX o página web)."),
        gettext_lazy("Quite el objeto o reemplácelo por una imagen, o súbalo en PDF."),
    ),
    "nested_archive": (
        gettext_lazy("El archivo lleva otro archivo comprimido dentro."),
        gettext_lazy("Quítelo y suba cada archivo por separado."),
    ),
    "unsafe_names": (gettext_lazy("El archivo está armado para escribir fuera de su sitio al abrirse."), AGAIN),
    "bomb": (
        gettext_lazy("Desempacado, el archivo ocuparía demasiado."),
        gettext_lazy("Suba solo las hojas o páginas que respaldan el resultado, o súbalo en PDF."),
    ),
}

NOTES: dict[str, Promise] = {
    "location_removed": gettext_lazy("Se quitó de la foto el lugar donde fue tomada y los demás datos de la cámara."),
    "metadata_removed": gettext_lazy(
        "Se quitaron de la imagen los datos que no se ven (autor, programa, comentarios)."
    ),
    "turned": gettext_lazy("Se enderezó la foto según cómo se sostuvo la cámara."),
    "named": gettext_lazy("Se completó el nombre del archivo con su terminación."),
}


class UploadRefused(Exception):
    """The file is not kept. The message says what happened, that nothing of it was kept, and what to do.

    `code` is the key of REASONS, for whoever counts or tests.
    """

    def __init__(self, code: str, name: str = "", details: Mapping[str, str] | None = None) -> None:
        self.code = code
        details = {"accepted": ACCEPTED} | dict(details or {})
        what, remedy = REASONS[code]
        if (found := str(details.get("found", ""))) in FOUND:
            details["found"], remedy = FOUND[found], REMEDIES.get(found, remedy)
        kept = _("No se guardó nada de «%(name)s»; lo demás sigue igual.") % {"name": name}
        super().__init__(" ".join([str(what) % details, kept, str(remedy) % details]))


def is_no_room(error: OSError) -> bool:
    """Whether the disk is full, the quota used up, or no file may be that large."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
