"""Estimator files: what is a skops or a joblib file, and the way from bytes to an estimator and back.

A skops file loads without running foreign code: only types of a fixed list. A joblib file is a pickle: what
loads it runs what it says, so it is only read where the settings allow it.
"""

import io
import json
import pickle
import re
import struct
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

from core.domain.errors import ArtifactFault
from core.retraining.own_modules import importable

SKOPS, JOBLIB = ".skops", ".joblib"
FORMAT = 1
ENTRY = "evermodel.json"
PICKLES = (b"\x80", b"\x78", b"\x1f\x8b", b"BZ", b"\xfd7zXZ", b"\x5d\x00", b"\x04\x22\x4d\x18")
"""How pickles begin, of protocol 2 and later, and those that joblib compressed."""

BROKEN = (EOFError, pickle.UnpicklingError, zipfile.BadZipFile, struct.error, KeyError, IndexError)
"""What reading a file raises that was not written whole."""
BESIDE = "beside the script (or, without one, the model file)"

TRUSTED = (
    "numpy.dtype",
    "functools.partial",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils.validation.check_array",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
)
"""What may be loaded beside what skops trusts by itself. Fixed: what a file asks for is never added to it."""
OF_BOOSTERS = (
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRegressor",
)
"""And of the extras lightgbm and xgboost, whose boosters read trees from text or bytes, and run nothing."""


def import_formats() -> None:
    """Import what saving and loading need now."""
    import skops.io  # noqa: F401


def suffix_of(content: bytes) -> str | None:
    """`.skops` or `.joblib` by what a file holds, whatever its name says; None: neither."""
    if content.startswith(b"PK\x03\x04"):
        return SKOPS if b"schema.json" in content else None
    return JOBLIB if content.startswith(PICKLES) else None


def pack(estimator: object) -> bytes:
    """A skops file of the estimator; ArtifactFault where skops cannot hold it."""
    import skops.io

    try:
        buffer = io.BytesIO(skops.io.dumps(estimator))
    except Exception as error:
        raise ArtifactFault(
            f"The estimator {type(estimator).__name__} cannot be saved: {words(error)}.",
            "Build it of scikit-learn's own estimators and functions.",
        ) from error
    with zipfile.ZipFile(buffer, "a") as file:
        # A fixed date: the same estimator gives the same bytes of ours.
        file.writestr(zipfile.ZipInfo(ENTRY, (1980, 1, 1, 0, 0, 0)), json.dumps({"format": FORMAT}))
    return buffer.getvalue()


def foreign(content: bytes) -> list[str]:
    """Types in a skops file that may not be loaded. Only to refuse them: none is trusted for being found."""
    import skops.io

    found: list[Any] = skops.io.get_untrusted_types(data=content)
    return sorted(str(kind) for kind in found if kind not in (*TRUSTED, *OF_BOOSTERS))


def unpack(content: bytes) -> Any:
    """The estimator of a skops file; whatever skops raises passes through."""
    import skops.io

    return skops.io.loads(content, trusted=[*TRUSTED, *OF_BOOSTERS])


def check_format(content: bytes, file: str) -> None:
    """ArtifactFault if a skops file of ours is of another format."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        number = json.loads(packed.read(ENTRY))["format"]
    if number != FORMAT:
        raise ArtifactFault(
            f"Artifact {file} has format {number}, and this Evermodel reads {FORMAT}.",
            "Take the Evermodel that made it, or a newer one.",
        )


def pickled(estimator: object) -> bytes:
    """A joblib file of the estimator; ArtifactFault where it cannot be pickled."""
    import joblib

    buffer = io.BytesIO()
    try:
        joblib.dump(estimator, buffer)
    except Exception as error:
        raise ArtifactFault(
            f"The estimator {type(estimator).__name__} cannot be saved: {words(error)}.",
            "Build it without lambdas, open files and functions inside functions: name each in a module.",
        ) from error
    return buffer.getvalue()


def unpickle(content: bytes, tree: Path | None) -> Any:
    """What a joblib file holds, with the modules of a tree beside it; whatever it raises passes through."""
    import joblib

    with importable(tree, stays=False), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a script may have an older scikit-learn; predictions are looked at
        return joblib.load(io.BytesIO(content))


def why_not_loaded(error: Exception) -> tuple[str, str]:
    """(What is wrong, what to do) with a file that could not be loaded."""
    said = words(error)
    # A process that was begun by `-m` says of its own main module by what name it was begun.
    mains = ("__main__", repr(sys.modules["__main__"]))
    if isinstance(error, AttributeError) and any(main in said for main in mains):
        return (
            f"it holds a class or function of the script itself ({_quoted(said)}), which nothing else finds",
            f"Put it into a module {BESIDE}, and import it from there.",
        )
    if isinstance(error, ModuleNotFoundError):
        return (
            f"it needs the module {error.name}",
            f"Put the module {BESIDE}, or install it where Evermodel is.",
        )
    if isinstance(error, BROKEN) or "EOF" in said or "truncated" in said:
        return "it is cut short, or no model", "Write it whole; a script, before it ends."
    return said, "Write it by the versions of scikit-learn and joblib that Evermodel has, or mend the class."


def words(error: Exception) -> str:
    """What an error says, in one line."""
    said = str(error).strip().split("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _quoted(said: str) -> str:
    found = re.search(r"attribute '([^']+)'", said)
    return found[1] if found else said
