#!/bin/sh
# Fuzzes each target in turn and prints a line of a table for each.
#
#     tests/fuzz/run.sh SECONDS [TARGET...]
#
# The corpus grows from run to run in FUZZ_DIR (default: this directory, where git ignores it), with the logs beside it.
# A crash ends its target's turn; the input is left in FUZZ_DIR/artifacts/TARGET. The targets are built without a
# sanitizer, which any toolchain can do (the program has no unsafe code); FUZZ_SANITIZER=address asks for one, and needs a
# nightly toolchain or RUSTC_BOOTSTRAP=1.
set -eu

seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET...]}
shift
here=$(cd "$(dirname "$0")" && pwd)
work=${FUZZ_DIR:-$here}
sanitizer=${FUZZ_SANITIZER:-none}
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$here/target}"
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p "$work/logs"

cd "$here/../.."
# What is fuzzed is built from the versions that the program is built from.
cp Cargo.lock "$here/Cargo.lock"
cargo fuzz build --fuzz-dir "$here" --sanitizer "$sanitizer" --codegen-units 16
[ $# -gt 0 ] || set -- $(cargo fuzz list --fuzz-dir "$here")
[ -d "$work/corpus" ] || cargo run --quiet --manifest-path "$here/Cargo.toml" --example seeds -- "$work/corpus"
# What runs stays as it is if the targets are built anew meanwhile.
mkdir -p "$work/bin"
for target in "$@"; do
    cp "$CARGO_TARGET_DIR/$host/release/$target" "$work/bin/$target"
done

printf '| target | seconds | executions | edges | features | corpus | crashes |\n'
printf '| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n'
for target in "$@"; do
    case $target in
        phrase | rules) words=rules ;;
        *) words=draft ;;
    esac
    mkdir -p "$work/corpus/$target" "$work/artifacts/$target"
    log="$work/logs/$target-$(date +%Y%m%d-%H%M%S).log"
    start=$(date +%s)
    nice -n 19 "$work/bin/$target" "$work/corpus/$target" -dict="$here/dictionaries/$words.dict" \
        -artifact_prefix="$work/artifacts/$target/" -max_total_time="$seconds" -fork=0 -max_len=4096 \
        -rss_limit_mb=2048 -timeout=10 -report_slow_units=1 -print_final_stats=1 >"$log" 2>&1 || true
    took=$(($(date +%s) - start))
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    last=$(grep -E 'cov: [0-9]+ ft: [0-9]+' "$log" | tail -n 1)
    edges=$(printf '%s' "$last" | sed 's/.* cov: \([0-9]*\).*/\1/')
    features=$(printf '%s' "$last" | sed 's/.* ft: \([0-9]*\).*/\1/')
    kept=$(find "$work/corpus/$target" -type f | wc -l)
    crashes=$(find "$work/artifacts/$target" -type f -newer "$work/bin/$target" | wc -l)
    printf '| %s | %s | %s | %s | %s | %s | %s |\n' \
        "$target" "$took" "${runs:-?}" "${edges:-?}" "${features:-?}" "$kept" "$crashes"
done
