"""Pictures as addresses of their own, so that a page needs no second request for them."""

from base64 import b64encode


def as_data_address(svg: bytes) -> str:
    """A `data:` address of this drawing."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"
