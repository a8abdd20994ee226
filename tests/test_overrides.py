"""Overrides accept every call that Odoo's own methods accept (section 11)."""

import inspect

from odoo.http import Controller
from odoo.tests import TransactionCase, tagged

OURS = "odoo.addons.finance_portal"
FILLED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
REST = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def is_ours(cls):
    """Return whether a class belongs to the addon or a bridge, tests excluded."""
    return cls.__module__.startswith(OURS) and ".tests." not in cls.__module__


def plain(function):
    """Return the function behind a class or static method; ``None`` if it isn't a method."""
    function = getattr(function, "__func__", function)
    return function if inspect.isfunction(function) else None


def overrides(cls):
    """Yield the name, our override and Odoo's overridden functions for each override."""
    line = cls.mro()
    for place, mine in enumerate(line):
        if not is_ours(mine):
            continue
        for name, value in vars(mine).items():
            behind = [c for c in line[place + 1 :] if name in vars(c) and not is_ours(c)]
            bases = [found for c in behind if (found := plain(vars(c)[name]))]
            if bases and plain(value) and not name.startswith("__"):
                yield f"{mine.__module__}.{mine.__name__}.{name}", plain(value), bases


def get_controllers(cls=Controller):
    """Yield all controller classes."""
    for child in cls.__subclasses__():
        yield child
        yield from get_controllers(child)


def get_calls(marks, named, others):
    """Return calls of a method as people call it: ``{how: (args, kwargs)}``.

    With everything in its place, with everything by its name, and with what has to be given
    alone. Nobody can name what Odoo itself calls now this, now that.

    :param dict marks: what to give for each parameter
    :param named: the parameters that have a name for whoever calls
    :param others: methods of Odoo's that this one stands before as well
    """
    filled = [one for one in named if one.kind in FILLED]
    names = [[*inspect.signature(other).parameters][: len(filled)] for other in others]
    unnamed = 1 + max(
        (at for at, one in enumerate(filled) if any(other[at] != one.name
         for other in names if len(other) > at)), default=0,
    )  # fmt: skip
    by_name = {one.name: marks[one.name] for one in named if one not in filled}
    needed = get_needed(named)
    return {
        "in place": ([marks[one.name] for one in filled], by_name),
        "by name": ([marks[one.name] for one in filled[:unnamed]],
                    {one.name: marks[one.name] for one in named[unnamed:]}),
        "what is needed": ([marks[one.name] for one in filled if one.name in needed],
                           {name: mark for name, mark in by_name.items() if name in needed}),
    }  # fmt: skip


def get_needed(named):
    """Return the names of what has to be given."""
    return {one.name for one in named if one.default is one.empty}


def faults(mine, base, *others):
    """Return how a method of ours answers calls that fit Odoo's otherwise than that would.

    :param base: the method of Odoo's that comes next, ``others`` what comes behind it
    """
    parameters = list(inspect.signature(base).parameters.values())
    named = [one for one in parameters if one.kind not in REST]
    marks, needed = {one.name: object() for one in named}, get_needed(named)
    found = []
    for call, (args, kwargs) in get_calls(marks, named, others).items():
        try:
            bound = inspect.signature(mine).bind(*args, **kwargs)
        except TypeError as error:
            found.append(f"{call}: {error}")
            continue
        bound.apply_defaults()
        for one in named:
            given = one.name in needed or call != "what is needed"
            wanted = marks[one.name] if given else one.default
            if bound.arguments.get(one.name, wanted) != wanted:
                found.append(f"{call}: {one.name} is {bound.arguments[one.name]!r}")
    rest = {one.kind for one in parameters if one.kind in REST}
    missing = rest - {one.kind for one in inspect.signature(mine).parameters.values()}
    return found + [f"takes no {kind.description}" for kind in missing]


@tagged("post_install", "-at_install")
class TestOverrides(TransactionCase):
    def test_every_override_takes_what_odoo_takes(self):
        """Other addons call Odoo's methods as declared, by position and by keyword."""
        classes = {type(model) for model in self.env.values()} | {*get_controllers()}
        found, broken = set(), {}
        for cls in classes:
            for name, mine, bases in overrides(cls):
                found.add(name)
                if wrong := faults(mine, *bases):
                    broken[name] = wrong
        self.assertGreater(len(found), 100)
        self.assertFalse(broken, "\n".join(f"{name}: {broken[name]}" for name in sorted(broken)))

    def test_methods_without_records_stay_so(self):
        """RPC clients must send the same arguments as without the addon."""
        broken = {
            name
            for model in self.env.values()
            for name, mine, bases in overrides(type(model))
            if getattr(mine, "_api_model", False) != getattr(bases[0], "_api_model", False)
            and not mine.__name__.startswith("_")
        }
        self.assertFalse(broken)

    def test_one_file_of_a_room_says_in_which_order_its_steps_come(self):
        """Of two overrides of a method in one room, the order of imports would decide."""
        places = {}
        for cls in {type(model) for model in self.env.values()}:
            for _name, mine, _bases in overrides(cls):
                file = mine.__module__
                step = file.rpartition(".")[0], cls._name, mine.__name__
                places.setdefault(step, set()).add(file)
        self.assertGreater(len(places), 100)
        several = {step: files for step, files in places.items() if len(files) > 1}
        self.assertFalse(several)

    def test_one_place_says_in_which_order_an_email_is_changed(self):
        """What leaves as an email is changed by many subjects: over all rooms, in one place."""
        places = {}
        for name, mine, _bases in overrides(type(self.env["mail.mail"])):
            places.setdefault(mine.__name__, []).append(name)
        self.assertIn("_prepare_outgoing_list", places)
        several = {method: found for method, found in places.items() if len(found) > 1}
        self.assertFalse(several)

    def test_the_comparison_sees_what_breaks_a_call(self):
        """Test the comparison itself: it detects overrides that break a call."""

        def base(self, one, two=None, *, three=False):
            """Stand for a method of Odoo's."""

        for fits in (
            lambda self, one, two=None, *, three=False: None,
            lambda self, one, two=None, three=False, four=4: None,
            lambda self, *args, **kwargs: None,
            lambda self, one, *args, **kwargs: None,
        ):
            self.assertFalse(faults(fits, base))
        for breaks in (
            lambda self, one: None,
            lambda self, first, two=None, *, three=False: None,
            lambda self, one, two, *, three=False: None,
            lambda self, one, two=2, *, three=False: None,
            lambda self, two=None, one=None, *, three=False: None,
            lambda self, one, two=None, *, three=False, four: None,
        ):
            with self.subTest(breaks=inspect.signature(breaks)):
                self.assertTrue(faults(breaks, base))
