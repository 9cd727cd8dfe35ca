"""Claims of chapter 02."""
