"""Every sentence that a check says of itself, whole, in one place.

A translation can take the place of `TEXTS` without any other code being touched.
"""

from camcheck.checks.sentences import computer, holding, showing
from camcheck.findings import Texts

TEXTS: dict[str, Texts] = {**holding.TEXTS, **showing.TEXTS, **computer.TEXTS}
