#!/bin/sh
# Installs the program from a release, after its checksum: curl -fsSL https://raw.githubusercontent.com/OWNER/yolint/main/install.sh | sh
#
# YOLINT_VERSION (default: the newest release) and YOLINT_DIR (default: ~/.local/bin) say what goes where;
# YOLINT_RELEASES is the address of the releases.
set -eu

releases=${YOLINT_RELEASES:-https://github.com/OWNER/yolint/releases}
dir=${YOLINT_DIR:-$HOME/.local/bin}

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

fetch() { # ADDRESS FILE
    if command -v curl >/dev/null 2>&1; then
        curl -fsSL --retry 2 "$1" -o "$2" || fail "$1 can't be downloaded"
    elif command -v wget >/dev/null 2>&1; then
        wget -q "$1" -O "$2" || fail "$1 can't be downloaded"
    else
        fail "curl or wget is needed"
    fi
}

checksum() { # FILE
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum "$1" | cut -d' ' -f1
    else
        shasum -a 256 "$1" | cut -d' ' -f1
    fi
}

case $(uname -m) in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) fail "there is no release for $(uname -m); build it: cargo install --locked --git https://github.com/OWNER/yolint" ;;
esac
case $(uname -s) in
    # The static one runs everywhere.
    Linux) target=$machine-unknown-linux-musl ;;
    Darwin) target=$machine-apple-darwin ;;
    *) fail "there is no release for $(uname -s) here; on Windows use install.ps1" ;;
esac

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
version=${YOLINT_VERSION:-}
address=$releases/latest/download
[ -z "$version" ] || address=$releases/download/v${version#v}
fetch "$address/SHA256SUMS" "$folder/SHA256SUMS"
archive=$(sed -n "s/^[0-9a-f]* [ *]\(yolint-.*-$target\.tar\.gz\)\$/\1/p" "$folder/SHA256SUMS" | head -1)
[ -n "$archive" ] || fail "the release has nothing for $target"
fetch "$address/$archive" "$folder/$archive"
expected=$(sed -n "s/^\([0-9a-f]*\) [ *]$archive\$/\1/p" "$folder/SHA256SUMS")
[ "$(checksum "$folder/$archive")" = "$expected" ] || fail "$archive isn't what the release names: its checksum differs"

tar -xzf "$folder/$archive" -C "$folder"
mkdir -p "$dir"
# Beside the old one first, so that a program that runs stays whole.
cp "$folder/${archive%.tar.gz}/yolint" "$dir/.yolint.new"
chmod 755 "$dir/.yolint.new"
mv "$dir/.yolint.new" "$dir/yolint"
echo "$("$dir/yolint" --version) is in $dir"
case ":$PATH:" in
    *":$dir:"*) ;;
    *) echo "Put $dir on the PATH: export PATH=\"$dir:\$PATH\"" ;;
esac
