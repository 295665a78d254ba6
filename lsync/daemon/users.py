"""What the system calls its users."""

import pwd


def login_name(uid: int) -> str:
    """The user's login name, or the number where there is none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
