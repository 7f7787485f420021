"""What was read or worded once and is shown to many.

``kept`` remembers answers by the arguments. A scope counts by what it allows, never by who has it,
so that two viewers share an answer only if they may see the same. Whatever an answer depends on is
an argument: the store's state first, then the scope, the period, the language.

Streamlit's own cache does the same for twenty times the cost of an answer it has (it finds the
function's source, its parameters and a digest of each argument anew at every call), which was a
fifth of a page's run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast
from weakref import WeakSet

from perf_core.domain.access import Scope

P = ParamSpec("P")
T = TypeVar("T")


class _Answer(Generic[T]):
    """One answer; whoever asks while it is being found waits for it instead of finding it too."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_known = False
        self.value: T

    def found(self, find: Callable[[], T]) -> T:
        """The answer, found now unless somebody did meanwhile."""
        if not self.is_known:
            self.put(find())
        return self.value

    def put(self, value: T) -> None:
        self.value, self.is_known = value, True


class Kept(Generic[P, T]):
    """A function that remembers its answers, the most recently used ones."""

    def __init__(self, function: Callable[P, T], most: int) -> None:
        self.function = function
        self.most = most
        self.answers: OrderedDict[tuple[Hashable, ...], _Answer[T]] = OrderedDict()
        self.lock = Lock()
        self.__doc__ = function.__doc__
        _ALL.add(self)

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> T:
        """The answer that is remembered, else the one that the function finds."""
        answer = self.answer(arguments, named)
        if answer.is_known:
            return answer.value
        with answer.lock:
            return answer.found(lambda: self.function(*arguments, **named))

    def holds(self, *arguments: P.args, **named: P.kwargs) -> bool:
        """Whether the answer is remembered."""
        with self.lock:
            found = self.answers.get(_key(arguments, named))
            return found is not None and found.is_known

    def put(self, value: T, *arguments: P.args, **named: P.kwargs) -> None:
        """Remember an answer that was found together with others."""
        self.answer(arguments, named).put(value)

    def answer(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> _Answer[T]:
        """The place of an answer; the one that was not asked for the longest makes room."""
        key = _key(arguments, named)
        with self.lock:
            found = self.answers.get(key)
            if found is None:
                found = self.answers[key] = _Answer()
                if len(self.answers) > self.most:
                    self.answers.popitem(last=False)
            else:
                self.answers.move_to_end(key)
        return found

    def forget(self) -> None:
        """Forget every answer."""
        with self.lock:
            self.answers.clear()


class Shelf:
    """What is made once for a key, by a maker that is no part of the key: finished figures, say."""

    def __init__(self, *, most: int) -> None:
        self._kept: Kept[..., Any] = Kept(_unmade, most)

    def found(self, *key: Hashable, make: Callable[[], T]) -> T:
        """What lies there under the key, else what is made now; whose it is stands in the key."""
        answer = self._kept.answer(key, {})
        if answer.is_known:
            return cast("T", answer.value)
        with answer.lock:
            return cast("T", answer.found(make))


def _unmade(*_key: Hashable) -> Any:
    raise NotImplementedError


_ALL: Final[WeakSet[Kept[Any, Any]]] = WeakSet()


def kept(*, most: int) -> Callable[[Callable[P, T]], Kept[P, T]]:
    """Let a function remember its answers, at most so many.

    Its arguments are hashable, and it looks at nothing else that may differ between two viewers:
    not at the session, not at the address. What it returns is shared: nobody may change it.

    Examples
    --------
    >>> asked = []
    >>> @kept(most=2)
    ... def square(number: int) -> int:
    ...     asked.append(number)
    ...     return number**2
    >>> square(3), square(3), asked
    (9, 9, [3])
    """
    return lambda function: Kept(function, most)


def forget_everything() -> None:
    """Forget every answer of every function: for tests, whose stores come and go."""
    for one in list(_ALL):
        one.forget()


def _key(arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[Hashable, ...]:
    found = [one.key if isinstance(one, Scope) else one for one in arguments]
    return (*found, *sorted(named.items())) if named else tuple(found)
