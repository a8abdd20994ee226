"""What a customer answered about each entry. No Odoo here."""

ACCEPTED, DECLINED = "accepted", "declined"


def read_verdicts(form, ids):
    """Return what a form says about each entry: ``{id: (verdict, reason)}``.

    Only the entries in ``ids`` are looked for, so a form cannot speak of any other; one that
    it says nothing sensible about has the verdict "".

    >>> form = {"entry_1": "accepted", "entry_2": "declined", "why_2": "Too long", "entry_9": "x"}
    >>> read_verdicts(form, ["1", "2", "3"])
    {'1': ('accepted', ''), '2': ('declined', 'Too long'), '3': ('', '')}
    >>> read_verdicts({"entry_1": "paid"}, ["1"])
    {'1': ('', '')}
    """
    verdicts = {}
    for key in ids:
        verdict = form.get(f"entry_{key}", "")
        if verdict not in (ACCEPTED, DECLINED):
            verdict = ""
        verdicts[key] = (verdict, form.get(f"why_{key}", "") if verdict == DECLINED else "")
    return verdicts


def outcome(verdicts):
    """Return what verdicts make of the whole.

    >>> outcome(["accepted", "accepted"]), outcome(["declined"]), outcome(["accepted", "declined"])
    ('accepted', 'declined', 'partial')
    """
    kinds = {*verdicts}
    if kinds == {ACCEPTED}:
        return "accepted"
    return "declined" if kinds == {DECLINED} else "partial"
