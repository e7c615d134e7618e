"""A piece of a game: it chooses from what games have."""

from gamification.criteria.desk.pieces.around import Around
from loyalty.earning.desk.pieces.piece import Piece as AnyPiece


class Piece(AnyPiece):
    """A part of a definition as a form."""

    around: Around
