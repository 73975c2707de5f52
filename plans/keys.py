"""Keys of agencies and the plans that they read: what `institution.agencies` does, with the plans beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from institution.agencies import AgencyRefused, NewKey, make_key, rotate
from institution.models import Agency, AgencyKey, User
from plans.models import Plan


@transaction.atomic
def give_key(
    *,
    agency: Agency,
    name: str,
    scopes: Collection[str],
    expires_at: dt.datetime,
    by: User,
    plans: Iterable[Plan] | None = None,
) -> NewKey:
    """A key for those plans, or for every plan of the agency's government, also those to come, where none is named.

    Raises AgencyRefused with the reason, also for a plan of another government.
    """
    plans = None if plans is None else list(plans)
    if plans is not None and (not plans or any(plan.government_id != agency.government_id for plan in plans)):
        raise AgencyRefused(_("Elija al menos un plan de esta municipalidad."))
    new = make_key(agency=agency, name=name, scopes=scopes, expires_at=expires_at, every_plan=plans is None, by=by)
    new.key.plans.set(plans or [])
    return new


@transaction.atomic
def renew_key(*, key: AgencyKey, overlap: dt.timedelta, by: User) -> NewKey:
    """A new key with the same rights and plans; the old one holds for a while. Raises AgencyRefused."""
    new = rotate(key=key, overlap=overlap, by=by)
    new.key.plans.set(key.plans.all())
    return new
