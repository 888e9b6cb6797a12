"""Material library: film components, electrolytes and lithium, with the source of every value."""

from deposition.library.load import Library, library
from deposition.library.schema import Component, Electrolyte, Metal, Named, Stated, Status

__all__ = ["Component", "Electrolyte", "Library", "Metal", "Named", "Stated", "Status", "library"]
