"""Contents: every room that has documents."""

import portal.reception.document
