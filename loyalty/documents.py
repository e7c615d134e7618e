"""Contents: every room that has documents."""

import loyalty.programs.document
