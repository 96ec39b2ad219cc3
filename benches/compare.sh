#!/bin/sh
# Times replylint beside programs that only read, that search for the same words, and that check prose: one run, the
# commands in turn, medians. Inputs are made from a seed. Peers are used where they are on the PATH.
#
#   benches/compare.sh [DIRECTORY FOR INPUTS] [RUNS]
set -eu
cd "$(dirname "$0")/.."
inputs=${1:-${TMPDIR:-/tmp}/replylint-inputs}
runs=${2:-5}

cargo build --release
cargo bench --no-run --bench workload
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
replylint=$target/release/replylint
# The newest build of the bench.
workload=$(ls -t "$target"/release/deps/workload-* | grep -v '\.d$' | head -1)
[ -f "$inputs/one.txt" ] || { mkdir -p "$inputs" && "$workload" inputs "$inputs"; }
check="$replylint check --no-config --format concise"

section() {
    printf '\n%s\n' "$1"
}
# Prints ` NAME COMMAND` for `workload time` if the peer is installed.
have() {
    command -v "$1" > /dev/null 2>&1
}

section "One draft"
"$workload" time "$runs" true true replylint "$check $inputs/one.txt"

for files in 1000 10000 100000; do
    section "$files files of 100 words"
    tree=$inputs/tree-$files
    set -- "only reading" "$workload read $tree" replylint "$check $tree" "on one thread" "$check -j1 $tree"
    ! have rg || set -- "$@" ripgrep "rg -i -c -w -F -f $inputs/phrases.txt $tree"
    "$workload" time "$runs" "$@"
done
section "Peers on 1,000 files"
tree=$inputs/tree-1000
set -- replylint "$check $tree"
! have write-good || set -- "$@" write-good "write-good $(find "$tree" -name '*.txt' | sort | tr '\n' ' ')"
! have alex || set -- "$@" alex "alex $tree/**/*.txt"
! have textlint || set -- "$@" textlint "textlint --rule write-good $tree/**/*.txt"
! have proselint || set -- "$@" proselint "proselint check $tree"
! have typos || set -- "$@" typos "typos $tree"
! have harper-cli || set -- "$@" harper "harper-cli lint $(find "$tree" -name '*.txt' | sort | tr '\n' ' ')"
"$workload" time "$runs" "$@"
for peer in rg write-good alex textlint proselint typos harper-cli; do
    have "$peer" || echo "not installed: $peer"
done

section "One JSON Lines file of 60 MB"
"$workload" time "$runs" "only reading" "$workload read $inputs/replies.jsonl" replylint "$check $inputs/replies.jsonl" \
    "on one thread" "$check -j1 $inputs/replies.jsonl"

section "Generated rules"
"$workload" rules 1000 10 100 1000 10000

section "Memory at the most, in kB"
for input in one.txt tree-100000 replies.jsonl; do
    if [ -x /usr/bin/time ]; then
        printf '%22s: ' "$input"
        /usr/bin/time -f %M $check "$inputs/$input" 2>&1 > /dev/null | tail -1
    fi
done
