#!/usr/bin/env bash
# Installs what the tests need from the system: a browser, Chinese fonts for it, and PostgreSQL.
# Where it may not install, it says which tests will be skipped and goes on.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
skipped=()
need() { missing+=("$1"); skipped+=("$2"); }

command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    need chromium "browser tests (no Chromium)"
# Without them a page still draws, but its Chinese text is boxes and the tests of clipped text measure nothing.
[ -n "$(find /usr/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" -iname '*cjk*' -print -quit 2>/dev/null)" ] ||
    need fonts-noto-cjk "Chinese text in browser tests (no CJK font)"
[ -n "$(find /usr/lib/postgresql /usr/local/bin /usr/bin -name initdb -print -quit 2>/dev/null)" ] ||
    need postgresql "PostgreSQL tests (no server)"

command -v npm >/dev/null || need npm "accessibility tests (no npm)"

fetch_axe() {
    # The checker of accessibility that the browser tests run; pinned, and kept out of the repository.
    axe_version=4.14.1
    axe_folder=.venv/node
    if [ "$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$axe_folder/node_modules/axe-core/package.json" 2>/dev/null)" != "$axe_version" ]; then
        mkdir -p "$axe_folder"
        npm install --prefix "$axe_folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
            "axe-core@$axe_version" >/dev/null 2>&1 || echo "Not installed: axe-core $axe_version; the accessibility tests will be skipped (npm is needed)"
    fi
}

if [ ${#missing[@]} -eq 0 ]; then
    fetch_axe
    exit 0
fi

if command -v apt-get >/dev/null && tools/as_root.sh true 2>/dev/null; then
    echo "Installing for the tests: ${missing[*]}"
    tools/as_root.sh apt-get update -qq >/dev/null
    tools/as_root.sh env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    fetch_axe
    exit 0
fi
echo "Not installed, and not allowed to install here: ${missing[*]}"
printf 'Will be skipped: %s\n' "${skipped[@]}"
echo "To run them too: apt-get install ${missing[*]}"
fetch_axe
