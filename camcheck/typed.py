"""The words of typing that annotations of a scan need, without typing itself.

It takes 2.5 ms of processor time to load, a thirtieth of a scan that finds nobody. Nothing here
looks at an annotation while it runs, so a stand-in is enough; a type checker sees the real ones.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any as Any
    from typing import ClassVar as ClassVar
    from typing import NoReturn as NoReturn
    from typing import Protocol as Protocol
    from typing import TypeVar as TypeVar
else:
    Any = NoReturn = object

    class ClassVar:
        """As in ClassVar[str]."""

        def __class_getitem__(cls, of):
            return of

    class Protocol:
        """What a class has that is only looked at as a type."""

    def TypeVar(name, *, bound=object):  # noqa: N802 typing's own name
        """Any type: what stands for it in annotations."""
        return bound
