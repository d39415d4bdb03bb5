"""Addresses of databases: named without their password, and with what the environment holds of them."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from core.domain.errors import SourceFault

HIDDEN = "***"
_BESIDE_USER = re.compile(r"(://[^:/@?#]*:)(.*)(?=@)", re.DOTALL)
_PARAMETER = re.compile(r"([?&](?:password|passwd|pwd|sslpassword)=)([^&#]*)", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def passwords(address: str) -> tuple[str, ...]:
    """The passwords that an address holds, as it writes them."""
    found = (*_BESIDE_USER.finditer(address), *_PARAMETER.finditer(address))
    return tuple(match[2] for match in found if match[2])


def without_password(address: str) -> str:
    """The address for messages and pages."""
    return _replaced(address, lambda _: HIDDEN)


def by_reference(address: str, variable: str) -> str:
    """The address with each password that it tells replaced by `${variable}`; a reference stays."""
    return _replaced(address, lambda told: told if _REFERENCE.fullmatch(told) else f"${{{variable}}}")


def expanded(address: str, environment: Mapping[str, str]) -> str:
    """Each `${NAME}` replaced by the variable of that name; signs of a name or password are escaped.

    SourceFault names a variable that is not set.
    """
    user = address.rfind("@")

    def value(match: re.Match[str]) -> str:
        told = environment.get(match[1])
        if told is None:
            raise SourceFault(
                f"The variable {match[1]} is not set.",
                "Set it in the environment in which Evermodel is started.",
                file=without_password(address),
                key="source.url",
            )
        return quote(told, safe="") if match.start() < user else told

    return _REFERENCE.sub(value, address)


def _replaced(address: str, new: Callable[[str], str]) -> str:
    for pattern in (_BESIDE_USER, _PARAMETER):
        address = pattern.sub(lambda match: match[1] + new(match[2]), address)
    return address
