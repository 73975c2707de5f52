"""Two texts as one: what stayed, what went, what came."""

from hypothesis import given
from hypothesis import strategies as st

from monitoring.wording import Change, Piece, abridged, both, differ, tidy, word_changes

WORDS = st.lists(st.sampled_from(["el", "plan", "avanza", "poco", "\n", "\n\n", "mucho."]), max_size=25).map(" ".join)


def without(pieces, change):
    return "".join(piece.text for piece in pieces if piece.change != change)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_out_of_what_is_shown(old, new):
    pieces = word_changes(old, new)
    assert without(pieces, Change.NEW) == tidy(old)
    assert without(pieces, Change.GONE) == tidy(new)


@given(WORDS, WORDS)
def test_cutting_what_did_not_change_leaves_the_changes(old, new):
    pieces = word_changes(old, new)
    changed = [piece for piece in pieces if piece.change in (Change.GONE, Change.NEW)]
    assert [piece for piece in abridged(pieces, near=1) if piece.change in (Change.GONE, Change.NEW)] == changed
    assert without(abridged(pieces, near=1), Change.NEW) == tidy(old)


@given(WORDS, WORDS)
def test_putting_two_together_loses_no_word(theirs, mine):
    together = both(theirs, mine)
    assert together.startswith(tidy(theirs))
    assert set(mine.split()) <= set(together.split())


def test_words_and_not_letters_are_told():
    assert word_changes("El plan avanza.", "El plan municipal avanza.") == (
        Piece(Change.SAME, "El plan "),
        Piece(Change.NEW, "municipal "),
        Piece(Change.SAME, "avanza."),
    )


def test_a_paragraph_that_both_have_is_there_once():
    assert both("Uno.\n\nDos.", "Uno.\n\nTres.") == "Uno.\n\nDos.\n\nTres."


def test_line_ends_and_outer_blanks_are_no_difference():
    assert not differ("Uno.\r\nDos. ", "Uno.\nDos.")
    assert differ("Uno.", "Dos.")


def test_long_unchanged_stretches_are_cut():
    old = " ".join(f"palabra{n}" for n in range(400))
    cut = abridged(word_changes(old, f"{old} fin"))
    assert [piece.change for piece in cut][:2] == [Change.LEFT_OUT, Change.SAME]
    assert len(cut[1].text.split()) <= 12
