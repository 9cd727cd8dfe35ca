"""Tables of the page: what a layer costs, where each way wins, and the rates that were tried."""

from rnncourse.records import Record, markdown_table

WAYS = {
    "gru-loop": "GRU, loop",
    "gru-fast": "GRU, fast path",
    "mingru-loop": "minGRU, loop",
    "mingru-scan": "minGRU, scan",
    "mingru-rounds": "minGRU, scan in log₂ T rounds",
    "lru-scan": "LRU, scan",
    "lru-convolution": "LRU, convolution",
    "attention": "attention, 4 heads",
}
KINDS = ("gru", "mingru", "lru")
NAMES = {"lstm": "LSTM", "mingru": "minGRU", "lru": "LRU", "transformer": "transformer"}


def rounded(value: float) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def costs(record: Record, what: str = "train", threads: int = 1) -> str:
    """Milliseconds of each way at each length."""
    lengths = record.config["lengths"]
    rows = (
        [words, *(rounded(record.summary[f"{way}, {T}, {threads}, {what}"]) for T in lengths)]
        for way, words in WAYS.items()
    )
    return markdown_table(["layer and way", *(f"T = {T:,}:" for T in lengths)], rows)


def memories(record: Record) -> str:
    """Megabytes of a training step."""
    lengths = sorted({int(k.split(", ")[1]) for k in record.summary if k.endswith("memory")})
    rows = (
        [words, *(f"{record.summary[f'{way}, {T}, memory']:.0f}" for T in lengths)]
        for way, words in WAYS.items()
    )
    return markdown_table(["layer and way", *(f"T = {T:,}:" for T in lengths)], rows)


def fastest(record: Record, T: int, kind: str = "", threads: int = 1) -> str:
    """The way with the shortest training step, of one layer or of all."""
    ways = [way for way in WAYS if way.startswith(kind)]
    return min(ways, key=lambda way: record.summary[f"{way}, {T}, {threads}, train"])


def winners(record: Record) -> str:
    """Which way has the shortest training step, by length and layer, and of all."""
    rows = []
    for T in record.config["lengths"]:
        best = (WAYS[fastest(record, T, kind)].split(", ")[1] for kind in KINDS)
        rows.append([f"{T:,}", *best, WAYS[fastest(record, T)]])
    return markdown_table(["T:", "GRU", "minGRU", "LRU", "shortest of all"], rows)


def two_threads(record: Record) -> str:
    """The time of a training step with two threads, as a share of that with one."""
    lengths = record.config["lengths"]
    rows = []
    for way, words in WAYS.items():
        one, two = (
            [record.summary[f"{way}, {T}, {threads}, train"] for T in lengths] for threads in (1, 2)
        )
        rows.append([words, *(f"{b / a:.2f}" for a, b in zip(one, two, strict=True))])
    return markdown_table(["layer and way", *(f"T = {T:,}:" for T in lengths)], rows)


def rates_tried(records: list[Record]) -> str:
    """Bits above the entropy, and the processor's seconds, of the seed that tried each rate."""
    rows = [
        [
            NAMES[record.config["model"]],
            f"{record.config['learning_rate']:g}",
            f"{record.summary['above']:.3f}",
            f"{record.provenance['processor_seconds']:.1f}",
        ]
        for record in records
    ]
    return markdown_table(["model", "rate:", "bits above the entropy:", "seconds:"], rows)
