# Sourced by the scripts: a virtual environment inside the clone, made once and renewed when
# pyproject.toml changes. Sets $python. Everything it says goes to standard error.

# Not in our Python nor in what it starts (pip builds in children): code that lies about elsewhere.
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP PYTHONUSERBASE PYTHONPYCACHEPREFIX
[ "$(id -u)" != 0 ] || unset LD_PRELOAD LD_AUDIT LD_LIBRARY_PATH

venv=$here/.venv
python=$venv/bin/python
say() { printf '%s\n' "camcheck: $*" >&2; }
fail() { say "$*"; exit 1; }

# newest Python of this system that camcheck supports
find_python() {
    for candidate in ${CAMCHECK_PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed. On Debian or Ubuntu: sudo apt install python3 python3-venv"
}

make_venv() {
    system_python=$(find_python) || exit 1
    if ! "$system_python" -I -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "installing python3-venv, which this system's Python lacks"
            log=$(mktemp)
            { apt-get -q -o Acquire::Retries=3 update && DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 install python3-venv; } >"$log" 2>&1 ||
                { tail -5 "$log" >&2; fail "python3-venv could not be installed; the log is $log"; }
            rm -f "$log"
        else
            fail "this Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv"
        fi
    fi
    say "making a virtual environment in $venv (once)"
    "$system_python" -I -m venv --clear "$venv" || fail "the virtual environment could not be made; see above."
}

# prepare [GROUP]: installs camcheck (and a dependency group of pyproject.toml) when it is not there
prepare() {
    group=${1:-}
    [ -x "$python" ] && "$python" -I -c '' 2>/dev/null || make_venv
    stamp=$venv/.installed${group:+-$group}
    if [ -e "$stamp" ] && cmp -s "$stamp" "$here/pyproject.toml"; then return; fi
    [ -w "$venv" ] || fail "$venv belongs to somebody else; run this as the person who made it."
    say "installing what ${group:-camcheck} needs (once)"
    "$python" -I -m pip --quiet --disable-pip-version-check install --upgrade 'pip>=25.1' >&2 &&
        "$python" -I -m pip --quiet --disable-pip-version-check install ${group:+--group "$here/pyproject.toml:$group"} -e "$here" >&2 ||
        fail "the installation failed; the lines above say why. Is there a network connection?"
    cp "$here/pyproject.toml" "$stamp"
}
