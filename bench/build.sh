# Sourced by the programs of this folder, after eng/install.sh.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

build_bench() {
    local output
    say "Building …"
    if ! output=$(dotnet build "$root/bench/PaymentGateway.Bench" -c Release -v quiet --nologo --disable-build-servers 2>&1); then
        say "$output"
        give_up "The build failed: see above."
    fi
}

# What is measured, for the report.
commit_of_bench() {
    local commit
    commit=$(git -C "$root" rev-parse --short HEAD 2> /dev/null || echo unknown)
    if [ -n "$(git -C "$root" status --porcelain 2> /dev/null)" ]; then commit+=-dirty; fi
    printf '%s\n' "$commit"
}
