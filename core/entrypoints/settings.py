"""Settings: from EVERMODEL_* variables, then settings.toml in the home, then defaults."""

import os
import tomllib
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

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

    @field_validator("hosts", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        """Names with commas between them, or a list."""
        given = value.split(",") if isinstance(value, str) else value
        if not isinstance(given, list | tuple) or not all(isinstance(name, str) for name in given):
            raise ValueError("Give names with commas between them")
        return tuple(name.strip().lower() for name in given if name.strip())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls, home_folder() / "settings.toml")
        return init_settings, env_settings, file


def load() -> Settings:
    """The settings of the present home. BadInput names each that is wrong."""
    try:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        file = str(home_folder() / "settings.toml")
        raise BadInput(f"It is no TOML: {error}.", "Mend it.", file=file) from error
    except ValidationError as error:
        raise BadInput.of(
            [
                Fault(
                    "settings",
                    str(fault["loc"][0]),
                    f"{fault['msg']}.",
                    "Mend it in settings.toml or in its EVERMODEL_ variable.",
                )
                for fault in error.errors()
            ]
        ) from error


@dataclass(frozen=True)
class Told:
    """A setting as people are told it. `source`: default, settings.toml, or the name of its variable."""

    name: str
    value: object
    source: str
    about: str


def told(settings: Settings) -> list[Told]:
    """The home and every setting of it, each with where its value comes from."""
    file = home_folder() / "settings.toml"
    written = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
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
