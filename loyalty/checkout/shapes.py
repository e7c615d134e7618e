"""What an order and a question about it look like, as JSON Schema: the front door checks paid orders by the same."""

from collections.abc import Mapping
from typing import Final

from loyalty.foundation.shapes import CURRENCY, WHOLE, Schema, Shape, closed, text

LINES_MAX: Final = 500
QUANTITY_MAX: Final = 1_000_000
VOUCHERS_MAX: Final = 20  # five can be used at most; the others are told why not
POINTS_MAX: Final = 10**12  # what one movement of the ledger can have

KEY: Final = text(200)
WORD: Final = text(100)
CHANNEL: Final[Schema] = {"enum": ["web", "app", "till", "other"]}

LINE: Final = closed(
    {
        "line_id": text(60),
        "sku": WORD,
        "quantity": {"type": "integer", "minimum": 1, "maximum": QUANTITY_MAX},
        "amount": WHOLE,
        "tax": WHOLE,
        "categories": {"type": "array", "maxItems": 20, "items": WORD},
        "gift_card": {"type": "boolean"},
    },
    required=["sku", "quantity", "amount"],
)
AMOUNTS: Final[Mapping[str, Schema]] = {
    "currency": CURRENCY,
    "total": WHOLE,
    "tax": WHOLE,
    "shipping": WHOLE,
    "fees": WHOLE,
    "discount": WHOLE,
    "lines": {"type": "array", "minItems": 1, "maxItems": LINES_MAX, "items": LINE},
}
_NOT_YET: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 0}
# An order as it will be told, not yet paid: nothing has paid for it, and no quote stands in it.
BASKET: Final = closed(
    {
        **AMOUNTS,
        "order_id": KEY,
        "order_source": text(60),
        "paid_with_points": _NOT_YET,
        "paid_with_gift_card": _NOT_YET,
        "channel": CHANNEL,
        "store": WORD,
    },
    required=["currency", "total"],
)
QUESTION: Final = closed(
    {
        "member": text(204),
        "order": BASKET,
        "use_points": {"type": "integer", "minimum": 0, "maximum": POINTS_MAX},
        "currency": text(50),
        "vouchers": {"type": "array", "maxItems": VOUCHERS_MAX, "items": text(64)},
    },
    required=["member", "order"],
)
QUESTION_SHAPE: Final = Shape(QUESTION)
