"""What a fault test says when a promise is broken."""


class Failed(Exception):
    """A promise was broken; the text says which, and how."""


def expect(holds, broken):
    """Raises Failed with a text unless something holds."""
    if not holds:
        raise Failed(broken)
