"""Settings: from EVERMODEL_* variables, then settings.toml in the home, then defaults."""

import tomllib

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
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
