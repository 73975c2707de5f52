"""The addresses of the public site: OPEN TO EVERYBODY, each view by `reports.public.answers.open_page`."""

from django.urls import include, path, re_path

from reports.public import data, files, pages

public_plan = [
    path("", pages.public_plan, name="public_plan"),
    path("nodos/<str:code>/", pages.public_node, name="public_node"),
    path("indicadores/<str:code>/", pages.public_indicator, name="public_indicator"),
    path("unidades/", pages.public_units, name="public_units"),
    path("unidades/<acronym:acronym>/", pages.public_unit, name="public_unit"),
    path("atenciones/", pages.public_people, name="public_people"),
    path("documentos/", pages.public_documents, name="public_documents"),
    re_path(
        r"^documentos/(?P<code>[0-9A-Z-]{14})\.(?P<form>pdf|xlsx|json)$",
        files.public_document_file,
        name="public_document_file",
    ),
    path("biblioteca/", pages.public_library, name="public_library"),
    path("biblioteca/<int:pk>/", files.public_library_file, name="public_library_file"),
    path("datos/", data.public_data, name="public_data"),
    re_path(r"^datos/(?P<name>[a-z_]+\.(?:csv|json))$", data.public_data_file, name="public_data_file"),
    path("datos.zip", data.public_data_package, name="public_data_package"),
    path("iati.xml", data.public_iati, name="public_iati"),
    path("sitemap.xml", files.public_sitemap, name="public_sitemap"),
    path("calculo/", pages.public_rules, name="public_rules"),
    path("vista/<acronym:code>.png", files.public_preview, name="public_preview"),
]
public = [
    path("", pages.public_home, name="public_home"),
    path("accesibilidad/", pages.public_accessibility, name="public_accessibility"),
    path("<slug:plan>/", include(public_plan)),
    path("<path:rest>/", pages.public_nothing, name="public_nothing"),
]

urlpatterns = [
    path("publico/", include(public)),
    path("robots.txt", files.robots, name="robots"),
    path("sitemap.xml", files.sitemap, name="sitemap"),
]
