"""What a build says last, below everything else: one list of lines."""

lines: list[str] = []
