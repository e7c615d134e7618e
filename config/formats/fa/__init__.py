"""Found by Django under the name of the language."""
