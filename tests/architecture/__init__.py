"""The house's walls that no linter can see: purposes, sizes, contents pages, references, words."""
