"""Claims of chapter 03."""
