"""Writes what other package managers read of a release: Homebrew, Arch Linux, winget.

Usage: python scripts/manifests.py FOLDER ADDRESS. FOLDER holds the archive of sources
(camcheck-VERSION.tar.gz) and the Windows file (camcheck-windows-amd64.exe), as they will be found
below ADDRESS. Written are FOLDER/camcheck.rb, FOLDER/PKGBUILD and FOLDER/winget/*.yaml.
docs/install.md says what of them has been tried.
"""

import hashlib
import sys
from pathlib import Path

import yaml

ABOUT = "Tells who has the camera open, and whether its light says so"
FORMULA = """\
class Camcheck < Formula
  include Language::Python::Virtualenv

  desc "{about}"
  homepage "{address}"
  url "{address}/{name}"
  sha256 "{digest}"
  license "Apache-2.0"

  depends_on "python@3.13"

  def install
    virtualenv_create(libexec, "python3.13", without_pip: false)
    system libexec/"bin/python", "-m", "pip", "install", buildpath
    bin.install_symlink libexec/"bin/camcheck"
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/camcheck --version")
  end
end
"""
PKGBUILD = """\
pkgname=camcheck
pkgver={version}
pkgrel=1
pkgdesc='{about}'
arch=(any)
url='{address}'
license=(Apache-2.0)
depends=(python python-click python-jinja python-platformdirs python-psutil python-yaml)
makedepends=(python-build python-hatchling python-installer)
optdepends=('pyside6: window and sign in the tray'
            'python-opencv: test of the light')
source=("$url/{name}")
sha256sums=({digest})

build() {{
  cd "$pkgname-$pkgver"
  python -m build --wheel --no-isolation
}}

package() {{
  cd "$pkgname-$pkgver"
  python -m installer --destdir="$pkgdir" dist/*.whl
  mkdir manual
  PYTHONPATH=. python scripts/manual.py manual
  install -Dm644 -t "$pkgdir/usr/share/man/man1" manual/*.1
  install -Dm644 manual/camcheck.bash "$pkgdir/usr/share/bash-completion/completions/camcheck"
  install -Dm644 manual/camcheck.zsh "$pkgdir/usr/share/zsh/site-functions/_camcheck"
  install -Dm644 manual/camcheck.fish "$pkgdir/usr/share/fish/vendor_completions.d/camcheck.fish"
  install -Dm644 -t "$pkgdir/usr/share/applications" distribution/desktop/*.desktop
  install -Dm644 -t "$pkgdir/usr/share/metainfo" distribution/desktop/*.metainfo.xml
  install -Dm644 -t "$pkgdir/usr/share/icons/hicolor/scalable/apps" distribution/desktop/*.svg
}}
"""
WINGET = "1.6.0"
"""The version of winget's schema (github.com/microsoft/winget-cli, schemas/JSON/manifests)."""


def main() -> int:
    folder, address = Path(sys.argv[1]), sys.argv[2].rstrip("/")
    (sources,) = folder.glob("camcheck-*.tar.gz")
    version = sources.name.removeprefix("camcheck-").removesuffix(".tar.gz")
    told = {"version": version, "address": address, "about": ABOUT, "name": sources.name}
    told["digest"] = digest(sources)
    (folder / "camcheck.rb").write_text(FORMULA.format(**told))
    (folder / "PKGBUILD").write_text(PKGBUILD.format(**told))
    (folder / "winget").mkdir(exist_ok=True)
    for name, manifest in winget(version, address, folder / "camcheck-windows-amd64.exe").items():
        text = yaml.safe_dump(manifest, sort_keys=False)
        (folder / "winget" / f"camcheck.camcheck{name}.yaml").write_text(text)
    return 0


def winget(version: str, address: str, program: Path) -> dict[str, dict[str, object]]:
    """The three manifests of winget, by the end of their names."""
    head = {"PackageIdentifier": "camcheck.camcheck", "PackageVersion": version}
    installer = {
        "Architecture": "x64",
        "InstallerUrl": f"{address}/{program.name}",
        "InstallerSha256": digest(program).upper(),
        "Commands": ["camcheck"],
    }
    texts = {
        "PackageLocale": "en-US",
        "Publisher": "camcheck contributors",
        "PackageName": "camcheck",
        "License": "Apache-2.0",
        "ShortDescription": ABOUT,
    }

    def manifest(kind: str, **own: object) -> dict[str, object]:
        return {**head, **own, "ManifestType": kind, "ManifestVersion": WINGET}

    return {
        "": manifest("version", DefaultLocale="en-US"),
        ".installer": manifest("installer", InstallerType="portable", Installers=[installer]),
        ".locale.en-US": manifest("defaultLocale", **texts),
    }


def digest(path: Path) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
