"""Write numbers in the OpenMetrics text format, which Prometheus and others read. No Odoo here."""

from typing import NamedTuple

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Gauge(NamedTuple):
    """One metric: its name, what it says, and ``[(labels, number)]``.

    With a unit, the name ends with it, as the format demands.
    """

    name: str
    help: str
    samples: list
    unit: str = ""


def render(gauges):
    r"""Return the text for some metrics.

    >>> print(render([
    ...     Gauge("emails", "Emails in the queue.", [({"state": "waiting"}, 3)]),
    ...     Gauge("age_seconds", 'How "old".', [({}, 1.5)], "seconds"),
    ... ]), end="")
    # TYPE emails gauge
    # HELP emails Emails in the queue.
    emails{state="waiting"} 3
    # TYPE age_seconds gauge
    # UNIT age_seconds seconds
    # HELP age_seconds How \"old\".
    age_seconds 1.5
    # EOF
    """
    lines = []
    for gauge in gauges:
        lines.append(f"# TYPE {gauge.name} gauge")
        if gauge.unit:
            lines.append(f"# UNIT {gauge.name} {gauge.unit}")
        lines.append(f"# HELP {gauge.name} {_escape(gauge.help)}")
        lines += [f"{gauge.name}{_name(labels)} {number}" for labels, number in gauge.samples]
    return "\n".join([*lines, "# EOF", ""])


def _name(labels):
    """Return the labels of a sample in braces, or nothing where it has none."""
    pairs = ",".join(f'{name}="{_escape(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escape(text):
    return text.translate(ESCAPES)
