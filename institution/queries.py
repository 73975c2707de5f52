"""What the pages of the institution show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max, QuerySet
from django.db.models.functions import Lower

from institution import clock
from institution.folding import fold
from institution.models import Designation, Government, Invitation, Letter, User


@dataclass
class InvitationBoard:
    """The invitations of the governments that one coordinates, the latest of each kind first."""

    pending: list[Invitation] = field(default_factory=list)
    expired: list[Invitation] = field(default_factory=list)
    accepted: list[Invitation] = field(default_factory=list)
    revoked: list[Invitation] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.pending, self.expired, self.accepted, self.revoked))


def load_invitations(user: User) -> InvitationBoard:
    """One query."""
    board = InvitationBoard()
    rows = Invitation.objects.visible_to(user)
    for invitation in rows.select_related("unit", "invited_by", "accepted_by", "revoked_by", "letter"):
        getattr(board, invitation.state.value).append(invitation)
    return board


# --- The persons of a government ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonLine:
    """A person with the posts held in one government, and what became of the last letter to them."""

    person: User
    posts: tuple[Designation, ...]  # in force today, or about to begin
    past: tuple[Designation, ...]
    letter: Letter | None


@dataclass(frozen=True)
class Directory:
    acting: tuple[PersonLine, ...]  # who holds a post
    others: tuple[PersonLine, ...]  # who held one, or may not enter
    invited: int  # invitations that nobody has accepted yet


def persons_of(government: Government) -> QuerySet[User]:
    """Who holds or held a post in the government."""
    held = Designation.objects.filter(unit__government=government).values("user")
    return User.objects.filter(pk__in=held, is_system=False)


def persons_without_post(government: Government) -> QuerySet[User]:
    """Who may sign in, held a post in the government and holds none now, nor has one before them."""
    today = clock.today()
    still = Designation.objects.filter(unit__government=government).overlapping(today, None).values("user")
    return persons_of(government).filter(is_active=True).exclude(pk__in=still)


def load_directory(government: Government) -> Directory:
    """Everybody who holds or held a post. 5 queries, however many they are."""
    posts: dict[int, list[Designation]] = defaultdict(list)
    rows = Designation.objects.filter(unit__government=government).select_related("unit")
    for post in rows.order_by("-starts_on", "-id"):  # 1
        posts[post.user_id].append(post)
    persons = list(persons_of(government))  # 2
    letters = last_letters(person.email for person in persons)  # 3, 4
    lines = [_line(person, posts[person.pk], letters.get(person.email.lower())) for person in persons]
    # Here, and folded: both engines would put Óscar after Víctor.
    lines.sort(key=lambda line: fold(line.person.full_name))
    acts = [bool(line.posts) and line.person.is_active for line in lines]
    return Directory(
        acting=tuple(line for line, acting in zip(lines, acts, strict=True) if acting),
        others=tuple(line for line, acting in zip(lines, acts, strict=True) if not acting),
        invited=Invitation.objects.unanswered().filter(unit__government=government).count(),  # 5
    )


def load_person(person: User, government: Government) -> PersonLine:
    """One person as that government knows them. 3 queries."""
    posts = person.designations.filter(unit__government=government).select_related("unit")
    letter = last_letters([person.email]).get(person.email.lower())
    return _line(person, list(posts.order_by("-starts_on", "-id")), letter)


def last_letters(addresses: Iterable[str]) -> dict[str, Letter]:
    """The last letter to each address, by the address in small letters. Two queries."""
    wanted = [address.lower() for address in addresses]
    rows = Letter.objects.annotate(address=Lower("to")).filter(address__in=wanted).values("address")
    latest = rows.annotate(last=Max("pk")).values_list("address", "last").order_by()
    known = dict(latest)
    letters = Letter.objects.defer("body").in_bulk(known.values())
    return {address: letters[pk] for address, pk in known.items()}


def _line(person: User, posts: Iterable[Designation], letter: Letter | None) -> PersonLine:
    past = {post.pk for post in posts if post.is_over}
    return PersonLine(
        person=person,
        posts=tuple(post for post in posts if post.pk not in past),
        past=tuple(post for post in posts if post.pk in past),
        letter=letter,
    )
