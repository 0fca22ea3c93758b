"""Named tuples as typing makes them, made in a fifth of the time.

A scan defines a hundred kinds of facts at its start, and typing.NamedTuple compiles a constructor
for each of them: 5 ms of processor time. Here a constructor is made when the first fact of its
kind is, which for most kinds is never; and one is compiled for each number of fields, of which
those of a kind are a copy with other names. Where annotations are not evaluated in the class
(Python 3.14, PEP 649), it is typing's own.
"""

import sys

from camcheck.typed import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 14):
    from typing import NamedTuple as NamedTuple
else:
    from _collections import _tuplegetter
    from types import FunctionType

    _compiled = {}  # by the number of fields

    def _constructor(names):
        """A function of a class and these fields."""
        code = _compiled.get(len(names))
        if code is None:
            taken = "".join(f"_{place}, " for place in range(len(names)))
            made = eval(f"lambda _cls, {taken}: _new(_cls, ({taken}))")  # noqa: S307 numbers only
            code = _compiled[len(names)] = made.__code__
        own = code.replace(co_varnames=("_cls", *names))
        return FunctionType(own, {"_new": tuple.__new__, "__builtins__": {}})

    class _Fact(tuple):
        """What all kinds share; collections.namedtuple describes each."""

        __slots__ = ()
        _fields = ()
        _field_defaults = {}  # noqa: RUF012 shared on purpose, as namedtuple has it

        def __new__(cls, *args, **kwargs):
            """The first of its kind: the constructor is made and takes this one's place."""
            new = _constructor(cls._fields)
            new.__defaults__ = tuple(cls._field_defaults.values())
            new.__name__ = "__new__"
            new.__qualname__ = f"{cls.__qualname__}.__new__"
            cls.__new__ = staticmethod(new)
            return new(cls, *args, **kwargs)

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
            return made

        def _replace(self, /, **changes):
            made = self._make(map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {list(changes)!r}")
            return made

        __replace__ = _replace

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            inside = ", ".join(map("{}={!r}".format, self._fields, self))
            return f"{type(self).__name__}({inside})"

        def __getnewargs__(self):
            return tuple(self)

    class _Maker(type):
        """Makes a class of facts out of the annotations in its body."""

        def __new__(mcs, name, _bases, body):
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            for place, field in enumerate(fields):
                body[field] = _tuplegetter(place, None)
            body |= {
                "__slots__": (),
                "_fields": fields,
                "_field_defaults": defaults,
                "__match_args__": fields,
            }
            return type(name, (_Fact,), body)

    class _Base:
        def __mro_entries__(self, bases):
            return (_MARK,)

    _MARK = type.__new__(_Maker, "NamedTuple", (), {})
    NamedTuple = _Base()
