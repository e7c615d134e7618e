"""Themes: how a programme's pages look: two colours, corners, light or dark, a logo; always readable (U-69)."""
