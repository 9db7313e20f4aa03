#!/usr/bin/env bash
# Makes .venv from requirements.lock, and again when the lock, pyproject.toml, the interpreter or the folder changes.
# Safe to run twice at once: the second waits for the first and then finds nothing to do.
# PYTHON=/path/to/python chooses the interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
venv=$root/.venv
stamp=$venv/.made-from

say() { printf '%s\n' "$*" >&2; }

fingerprint() {
    # The folder belongs to it: scripts in .venv/bin and the editable install hold absolute paths.
    { cat requirements.lock pyproject.toml tools/environment.sh; printf '%s\n' "$root"; } | sha256sum | cut -d' ' -f1
}

is_current() {
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && "$venv/bin/python" -I -c 'import citybrain' 2>/dev/null
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local name
    for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$name" >/dev/null && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    say "tools/environment.sh: no Python of version 3.11 or newer."
    say "Found $("${PYTHON:-python3}" --version 2>/dev/null || echo "no ${PYTHON:-python3}"), expected 3.11 or newer."
    say "Install one (Debian 12 and newer: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.11"
    return 1
}

need_venv_module() {
    local python=$1
    "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    local package
    package=$("$python" -c 'import sys; print(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")')
    if tools/as_root.sh true 2>/dev/null && command -v apt-get >/dev/null; then
        say "Python's venv module is missing: installing $package"
        tools/as_root.sh apt-get update -qq >/dev/null
        tools/as_root.sh env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null
        "$python" -c 'import ensurepip, venv' 2>/dev/null && return
    fi
    say "tools/environment.sh: $python has no venv module, so no environment can be made."
    say "Ask whoever runs this machine for: apt-get install $package"
    return 1
}

# The script itself is the lock, so that no lock file is left behind.
exec 9<tools/environment.sh
flock 9
is_current && exit 0

python=$(find_python)
need_venv_module "$python"
say "Making .venv from requirements.lock ($("$python" --version)); this takes a minute or two the first time."
rm -f "$stamp"
# A moved or copied folder, or an interpreter that is gone, cannot be mended: the scripts of .venv name a path that is not this one.
if [[ $(head -n 1 "$venv/bin/pip" 2>/dev/null) != "#!$venv/bin/python"* ]] || ! new_enough "$venv/bin/python"; then
    "$python" -m venv --clear "$venv"
fi
install=("$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps)
if ! "${install[@]}" --require-hashes -r requirements.lock; then
    say "tools/environment.sh: the packages of requirements.lock could not be installed (pip's reason stands above)."
    say "Without network, point pip at a mirror or a folder of wheels in pip.conf or with PIP_INDEX_URL, then run make again."
    exit 1
fi
"${install[@]}" --no-build-isolation --editable .
fingerprint > "$stamp"
