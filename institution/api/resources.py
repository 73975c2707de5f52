"""The base of every resource: who may read it, which parameters it knows, and how its rows become an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from institution.api import problems
from institution.api.authentication import KeyAuthentication
from institution.api.conditional import tagged
from institution.api.formats import CSV, CSV_TYPE, JSON
from institution.api.paging import CURSOR, LONGEST_CURSOR, SIZE_PARAMETER, Pages
from institution.api.parameters import MALFORMED, Parameter, checked, of_filter
from institution.api.problems import Problem, invalid
from institution.api.throttling import KeyThrottle, limit_headers
from institution.delimited import rows_as_csv
from institution.models import AgencyKey, Scope

FORMAT, FIELDS, ORDERING = "format", "fields", "ordering"


def key_of(request: Request) -> AgencyKey | None:
    """The agency's key that asks; none where a person of the institution asks through a session."""
    return request.auth if isinstance(request.auth, AgencyKey) else None


class InScope(BasePermission):
    """A key needs the scope of the resource, whether or not what it asks for exists. Persons see by their role."""

    def has_permission(self, request: Request, view: Endpoint) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        key = key_of(request)
        if key is not None and not key.allows(view.scope):
            raise Problem("scope_missing", scope=view.scope.value)
        return True


class Endpoint(APIView):
    """One address of the API: reads only, refuses what it does not know, answers with a tag of its content."""

    scope: ClassVar[Scope]
    # What it knows beside the parameters that every address knows.
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    cache_control: ClassVar[str] = "private, no-cache"

    authentication_classes = [KeyAuthentication, SessionAuthentication]
    permission_classes: ClassVar[list] = [InScope]
    throttle_classes = [KeyThrottle]
    renderer_classes: ClassVar[list] = [JSON]
    http_method_names = ["get", "head", "options"]
    metadata_class = None

    def described(self) -> list[Parameter]:
        """Every parameter that this address knows: what is refused and what is documented."""
        formats = tuple(renderer.format for renderer in self.get_renderers())
        return [*self.parameters, Parameter(FORMAT, "Format of the answer; `Accept` works too.", choices=formats)]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As the framework's, but that what is refused for its scope counts for the limit too."""
        self.format_kwarg = None  # addresses have no ending that names a format
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)
        self.perform_authentication(request)
        self.check_throttles(request)
        self.check_permissions(request)
        self.query = checked(request, self.described())

    @property
    def default_response_headers(self) -> dict[str, str]:
        """None: every address allows the same, and says so where it refuses."""
        return {}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple:
        """What `format` names has to be one of ours; the framework would say that the page does not exist."""
        formats = [renderer.format for renderer in self.get_renderers()]
        asked = request.query_params.get(FORMAT)
        if asked is not None and asked not in formats and not force:
            request.accepted_renderer, request.accepted_media_type = JSON(), JSON.media_type
            raise problems.one_of(FORMAT, formats)
        return super().perform_content_negotiation(request, force=True if asked == "json" else force)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.http_method_not_allowed(request, *args, **kwargs)

    def get_exception_handler(self) -> Any:
        return problems.handle

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in limit_headers(request).items():
            response[name] = value
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept"])
        if response.status_code != 200:
            return response
        response["Cache-Control"] = self.cache_control
        if isinstance(response, Response):
            response.add_post_render_callback(lambda rendered: tagged(request, rendered))
        elif not response.streaming:
            return tagged(request, response)
        return response


class Open:
    """OPEN TO EVERYBODY: no key, readable by pages of other sites, kept by caches on the way."""

    scope = None
    authentication_classes: ClassVar[list] = []
    permission_classes: ClassVar[list] = []
    cache_control = "public, max-age=3600"

    def finalize_response(self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any) -> HttpResponse:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset"
        return super().finalize_response(request, response, *args, **kwargs)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a browser asks before it reads with a tag of its own."""
        headers = {
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "If-None-Match, Accept",
            "Access-Control-Max-Age": "86400",
        }
        return HttpResponse(status=204, headers=headers)


class Filtered(DjangoFilterBackend):
    """django-filter, whose parameters were checked before: what it still refuses is told as our errors are."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise invalid(next(iter(filterset.form.errors)), *MALFORMED)
        return filterset.qs


class Collection(Endpoint, GenericViewSet):
    """A collection and its rows. `lookup_field`: by which of its fields an address names a row."""

    filterset_class: ClassVar[type | None] = None
    # By which fields it may be ordered: name in the address -> field of the model. The first is the usual one.
    orders: ClassVar[Mapping[str, str]] = {"id": "pk"}
    renderer_classes: ClassVar[list] = [JSON, CSV]
    filter_backends = [Filtered]
    pagination_class = Pages
    lookup_value_regex = "[^/]{1,80}"

    def described(self) -> list[Parameter]:
        known = [*super().described(), fields_parameter(self.serializer_class)]
        if self.action == "list":
            orders = tuple(sign + name for name in self.orders for sign in ("", "-"))
            known += [
                *(of_filter(name, given) for name, given in self.base_filters()),
                Parameter(ORDERING, "Order of the rows; `-` turns it round.", choices=orders),
                Parameter(CURSOR, "From the address in `next`.", longest=LONGEST_CURSOR),
                SIZE_PARAMETER,
            ]
        return known

    def base_filters(self) -> list[tuple[str, Any]]:
        return [] if self.filterset_class is None else list(self.filterset_class.base_filters.items())

    def get_renderers(self) -> list:
        """CSV is for collections; a single row is JSON."""
        classes = self.renderer_classes if self.action == "list" else [JSON]
        return [each() for each in classes]

    def rows(self) -> QuerySet:
        """All that this reader may read; `queryset` only says of which model they are."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        return self.queryset if getattr(self, "swagger_fake_view", False) else self.rows()

    def order_field(self, request: Request) -> str:
        """The model's field by which the rows are ordered, with a minus for the other way."""
        asked = self.query.get(ORDERING, next(iter(self.orders)))
        return ("-" if asked.startswith("-") else "") + self.orders[asked.removeprefix("-")]

    def get_serializer(self, *args: Any, **kwargs: Any) -> Serializer:
        serializer = super().get_serializer(*args, **kwargs)
        keep_fields(getattr(serializer, "child", serializer), self.request)
        return serializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        queryset = self.filter_queryset(self.get_queryset())
        if request.accepted_renderer.format == CSV.format:
            return self._streamed(queryset.order_by(self.order_field(request), "pk"))
        page = self.paginate_queryset(queryset)
        return self.get_paginated_response(self.told(page))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self.told([self.get_object()])[0])

    def told(self, rows: list) -> list:
        """The rows of one page as they are told; a resource that needs more of all of them at once asks for it here."""
        return self.get_serializer(rows, many=True).data

    def as_csv(self, rows: Iterable[Mapping]) -> Iterator[str]:
        """The lines of rows as they are told."""
        return rows_as_csv(flat_fields(self.get_serializer()), rows)

    def _streamed(self, queryset: QuerySet) -> StreamingHttpResponse:
        """The whole collection, row by row: no pages."""
        lines = self.as_csv(self._all_told(queryset))
        response = StreamingHttpResponse(lines, content_type=f"{CSV_TYPE}; charset=utf-8; header=present")
        response["Content-Disposition"] = f'attachment; filename="{self.basename}.csv"'
        return response

    def _all_told(self, queryset: QuerySet) -> Iterator[Mapping]:
        rows: list = []
        for row in queryset.iterator(chunk_size=CHUNK):
            rows.append(row)
            if len(rows) == CHUNK:
                yield from self.told(rows)
                rows = []
        yield from self.told(rows)


CHUNK = 1000
LONGEST_FIELDS = 500


def fields_parameter(serializer: type[Serializer]) -> Parameter:
    """Which fields are wanted: names of those that there are, separated by commas."""
    names = "|".join(serializer().fields)
    pattern = f"({names})(,({names}))*"
    return Parameter(FIELDS, "Only these fields, separated by commas.", pattern=pattern, longest=LONGEST_FIELDS)


def keep_fields(serializer: Serializer, request: Request) -> None:
    """Only the fields that the address names, of those that there are."""
    asked = request.query_params.get(FIELDS)
    for name in set(serializer.fields) - set(asked.split(",")) if asked else ():
        serializer.fields.pop(name)


def flat_fields(serializer: Serializer) -> list[str]:
    """The fields that fit in a cell: those that hold no rows of their own."""
    return [name for name, field in serializer.fields.items() if not isinstance(field, BaseSerializer)]
