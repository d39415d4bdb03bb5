"""Settings: from EVERMODEL_* variables, then settings.toml in the home, then defaults."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.defining.near import did_you_mean
from core.domain.errors import BadInput, Fault
from core.entrypoints.folder import home_folder as home_folder


class Settings(BaseSettings):
    """What a home runs with."""

    model_config = SettingsConfigDict(env_prefix="EVERMODEL_", extra="ignore")

    workers: int = Field(default=2, ge=1, le=64, description="runs at a time")
    threads: int = Field(default=1, ge=1, le=256, description="threads of each run")
    zone: str = Field(default="UTC", description="zone in which pages show times")
    standby: bool = Field(default=True, description="keep a process that waits, all imported, for a run")
    silence: float = Field(
        default=15.0, ge=2, le=300, description="seconds of silence until another server takes over"
    )
    logs: int = Field(default=2000, ge=1, description="newest logs of runs that are kept")
    windows: int = Field(default=5000, ge=100, description="newest windows of a model that keep predictions")
    low_disk: int = Field(default=200, ge=1, description="MB of free disk below which no run begins")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="further names of the server, with commas between"
    )
    joblib: bool = Field(
        default=True, description="allow models as joblib files, which run code when they are loaded"
    )
    script_environment: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="further variables that scripts are given, with commas between"
    )

    @field_validator("script_environment", mode="before")
    @classmethod
    def _variables(cls, value: object) -> object:
        """Names of variables, as they are written."""
        return _separated(value)

    @field_validator("hosts", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        """Names with commas between them, or a list."""
        return tuple(name.lower() for name in _separated(value))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls, _file())
        return init_settings, env_settings, file


def _separated(value: object) -> tuple[str, ...]:
    given = value.split(",") if isinstance(value, str) else value
    if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
        raise ValueError("Give names with commas between them")
    return tuple(name.strip() for name in given if name.strip())


def load() -> Settings:
    """The settings of the present home. BadInput names each that is wrong, and each that there is not."""
    try:
        unknown = _unknown(_written())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"It is no TOML: {error}.", "Mend it.", file=str(_file())) from error
    try:
        found = Settings()
    except ValidationError as error:
        raise BadInput.of([*unknown, *map(_wrong, error.errors())]) from error
    if unknown:
        raise BadInput.of(unknown)
    return found


def _file() -> Path:
    return home_folder() / "settings.toml"


def _written() -> Mapping[str, Any]:
    """What the home's settings.toml says."""
    return tomllib.loads(_file().read_text("utf-8")) if _file().exists() else {}


def _unknown(names: Iterable[str]) -> list[Fault]:
    """A fault for each name that is no setting, which would else be without effect and unseen."""
    known = Settings.model_fields
    return [
        Fault(
            str(_file()), name, "There is no such setting.", f"{_meant(name)} Mend the name, or take it out."
        )
        for name in names
        if name not in known
    ]


def _meant(name: str) -> str:
    known = Settings.model_fields
    near = did_you_mean(name.casefold().removeprefix("evermodel_"), known)
    return near or f"The settings are: {', '.join(known)}."


def _wrong(fault: ErrorDetails) -> Fault:
    fix = "Mend it in settings.toml or in its EVERMODEL_ variable."
    return Fault("settings", str(fault["loc"][0]), f"{fault['msg']}.", fix)


@dataclass(frozen=True)
class Told:
    """A setting as people are told it. `source`: default, settings.toml, or the name of its variable."""

    name: str
    value: object
    source: str
    about: str


def told(settings: Settings) -> list[Told]:
    """The home and every setting of it, each with where its value comes from."""
    written = _written()
    variables = {name.upper() for name in os.environ}

    def source(name: str) -> str:
        variable = f"EVERMODEL_{name.upper()}"
        return variable if variable in variables else "settings.toml" if name in written else "default"

    return [
        Told("home", str(home_folder()), source("home"), "folder with everything"),
        *(
            Told(name, _shown(getattr(settings, name)), source(name), field.description or "")
            for name, field in Settings.model_fields.items()
        ),
    ]


def _shown(value: object) -> object:
    return ", ".join(value) if isinstance(value, tuple) else value
