"""What the pages of the institution show."""

from __future__ import annotations

from dataclasses import dataclass, field

from institution.models import Invitation, User


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
