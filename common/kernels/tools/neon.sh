#!/bin/sh
# The kernels' tests on ARM: compiled for NEON with a cross compiler, run in an emulator. On Debian or Ubuntu:
#
#   apt-get install g++-aarch64-linux-gnu qemu-user-static
#   sh common/kernels/tools/neon.sh [FOLDER]
#
# ARM's libraries are unpacked in FOLDER (/tmp/cnn-neon where none is named), not installed. Compiling takes two minutes,
# the tests half of one. tile_test.cpp is left out: it reads the machine code of x86.
set -eu
folder=${1:-/tmp/cnn-neon}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/../../.."
for program in aarch64-linux-gnu-g++ qemu-aarch64-static; do
    command -v $program >/dev/null || {
        echo "neon.sh: $program is missing: apt-get install g++-aarch64-linux-gnu qemu-user-static" >&2
        exit 1
    }
done
mkdir -p "$folder/objects" "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"

if ! [ -e "$folder/root/complete" ]; then
    : >"$folder/apt/status"
    apt_for_arm() {
        apt-get -q -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State::lists="$folder/apt/lists" \
            -o Dir::State::status="$folder/apt/status" -o Dir::Cache="$folder/apt/cache" -o APT::Sandbox::User=root "$@"
    }
    apt_for_arm update
    apt_for_arm install -y --download-only --no-install-recommends libtbb-dev libfmt-dev libhwy-dev libboost-test-dev
    for package in "$folder"/apt/cache/archives/*.deb; do dpkg -x "$package" "$folder/root"; done
    touch "$folder/root/complete"
fi

libraries=$folder/root/usr/lib/aarch64-linux-gnu
needs_compiling() {  # says so where the source or any header has changed
    object=$folder/objects/$(echo "$1" | tr / _).o
    [ -e "$object" ] && [ -z "$(find "$1" common -newer "$object" \( -path "$1" -o -name '*.hpp' \))" ] ||
        echo "$1 -o $object"
}
for source in common/testing/main.cpp common/tensor/*.cpp common/kernels/*.cpp; do
    case $source in common/tensor/*_test.cpp | common/kernels/tile_test.cpp) ;; *) needs_compiling "$source" ;; esac
done | xargs -r -L 1 -P "$(nproc)" aarch64-linux-gnu-g++ -std=c++20 -O2 -DBOOST_TEST_DYN_LINK \
    -isystem "$folder/root/usr/include" -Icommon -c
aarch64-linux-gnu-g++ --sysroot="$folder/root" "$folder"/objects/*.o -o "$folder/test-kernels" -L"$libraries" -Wl,-rpath-link,"$libraries" \
    -lboost_unit_test_framework -lfmt -ltbb -lhwy
qemu-aarch64-static -L "$folder/root" -E LD_LIBRARY_PATH=/usr/lib/aarch64-linux-gnu "$folder/test-kernels"
